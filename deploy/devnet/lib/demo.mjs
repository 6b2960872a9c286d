// SPDX-License-Identifier: Apache-2.0
// The market of the demo: again and again one asset falls, borrowers get into trouble, some repay,
// some are liquidated, the price comes back, and everybody borrows again. One block a second.
import {MaxUint256} from 'ethers';
import {actions} from './actions.mjs';
import {accountData} from './views.mjs';
import {sleep} from './process.mjs';

const hundred = 100n;
const wad = 10n ** 18n;
const alertBelow = (wad * 105n) / hundred;
const startingUsd = 150_000;

// Where each borrower of an asset keeps their health factor, in percent.
const healthTargets = [112, 125, 118, 150, 135, 200, 112, 118];

// The story of one round: blocks, and the price at their end in percent of the start.
const mild = [
    {blocks: 4, price: 100, title: 'is calm'},
    {blocks: 8, price: 91, title: 'starts to fall'},
    {blocks: 6, price: 91, title: 'has stopped falling', rescue: true},
    {blocks: 8, price: 100, title: 'recovers'},
    {blocks: 6, price: 100, title: 'is back', settle: true},
];
const severe = mild.map((act) => ({...act, price: act.price === 91 ? 84 : act.price}));
export const rounds = [
    {symbol: 'WETH', acts: mild},
    {symbol: 'LINK', acts: severe},
    {symbol: 'WBTC', acts: mild},
    {symbol: 'WETH', acts: severe},
];
const reportEveryBlocks = 4;

export class Demo {
    /** `timestamp` gives the next block's; by default the time of day. */
    constructor(workload, say, timestamp = () => Math.max(workload.chain.timestamp + 1, Math.floor(Date.now() / 1000))) {
        this.workload = workload;
        this.say = say;
        this.timestamp = timestamp;
        this.borrowers = [];
        for (const {symbol} of rounds) {
            const users = workload.users.filter((user) => user.home === symbol && user.eMode === 0);
            this.borrowers.push(
                ...users
                    .filter((user) => !this.borrowers.some((known) => known.address === user.address))
                    .map((user, i) => ({...user, target: BigInt(healthTargets[i % healthTargets.length])})),
            );
        }
        const addresses = new Set(this.borrowers.map((user) => user.address));
        this.passersBy = workload.users.filter((user) => !addresses.has(user.address));
        workload.phase = 'demo';
    }

    /** Gives every borrower their starting position: collateral in one block, debt in the next. */
    async prepare() {
        await this.workload.refresh();
        this.startPriceE8 = {...this.workload.priceE8};
        for (let i = 0; i < 2; i++) {
            await this.settle();
            await this.workload.mine();
        }
    }

    /** Plays rounds until `stopped()`; a block every `blockMs`, stamped with the time of day. */
    async play({blockMs, stopped}) {
        let due = Date.now();
        for (let round = 0; ; round++) {
            for await (const block of this.round(rounds[round % rounds.length])) {
                if (stopped()) {
                    return;
                }
                due = Math.max(due + blockMs, Date.now());
                await sleep(due - Date.now());
                await this.mine(block);
            }
        }
    }

    async *round({symbol, acts}) {
        let from = hundred;
        for (const act of acts) {
            this.say(`${symbol} ${act.title}`);
            for (let i = 1; i <= act.blocks; i++) {
                const percentTimesBlocks = from * BigInt(act.blocks - i) + BigInt(act.price * i);
                const priceE8 = (this.startPriceE8[symbol] * percentTimesBlocks) / (hundred * BigInt(act.blocks));
                yield {symbol, act, priceE8, last: i === act.blocks};
            }
            from = BigInt(act.price);
        }
    }

    async mine({symbol, act, priceE8, last}) {
        const w = this.workload;
        await w.refresh();
        if (w.priceE8[symbol] !== priceE8) {
            await w.setPrice(symbol, priceE8);
        }
        if (act.rescue) {
            await this.rescueOne(last);
        }
        if (act.settle) {
            await this.settle();
        } else {
            await this.passBy();
        }
        const {receipts} = await w.mine({timestamp: this.timestamp()});
        await this.report(symbol, priceE8, receipts);
    }

