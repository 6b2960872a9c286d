// SPDX-License-Identifier: Apache-2.0
import {MaxUint256} from 'ethers';
import {accountData, balances} from './views.mjs';

const wad = 10n ** 18n;

/** Submits a liquidation of up to `limit` accounts that are below a health factor of one. */
export async function liquidateUnhealthy(w, limit) {
    const addresses = w.users.map((user) => user.address);
    const data = await accountData(w.chain, w.market, addresses);
    const unhealthy = addresses.filter((_, i) => data[i].health_factor_wad < wad);
    for (const address of unhealthy.slice(0, limit)) {
        await liquidate(w, address);
    }
    return unhealthy.length;
}

async function liquidate(w, address) {
    const held = await balances(w.chain, w.market, address, w.listed());
    const value = (symbol, amount) => w.baseValue(symbol, amount);
    const largest = (kind) =>
        held.reduce((best, entry) => (value(entry.symbol, entry[kind]) > value(best.symbol, best[kind]) ? entry : best));
    const collateral = largest('aTokens');
    const debt = largest('debt');
    const amount = w.random.chance(70) ? MaxUint256 : (debt.debt * BigInt(w.random.between(10, 50))) / 100n;
    const receiveATokens = w.random.chance(30);
    const tokens = [collateral, debt].map(({symbol}) => w.market.reserve(symbol).token);
    await w.pool(w.roles.liquidator, 'liquidationCall', [...tokens, address, amount, receiveATokens]);
}
