// SPDX-License-Identifier: Apache-2.0
// What the administrator of a market of cTokens does.
import {MaxUint256} from 'ethers';
import {assets, lateAsset} from './ctokens.mjs';

const percent = 10n ** 16n;
// ComptrollerStorage.Action of Venus.
const pausable = {mint: 0, redeem: 1, borrow: 2};
const blocksPaused = 3;

const ctokenOf = (w, symbol) => w.market.asset(symbol).ctoken;

async function setCollateralFactor(w) {
    const symbol = w.random.pick(w.listed);
    const {collateralPercent} = assets.find((asset) => asset.symbol === symbol);
    const factor = collateralPercent - BigInt(w.random.between(0, 12));
    await w.govern('_setCollateralFactor', [ctokenOf(w, symbol), factor * percent]);
}

const setCloseFactor = (w) => w.govern('_setCloseFactor', [BigInt(w.random.between(35, 70)) * percent]);
const setIncentive = (w) => w.govern('_setLiquidationIncentive', [BigInt(w.random.between(105, 112)) * percent]);

async function setReserveFactor(w) {
    await w.ctoken(w.roles.admin, w.random.pick(w.listed), '_setReserveFactor', [BigInt(w.random.between(5, 25)) * percent]);
}

async function setRateModel(w) {
    const model = w.random.pick(Object.values(w.market.manifest.models));
    await w.ctoken(w.roles.admin, w.random.pick(w.listed), '_setInterestRateModel', [model]);
}

async function setBorrowCap(w) {
    const symbol = w.random.pick(w.listed);
    const cap = w.random.chance(50) ? MaxUint256 : w.amount(symbol, w.random.between(2_000_000, 6_000_000));
    await w.govern('_setMarketBorrowCaps', [[ctokenOf(w, symbol)], [cap]]);
}

async function pause(w) {
    const action = w.random.pick(Object.values(pausable));
    await w.govern('_setActionsPaused', [[ctokenOf(w, w.random.pick(w.listed))], [action], true]);
    w.pausedAt = w.index;
}

/** What was paused some blocks ago, and whatever a reorg left paused. */
export async function liftPauses(w) {
    if (w.pausedAt !== undefined && w.index - w.pausedAt >= blocksPaused) {
        w.pausedAt = undefined;
        await w.govern('_setActionsPaused', [w.listed.map((symbol) => ctokenOf(w, symbol)), Object.values(pausable), false]);
    }
}

async function addReserves(w) {
    const symbol = w.random.pick(w.listed);
    await w.ctoken(w.roles.admin, symbol, '_addReserves', [w.amount(symbol, w.random.between(1, 2_000))]);
}

async function reduceReserves(w) {
    const symbol = w.random.pick(w.listed);
    const reserves = await w.chain.call(w.market.cTokenOf(symbol), 'totalReserves');
    await w.ctoken(w.roles.admin, symbol, '_reduceReserves', [reserves / 3n]);
}

/** To the other oracle and back; it has the same prices. */
async function setOracle(w) {
    const {oracle, spare_oracle} = w.market.manifest;
    await w.govern('_setPriceOracle', [w.oracleAddress === oracle ? spare_oracle : oracle]);
}

/** A share of what is redeemed, which Venus may keep. */
async function setTreasury(w) {
    const share = w.random.chance(50) ? 0n : percent / BigInt(w.random.between(2, 50));
    await w.govern('_setTreasuryData', [w.roles.admin, w.roles.treasury, share]);
}

/** Lists the market that is there from the start. */
export async function listLate(w) {
    const {collateralPercent} = assets.find(({symbol}) => symbol === lateAsset);
    const ctoken = ctokenOf(w, lateAsset);
    await w.govern('_supportMarket', [ctoken]);
    await w.govern('_setCollateralFactor', [ctoken, collateralPercent * percent]);
    await w.govern('_setMarketSupplyCaps', [[ctoken], [MaxUint256]]);
    await w.govern('_setMarketBorrowCaps', [[ctoken], [MaxUint256]]);
    await w.ctoken(w.roles.provider, lateAsset, 'mint', [w.amount(lateAsset, 2_000_000)]);
}

/** Every change with its share among all. */
export const governance = {
    setCollateralFactor: {weight: 5, run: setCollateralFactor},
    setCloseFactor: {weight: 3, run: setCloseFactor},
    setIncentive: {weight: 2, run: setIncentive},
    setReserveFactor: {weight: 3, run: setReserveFactor},
    setRateModel: {weight: 3, run: setRateModel},
    setBorrowCap: {weight: 3, run: setBorrowCap},
    pause: {weight: 2, run: pause},
    addReserves: {weight: 2, run: addReserves},
    reduceReserves: {weight: 2, run: reduceReserves},
    setOracle: {weight: 2, run: setOracle},
    setTreasury: {weight: 2, run: setTreasury},
};