    async health() {
        const addresses = this.borrowers.map((user) => user.address);
        const data = await accountData(this.workload.chain, this.workload.market, addresses);
        return this.borrowers.map((user, i) => ({user, ...data[i]}));
    }

    /** The worst account is liquidated if it may be; at the end somebody else repays a quarter. */
    async rescueOne(last) {
        const w = this.workload;
        const byHealth = (await this.health()).sort((a, b) => (a.health_factor_wad < b.health_factor_wad ? -1 : 1));
        const [worst] = byHealth;
        if (worst.health_factor_wad < wad) {
            const tokens = [worst.user.home, 'USDC'].map((symbol) => w.market.reserve(symbol).token);
            await w.pool(w.roles.liquidator, 'liquidationCall', [...tokens, worst.user.address, MaxUint256, false]);
            this.say(`${short(worst.user.address)} has a health factor of ${decimal(worst.health_factor_wad)} and is liquidated`);
        } else if (last && worst.health_factor_wad < alertBelow) {
            await this.repay(worst.user, worst.total_debt_base / 4n);
            this.say(`${short(worst.user.address)} repays a quarter of the debt`);
        }
    }

    async repay(user, base) {
        const {token} = this.workload.market.reserve('USDC');
        await this.workload.pool(user.address, 'repay', [token, this.workload.amountOfBase('USDC', base), 2, user.address]);
    }

    /** Brings every borrower back to their collateral and health factor. */
    async settle() {
        const w = this.workload;
        for (const account of await this.health()) {
            const {user, total_collateral_base: collateral, total_debt_base: debt} = account;
            const wanted = BigInt(startingUsd) * hundred ** 4n;
            if (collateral < (wanted * 98n) / hundred) {
                const amount = w.amountOfBase(user.home, wanted - collateral);
                await w.pool(user.address, 'supply', [w.market.reserve(user.home).token, amount, user.address, 0]);
                continue;
            }
            const limit = (collateral * account.current_liquidation_threshold_bps) / hundred ** 2n;
            const wantedDebt = (limit * hundred) / user.target;
            if (debt < (wantedDebt * 99n) / hundred) {
                const amount = w.amountOfBase('USDC', wantedDebt - debt);
                await w.pool(user.address, 'borrow', [w.market.reserve('USDC').token, amount, 2, 0, user.address]);
            } else if (debt > (wantedDebt * 101n) / hundred) {
                await this.repay(user, debt - wantedDebt);
            }
        }
    }

    /** Somebody else does something. */
    async passBy() {
        const {random} = this.workload;
        const name = random.pick(['supply', 'supply', 'repay', 'withdraw', 'flashLoan', 'borrow']);
        if (random.chance(60)) {
            await actions[name].run(this.workload, random.pick(this.passersBy));
        }
    }

    async report(symbol, priceE8, receipts) {
        const {head} = this.workload.chain;
        if (head % reportEveryBlocks !== 0) {
            return;
        }
        const health = (await this.health()).map((account) => account.health_factor_wad);
        const lowest = health.reduce((least, value) => (value < least ? value : least));
        const below = health.filter((value) => value < alertBelow).length;
        const change = (Number((priceE8 * 1000n) / this.startPriceE8[symbol]) - 1000) / 10;
        const price = `${symbol} $${decimal(priceE8 * 10n ** 10n)} (${change >= 0 ? '+' : ''}${change.toFixed(1)} %)`;
        const trouble = below > 0 ? `, ${below} below 1.05` : '';
        this.say(`block ${head}, ${receipts.length} transactions: ${price}, lowest health factor ${decimal(lowest)}${trouble}`);
    }
}

const short = (address) => `${address.slice(0, 6)}…${address.slice(-4)}`;

/** Two decimals, cut off, of a figure with 18. */
function decimal(value) {
    const cents = (value * hundred) / wad;
    return `${cents / hundred}.${String(cents % hundred).padStart(2, '0')}`;
}
