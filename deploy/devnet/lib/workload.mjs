// SPDX-License-Identifier: Apache-2.0
// A seeded market: users, a liquidator, an administrator and prices, one block at a time. The same
// seed on the same chain gives the same blocks, hashes included.
import {MaxUint256, encodeBytes32String, getAddress} from 'ethers';
import {actions} from './actions.mjs';
import {dropReserve, governance, liftRestrictions, listReserve} from './governance.mjs';
import {liquidateUnhealthy} from './liquidations.mjs';
import {borrowable, eModes, isolated, stables, symbols, volatile, wrapped} from './market_parameters.mjs';
import {phaseAt, priceMoves} from './prices.mjs';
import {Random} from './random.mjs';
import {accountData, readMany} from './views.mjs';

const oneUsdE8 = 100_000_000n;
const setupTransactionsPerBlock = 60;
const liquidationsPerBlock = 3;
const actionGas = 6_000_000;
const hour = 3600;

// What a user mostly supplies, and the eMode they live in (0 for none).
const profiles = [
    {home: 'WETH', eMode: 0},
    {home: 'LINK', eMode: 0},
    {home: 'WBTC', eMode: 0},
    {home: 'wstETH', eMode: 1},
    {home: 'USDC', eMode: 0},
    {home: isolated, eMode: 0},
    {home: 'WETH', eMode: 0},
    {home: 'DAI', eMode: 2},
    {home: 'LINK', eMode: 0},
    {home: 'wstETH', eMode: 0},
];

// Reserves that come and go while the workload runs: from which step to which they are listed.
const lateReserves = {
    ALPHA: {from: 45, until: Infinity},
    BETA: {from: 60, until: 75},
    GAMMA: {from: 90, until: Infinity},
};
const neverUsed = 'BETA';

const outsiders = [1, 2, 3, 4, 5].map((n) => getAddress('0x' + (0xa11ce0 + n).toString(16).padStart(40, '0')));

export class Workload {
    constructor(chain, market, {seed = 1, users = 50, actionsPerBlock = 5} = {}) {
        const [admin, provider, liquidator, keeper, umbrella, ...rest] = chain.accounts;
        if (rest.length < users) {
            throw new Error(`the node has accounts for ${rest.length} users, ${users} are wanted`);
        }
        this.chain = chain;
        this.market = market;
        this.random = new Random(seed);
        this.actionsPerBlock = actionsPerBlock;
        this.roles = {admin, provider, liquidator, keeper, umbrella};
        this.users = rest.slice(0, users).map((address, i) => ({address, ...profiles[i % profiles.length]}));
        this.outsiders = outsiders;
        this.index = 0;
        this.phase = 'calm';
        this.priceE8 = {};
        this.stats = {};
        this.lateListed = [];
        this.paused = [];
        this.frozen = [];
    }

    /** Every account that can come to hold a position. */
    accounts() {
        const {provider, liquidator, umbrella, admin, keeper} = this.roles;
        return [
            ...this.users.map((user) => user.address),
            ...[provider, liquidator, umbrella, admin, keeper],
            ...this.outsiders,
            this.market.manifest.treasury,
            this.market.flashBorrower.address,
        ];
    }

    /** getUserAccountData of every account as of the head. */
    accountData() {
        return accountData(this.chain, this.market, this.accounts(), {blockHash: this.chain.headHash});
    }

    listed() {
        return [...symbols, ...this.lateListed.filter((symbol) => symbol !== neverUsed)];
    }

    oracle() {
        return this.market.oracle.at(this.oracleAddress);
    }

    /** Token units worth that many whole dollars. */
    amount(symbol, usd) {
        return this.amountOfBase(symbol, BigInt(usd) * oneUsdE8);
    }

    amountOfBase(symbol, baseE8) {
        const units = (baseE8 * 10n ** BigInt(this.market.reserve(symbol).decimals)) / this.priceE8[symbol];
        return units > 0n ? units : 1n;
    }

    baseValue(symbol, units) {
        return (units * this.priceE8[symbol]) / 10n ** BigInt(this.market.reserve(symbol).decimals);
    }

    send(from, contract, method, args) {
        const data = contract.encode(method, args);
        return this.chain.submit({from, to: contract.address, data, gas: actionGas, label: method});
    }

    pool(from, method, args) {
        return this.send(from, this.market.pool, method, args);
    }

    configure(method, args) {
        return this.send(this.roles.admin, this.market.configurator, method, args);
    }

