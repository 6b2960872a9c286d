// SPDX-License-Identifier: Apache-2.0
// What the market's administrator does: changes of risk parameters, oracle and reserves. Each reads
// the present state from the chain, so it stays right after a reorg.
import {AbiCoder} from 'ethers';
import {borrowable, eModes, isolated, reserves, stables, volatile, wrapped} from './market_parameters.mjs';
import {reserveInput} from './market.mjs';

const graceSeconds = 60;

const tokenOf = (w, symbol) => w.market.reserve(symbol).token;

async function changeCollateral(w) {
    const reserve = w.random.pick(reserves.filter(({symbol}) => !stables.includes(symbol)));
    const ltv = reserve.ltvBps - w.random.below(100);
    const threshold = reserve.thresholdBps - w.random.below(60);
    await w.configure('configureReserveAsCollateral', [tokenOf(w, reserve.symbol), ltv, threshold, reserve.bonusBps]);
}

async function changeReserveFactor(w) {
    await w.configure('setReserveFactor', [tokenOf(w, w.random.pick(borrowable)), w.random.between(1000, 2500)]);
}

async function changeRates(w) {
    const {symbol, ratesBps} = w.random.pick(reserves);
    const [optimal, base, below, above] = ratesBps;
    const changed = [optimal, base + w.random.below(100), below + w.random.below(200), above];
    const data = AbiCoder.defaultAbiCoder().encode(['tuple(uint16,uint32,uint32,uint32)'], [changed]);
    await w.configure('setReserveInterestRateData', [tokenOf(w, symbol), data]);
}

async function changeCaps(w) {
    const token = tokenOf(w, w.random.pick(borrowable));
    await w.configure('setSupplyCap', [token, 4_000_000_000 + w.random.below(1_000_000)]);
    await w.configure('setBorrowCap', [token, 3_000_000_000 + w.random.below(1_000_000)]);
}

async function changeFees(w) {
    await w.configure('setLiquidationProtocolFee', [tokenOf(w, w.random.pick(borrowable)), w.random.between(0, 2000)]);
    await w.configure('updateFlashloanPremium', [w.random.between(0, 30)]);
    await w.configure('setDebtCeiling', [tokenOf(w, isolated), w.random.between(1_000_000_00, 3_000_000_00)]);
}

const pauseMethod = 'setReservePause(address,bool,uint40)';

async function freeze(w) {
    await w.configure('setReserveFreeze', [tokenOf(w, w.random.pick(borrowable)), true]);
}

async function pause(w) {
    await w.configure(pauseMethod, [tokenOf(w, w.random.pick(borrowable)), true, 0]);
}

/** Ends each pause and freeze in one of three blocks. */
export async function liftRestrictions(w) {
    for (const symbol of w.paused) {
        if (w.random.chance(33)) {
            await w.configure(pauseMethod, [tokenOf(w, symbol), false, graceSeconds]);
        }
    }
    for (const symbol of w.frozen) {
        if (w.random.chance(33)) {
            // A frozen reserve has no loan-to-value; unfreezing alone does not give it back.
            await w.configure('setReserveFreeze', [tokenOf(w, symbol), false]);
            await w.configure('setReserveLtvzero', [tokenOf(w, symbol), false]);
        }
    }
}

async function changeEMode(w) {
    const mode = w.random.pick(eModes);
    const ltv = mode.ltvBps - w.random.below(50);
    const threshold = mode.thresholdBps - w.random.below(50);
    await w.configure('setEModeCategory', [mode.id, ltv, threshold, mode.bonusBps, mode.label]);
}

/** Takes a collateral out of its eMode, or puts it back. */
async function changeEModeCollateral(w) {
    const mode = w.random.pick(eModes);
    const symbol = mode.collateral[mode.collateral.length - 1];
    const bitmap = await w.chain.call(w.market.pool, 'getEModeCategoryCollateralBitmap', [mode.id]);
    const reserve = await w.chain.call(w.market.pool, 'getReserveData', [tokenOf(w, symbol)]);
    const listed = ((BigInt(bitmap) >> BigInt(reserve.id)) & 1n) === 1n;
    await w.configure('setAssetCollateralInEMode', [tokenOf(w, symbol), mode.id, !listed]);
}

async function switchLtvZero(w) {
    const mode = w.random.pick(eModes);
    await w.configure('setAssetLtvzeroInEMode', [tokenOf(w, mode.collateral[0]), mode.id, w.random.chance(30)]);
    await w.configure('setReserveLtvzero', [tokenOf(w, w.random.pick(volatile)), w.random.chance(30)]);
}

