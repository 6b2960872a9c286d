// SPDX-License-Identifier: Apache-2.0
// A seeded market of cTokens: users, a liquidator, an administrator and prices.
import {MaxUint256, getAddress} from 'ethers';
import {actions} from './ctoken_actions.mjs';
import {governance, liftPauses, listLate} from './ctoken_governance.mjs';
import {assets, lateAsset, oraclePrice} from './ctokens.mjs';
import {moveAt, phaseAt, scaled} from './prices.mjs';
import {SeededLife, part} from './seeded_life.mjs';
import {readMany} from './views.mjs';

const listLateAt = 25;
const liquidationsPerBlock = 1;
const volatile = ['WETH', 'WBTC', 'LINK'];
const outsiders = [1, 2, 3].map((n) => getAddress('0x' + (0xa11ce0 + n).toString(16).padStart(40, '0')));
const usdWad = 10n ** 18n;

export class CTokenWorkload extends SeededLife {
    constructor(chain, market, {seed = 1, users = 24, actionsPerBlock = 5} = {}) {
        super(chain, market, {seed, abis: ['VBep20Delegate', 'Comptroller'].map((name) => market.artifacts[name].abi)});
        const [admin, provider, liquidator, keeper, treasury, ...rest] = chain.accounts;
        this.roles = {admin, provider, liquidator, keeper, treasury};
        this.users = rest.slice(0, users).map((address) => ({address}));
        this.outsiders = outsiders;
        this.actionsPerBlock = actionsPerBlock;
        this.phase = 'calm';
    }

    /** Every account that can come to hold a position. */
    accounts() {
        const ctokens = assets.map(({symbol}) => this.market.asset(symbol).ctoken);
        return [...this.users.map(({address}) => address), ...Object.values(this.roles), ...this.outsiders, ...ctokens];
    }

    /** Smallest units of that asset worth so many dollars at the oracle's price. */
    amount(symbol, usd) {
        const units = (BigInt(usd) * usdWad * usdWad) / this.price[symbol];
        return units > 0n ? units : 1n;
    }

    govern(method, args) {
        return this.send(this.roles.admin, this.market.comptroller, method, args);
    }

    /** A call to the cToken of that asset. */
    ctoken(from, symbol, method, args) {
        return this.send(from, this.market.cTokenOf(symbol), method, args);
    }

    /** Gives everybody tokens, lets all enter the markets, fills these. */
    async seed() {
        await this.refresh();
        const {provider, liquidator, keeper, admin} = this.roles;
        const rich = new Map([[provider, 400_000_000], [liquidator, 2_000_000_000], [keeper, 10_000_000], [admin, 10_000_000]]);
        const people = [...rich.keys(), ...this.users.map(({address}) => address)];
        for (const {symbol} of assets) {
            const {token, ctoken} = this.market.asset(symbol);
            const contract = this.market.token.at(token);
            for (const address of people) {
                await this.setUp(admin, contract, 'mint', [address, this.amount(symbol, rich.get(address) ?? 5_000_000)]);
                await this.setUp(address, contract, 'approve', [ctoken, MaxUint256]);
            }
        }
        await this.mine();
        const ctokens = this.listed.map((symbol) => this.market.asset(symbol).ctoken);
        for (const address of people.filter((person) => person !== keeper)) {
            await this.setUp(address, this.market.comptroller, 'enterMarkets', [ctokens]);
        }
        await this.mine();
        for (const symbol of this.listed) {
            await this.ctoken(provider, symbol, 'mint', [this.amount(symbol, 3_000_000)]);
        }
        await this.mine();
        for (const {address} of this.users) {
            const symbol = this.random.pick(this.listed);
            const usd = this.random.between(20_000, 200_000);
            await this.ctoken(address, symbol, 'mint', [this.amount(symbol, usd)]);
            await this.ctoken(address, this.random.pick(this.listed), 'borrow', [1_000_000n]);
        }
        await this.mine();
    }

    /** One block of market life; resolves to {block, receipts}. */
    async step() {
        await this.refresh();
        this.phase = phaseAt(this.index);
        await this.movePrices();
        if (this.index >= listLateAt && !this.listed.includes(lateAsset)) {
            await listLate(this);
        }
        await liftPauses(this);
        for (let i = this.random.between(1, 2 * this.actionsPerBlock - 1); i > 0; i--) {
            await this.runOne(actions, this.random.pick(this.users));
        }
        if (this.random.chance(50)) {
            await this.runOne(governance);
        }
        if (this.random.chance(50)) {
            await this.liquidate();
        }
        this.index += 1;
        return this.mine({timestamp: this.nextTimestamp()});
    }

    async movePrices() {
        for (const {symbol, cents, decimals} of assets.filter((asset) => volatile.includes(asset.symbol))) {
            const bps = moveAt(this.random, this.index, this.price[symbol], oraclePrice(cents, decimals));
            if (bps !== 0) {
                await this.setPrice(symbol, scaled(this.price[symbol], bps));
            }
        }
    }

    /** At both oracles, of which one is asked. */
    async setPrice(symbol, price) {
        const {oracle, spare_oracle} = this.market.manifest;
        for (const address of [oracle, spare_oracle]) {
            const contract = this.market.oracle.at(address);
            await this.send(this.roles.keeper, contract, 'setUnderlyingPrice', [this.market.asset(symbol).ctoken, price]);
        }
    }

    /** Reads from the chain what we would have to keep in step with it through reorgs. */
    async refresh() {
        const {comptroller, oracle} = this.market;
        const listed = new Set(await this.chain.call(comptroller, 'getAllMarkets'));
        this.oracleAddress = await this.chain.call(comptroller, 'oracle');
        this.listed = assets.map(({symbol}) => symbol).filter((symbol) => listed.has(this.market.asset(symbol).ctoken));
        this.price = {};
        const ctokens = assets.map(({symbol}) => this.market.asset(symbol).ctoken);
        const calls = ctokens.map((ctoken) => ({contract: oracle, method: 'getUnderlyingPrice', args: [ctoken]}));
        (await readMany(this.chain, this.market, calls)).forEach((price, i) => (this.price[assets[i].symbol] = price));
    }

    /** What the account has of each listed cToken, in smallest units and in USD with 18 decimals. */
    async holdings(address) {
        const contracts = this.listed.map((symbol) => this.market.cTokenOf(symbol));
        const calls = contracts.map((contract) => ({contract, method: 'getAccountSnapshot', args: [address]}));
        return (await readMany(this.chain, this.market, calls)).map(([, tokens, debt, rate], i) => {
            const price = this.price[this.listed[i]];
            return {
                symbol: this.listed[i], tokens, debt,
                suppliedUsd: (((tokens * rate) / usdWad) * price) / usdWad, debtUsd: (debt * price) / usdWad,
            };
        });
    }

    async liquidate() {
        const {comptroller} = this.market;
        const calls = this.users.map(({address}) => ({contract: comptroller, method: 'getAccountLiquidity', args: [address]}));
        const answers = await readMany(this.chain, this.market, calls);
        const short = this.users.filter((_, i) => answers[i] && answers[i][2] > 0n);
        for (const {address} of short.slice(0, liquidationsPerBlock)) {
            const held = await this.holdings(address);
            const largest = (field) => held.reduce((best, entry) => (entry[field] > best[field] ? entry : best));
            const {symbol, debt} = largest('debtUsd');
            const collateral = this.market.asset(largest('suppliedUsd').symbol).ctoken;
            const amount = part(debt, this.random.between(5, 45));
            await this.ctoken(this.roles.liquidator, symbol, 'liquidateBorrow', [address, amount, collateral]);
        }
    }
}