    setAnswer(aggregator, priceE8) {
        return this.send(this.roles.keeper, this.market.aggregator.at(aggregator), 'setAnswer', [priceE8]);
    }

    /** The price at every feed of that asset. */
    async setPrice(symbol, priceE8) {
        const {aggregator, spare_aggregator} = this.market.reserve(symbol);
        await this.setAnswer(aggregator, priceE8);
        if (spare_aggregator !== undefined) {
            await this.setAnswer(spare_aggregator, priceE8);
        }
    }

    /** Gives everybody tokens, fills the pool, opens the first positions. */
    async seed() {
        await this.deploySpares();
        await this.refresh();
        await this.fund();
        await this.fillPool();
        await this.openPositions();
        await this.mine();
    }

    /** One block of market life; resolves to {block, receipts}. */
    async step() {
        await this.refresh();
        this.phase = phaseAt(this.index);
        for (const {symbol, priceE8} of priceMoves(this.random, this.index, this.priceE8)) {
            await this.setPrice(symbol, priceE8);
        }
        await this.changeListings();
        await liftRestrictions(this);
        if (!this.random.chance(6)) {
            await this.act();
        }
        this.index += 1;
        return this.mine({timestamp: this.chain.timestamp + this.secondsToNextBlock()});
    }

    /** Takes back the last `depth` blocks and mines `blocks` others in their place. */
    async reorg(depth, blocks) {
        await this.chain.rollBack(depth);
        for (let i = 0; i < blocks; i++) {
            await this.step();
        }
    }

    async act() {
        const count = this.random.between(1, 2 * this.actionsPerBlock - 1);
        for (let i = 0; i < count; i++) {
            await this.runOne(actions, this.random.pick(this.users));
        }
        if (this.random.chance(25)) {
            await this.runOne(governance);
        }
        if (this.phase === 'calm' ? this.random.chance(20) : this.random.chance(60)) {
            await liquidateUnhealthy(this, liquidationsPerBlock);
        }
    }

    async runOne(table, user) {
        const weights = Object.fromEntries(Object.entries(table).map(([name, {weight}]) => [name, weight]));
        await table[this.random.weighted(weights)].run(this, user);
    }

    async mine(options) {
        const mined = await this.chain.mine(options);
        for (const {label, ok} of mined.receipts) {
            const count = (this.stats[label] ??= {done: 0, reverted: 0});
            count[ok ? 'done' : 'reverted'] += 1;
        }
        return mined;
    }

    /** Mostly 12 s, now and then hours or a month, so that interest matters. */
    secondsToNextBlock() {
        if (this.random.chance(3)) {
            return hour * this.random.between(1, 48);
        }
        if (this.random.chance(0.5)) {
            return 24 * hour * this.random.between(10, 40);
        }
        return this.random.chance(5) ? 1 : this.chain.blockSeconds;
    }

    /** Reads from the chain what else we would have to keep in step with it through reorgs. */
    async refresh() {
        this.oracleAddress = await this.chain.call(this.market.provider, 'getPriceOracle');
        const tokens = new Set(await this.chain.call(this.market.pool, 'getReservesList'));
        this.lateListed = Object.keys(lateReserves).filter((symbol) => tokens.has(this.market.reserve(symbol)?.token));
        const priced = [...symbols, ...this.lateListed];
        const calls = priced.flatMap((symbol) => {
            const args = [this.market.reserve(symbol).token];
            return [
                {contract: this.oracle(), method: 'getAssetPrice', args},
                {contract: this.market.dataProvider, method: 'getReserveTokensAddresses', args},
                {contract: this.market.dataProvider, method: 'getPaused', args},
                {contract: this.market.dataProvider, method: 'getReserveConfigurationData', args},
            ];
        });
        const answers = await readMany(this.chain, this.market, calls);
        this.paused = priced.filter((_, i) => answers[4 * i + 2]);
        this.frozen = priced.filter((_, i) => answers[4 * i + 3].isFrozen);
        priced.forEach((symbol, i) => {
            const [aToken, , debtToken] = answers[4 * i + 1];
            Object.assign(this.market.reserve(symbol), {a_token: aToken, debt_token: debtToken});
            this.priceE8[symbol] = answers[4 * i];
        });
    }

    async changeListings() {
        for (const [symbol, {from, until}] of Object.entries(lateReserves)) {
            const listed = this.lateListed.includes(symbol);
            const wanted = this.index >= from && this.index < until;
            if (wanted && !listed) {
                await listReserve(this, symbol);
            } else if (!wanted && listed && this.index >= until) {
                await dropReserve(this, symbol);
            }
        }
    }