async function mintToTreasury(w) {
    const tokens = borrowable.map((symbol) => tokenOf(w, symbol));
    await w.send(w.roles.admin, w.market.pool, 'mintToTreasury', [tokens]);
}

/** Pays for bad debt by burning aTokens of the account that stands for Aave's Umbrella. */
async function coverDeficit(w) {
    for (const symbol of borrowable) {
        const deficit = await w.chain.call(w.market.pool, 'getReserveDeficit', [tokenOf(w, symbol)]);
        if (deficit > 0n) {
            const amount = w.random.chance(50) ? deficit : deficit / 2n + 1n;
            await w.pool(w.roles.umbrella, 'eliminateReserveDeficit', [tokenOf(w, symbol), amount]);
            return;
        }
    }
}

/** Points the oracle at the asset's other feed, whose price differs a little. */
async function changeFeed(w) {
    const symbol = w.random.pick(volatile);
    const {feed, spare_feed, spare_aggregator} = w.market.reserve(symbol);
    const source = await w.chain.call(w.oracle(), 'getSourceOfAsset', [tokenOf(w, symbol)]);
    const next = source === feed ? spare_feed : feed;
    await w.setAnswer(spare_aggregator, (w.priceE8[symbol] * 1001n) / 1000n);
    await w.send(w.roles.admin, w.oracle(), 'setAssetSources', [[tokenOf(w, symbol)], [next]]);
}

/** Puts the other aggregator behind the asset's feed, of which no event tells. */
async function changeAggregator(w) {
    const {feed, aggregator, spare_aggregator} = w.market.reserve(w.random.pick(volatile));
    const proxy = w.market.feedProxy.at(feed);
    const current = await w.chain.call(proxy, 'aggregator');
    const next = current === aggregator ? spare_aggregator : aggregator;
    await w.send(w.roles.keeper, proxy, 'confirmAggregator', [next]);
}

/** Replaces the whole oracle by the other one. */
async function changeOracle(w) {
    const {oracle, spare_oracle} = w.market.manifest;
    const next = w.oracle().address === oracle ? spare_oracle : oracle;
    await w.send(w.roles.admin, w.market.provider, 'setPriceOracle', [next]);
}

/** Moves the wrapped token's rate, of which no event tells. */
async function changeWrappedRate(w) {
    const token = w.market.wrappedToken.at(tokenOf(w, wrapped));
    const rate = await w.chain.call(token, 'stEthPerToken');
    await w.send(w.roles.keeper, token, 'setRate', [(rate * BigInt(100_000 + w.random.between(-20, 60))) / 100_000n]);
}

export const governance = {
    changeCollateral: {weight: 5, run: changeCollateral},
    changeReserveFactor: {weight: 3, run: changeReserveFactor},
    changeRates: {weight: 2, run: changeRates},
    changeCaps: {weight: 2, run: changeCaps},
    changeFees: {weight: 2, run: changeFees},
    freeze: {weight: 4, run: freeze},
    pause: {weight: 3, run: pause},
    changeEMode: {weight: 3, run: changeEMode},
    changeEModeCollateral: {weight: 3, run: changeEModeCollateral},
    switchLtvZero: {weight: 3, run: switchLtvZero},
    mintToTreasury: {weight: 5, run: mintToTreasury},
    coverDeficit: {weight: 4, run: coverDeficit},
    changeFeed: {weight: 3, run: changeFeed},
    changeAggregator: {weight: 2, run: changeAggregator},
    changeOracle: {weight: 2, run: changeOracle},
    changeWrappedRate: {weight: 8, run: changeWrappedRate},
};

/** Lists the reserve `symbol`, whose token and feed are deployed already. */
export async function listReserve(w, symbol) {
    const template = reserves.find((reserve) => reserve.symbol === 'LINK');
    const entry = w.market.reserve(symbol);
    await w.send(w.roles.admin, w.oracle(), 'setAssetSources', [[entry.token], [entry.feed]]);
    await w.configure('initReserves', [[reserveInput(w.market.manifest, symbol, entry.token, template.ratesBps)]]);
    await w.configure('configureReserveAsCollateral', [entry.token, template.ltvBps, template.thresholdBps, template.bonusBps]);
    await w.configure('setReserveBorrowing', [entry.token, true]);
    await w.configure('setReserveFactor', [entry.token, template.factorBps]);
}

/** Takes an unused reserve off the market, which leaves a hole in the list of reserves. */
export const dropReserve = (w, symbol) => w.configure('dropReserve', [tokenOf(w, symbol)]);