    /** Second feeds, a second oracle and tokens to be listed later, for governance to switch to. */
    async deploySpares() {
        const {artifacts, manifest} = this.market;
        const deploy = (name, args) => this.chain.deploy(this.roles.admin, artifacts[name], args);
        for (const symbol of volatile) {
            const reserve = this.market.reserve(symbol);
            const price = await this.chain.call(this.market.aggregator.at(reserve.aggregator), 'latestAnswer');
            reserve.spare_aggregator = await deploy('DevAggregator', [`${symbol} / USD spare`, price]);
            reserve.spare_feed = await deploy('DevFeedProxy', [reserve.spare_aggregator]);
        }
        for (const symbol of Object.keys(lateReserves)) {
            const token = await deploy('DevToken', [symbol, symbol, 18]);
            const aggregator = await deploy('DevAggregator', [`${symbol} / USD`, 7n * oneUsdE8]);
            const feed = await deploy('DevFeedProxy', [aggregator]);
            manifest.reserves[symbol] = {token, decimals: 18, aggregator, feed};
        }
        const reserves = Object.values(manifest.reserves);
        const sources = [reserves.map(({token}) => token), reserves.map(({feed}) => feed)];
        const zero = '0x' + '0'.repeat(40);
        manifest.spare_oracle = await deploy('AaveOracle', [manifest.addresses_provider, ...sources, zero, zero, oneUsdE8]);
        // Both oracles know every asset: one without a price would break the market's views.
        const late = Object.keys(lateReserves).map((symbol) => manifest.reserves[symbol]);
        const lateSources = [late.map(({token}) => token), late.map(({feed}) => feed)];
        await this.send(this.roles.admin, this.market.oracle, 'setAssetSources', lateSources);
        const umbrella = [encodeBytes32String('UMBRELLA'), this.roles.umbrella];
        await this.send(this.roles.admin, this.market.provider, 'setAddress', umbrella);
        await this.mine();
    }

    async fund() {
        const {provider, liquidator, umbrella, admin} = this.roles;
        const people = [
            ...this.users.map(({address}) => ({address, usd: 20_000_000})),
            {address: provider, usd: 400_000_000},
            {address: umbrella, usd: 400_000_000},
            {address: liquidator, usd: 4_000_000_000},
        ];
        let queued = 0;
        for (const symbol of [...symbols, ...Object.keys(lateReserves)]) {
            this.priceE8[symbol] ??= 7n * oneUsdE8;
            const token = this.market.token.at(this.market.reserve(symbol).token);
            for (const {address, usd} of people) {
                await this.send(admin, token, 'mint', [address, this.amount(symbol, usd)]);
                await this.send(address, token, 'approve', [this.market.pool.address, MaxUint256]);
                queued += 2;
                if (queued % setupTransactionsPerBlock === 0) {
                    await this.mine();
                }
            }
        }
        await this.mine();
    }

    async fillPool() {
        const usd = {[isolated]: 4_000_000, LINK: 24_000_000};
        for (const symbol of symbols) {
            const {token} = this.market.reserve(symbol);
            const supply = (from, dollars) => this.pool(from, 'supply', [token, this.amount(symbol, dollars), from, 0]);
            await supply(this.roles.provider, usd[symbol] ?? 80_000_000);
            if (borrowable.includes(symbol)) {
                await supply(this.roles.umbrella, 10_000_000);
            }
        }
        await this.mine();
    }

    /** Every user supplies their home asset; those with an eMode enter it and lever up. */
    async openPositions() {
        for (const user of this.users) {
            const {token} = this.market.reserve(user.home);
            const usd = this.random.between(20_000, 200_000);
            await this.pool(user.address, 'supply', [token, this.amount(user.home, usd), user.address, 0]);
            if (user.home === isolated) {
                await this.pool(user.address, 'setUserUseReserveAsCollateral', [token, true]);
            }
            const debt = user.eMode > 0 ? eModes[user.eMode - 1].borrowable.find((symbol) => symbol !== user.home) : 'USDC';
            if (user.eMode > 0) {
                await this.pool(user.address, 'setUserEMode', [user.eMode]);
            }
            if (user.eMode > 0 || !stables.includes(user.home)) {
                const percent = user.eMode > 0 ? this.random.between(70, 90) : this.random.between(10, 30);
                const amount = this.amount(debt, Math.floor((usd * percent) / 100));
                await this.pool(user.address, 'borrow', [this.market.reserve(debt).token, amount, 2, 0, user.address]);
            }
        }
        await this.mine();
    }
}
