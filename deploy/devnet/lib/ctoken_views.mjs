// SPDX-License-Identifier: Apache-2.0
// What the contracts of a market of cTokens answer, by the names of our API.
import {readMany} from './views.mjs';

const wad = 10n ** 18n;

/** A cToken's views by our names. Those that accrue change what later calls see. */
const stored = {
    cash_wei: 'getCash', borrows_wei: 'totalBorrows', reserves_wei: 'totalReserves', supply_ctokens: 'totalSupply',
    exchange_rate_wad: 'exchangeRateStored', borrow_index_wad: 'borrowIndex', accrual_block: 'accrualBlockNumber',
    borrow_rate_per_block_wad: 'borrowRatePerBlock', supply_rate_per_block_wad: 'supplyRatePerBlock',
    reserve_factor_wad: 'reserveFactorMantissa', interest_rate_model: 'interestRateModel', underlying: 'underlying',
    implementation: 'implementation',
};
const accrued = {
    accrued_borrows_wei: 'totalBorrowsCurrent', accrued_exchange_rate_wad: 'exchangeRateCurrent',
    accrued_reserves_wei: 'totalReserves', accrued_borrow_index_wad: 'borrowIndex',
};

/** As of `block`: of the Comptroller, and of each listed cToken in its order. */
export async function marketViews(chain, market, block) {
    const call = (method, args = []) => ({contract: market.comptroller, method, args});
    const [oracle, closeFactor, incentive, listed] = await readMany(
        chain, market, [call('oracle'), call('closeFactorMantissa'), call('liquidationIncentiveMantissa'), call('getAllMarkets')], block);
    const ctokens = [];
    for (const ctoken of listed) {
        ctokens.push({ctoken, ...(await ctokenViews(chain, market, market.oracle.at(oracle), market.cToken.at(ctoken), block))});
    }
    return {oracle, close_factor_wad: closeFactor, liquidation_incentive_wad: incentive, ctokens};
}

async function ctokenViews(chain, market, oracle, ctoken, block) {
    const views = (of) => Object.values(of).map((method) => ({contract: ctoken, method, args: []}));
    const named = (of, answers) => Object.fromEntries(Object.keys(of).map((name, i) => [name, answers[i]]));
    const args = [ctoken.address];
    const [price, configuration, cap, ...answers] = await readMany(chain, market, [
        {contract: oracle, method: 'getUnderlyingPrice', args},
        {contract: market.comptroller, method: 'markets', args},
        {contract: market.comptroller, method: 'borrowCaps', args},
        ...views(stored),
    ], block);
    return {
        price_wad: price, collateral_factor_wad: configuration[1], borrow_cap_wei: cap,
        ...named(stored, answers),
        ...named(accrued, await readMany(chain, market, views(accrued), block)),
    };
}

/** As of `block`, of each account: its liquidity, and its position in each listed cToken. */
export async function positionViews(chain, market, accounts, block) {
    const listed = await chain.call(market.comptroller, 'getAllMarkets', [], block);
    const liquidity = accounts.map((account) => ({contract: market.comptroller, method: 'getAccountLiquidity', args: [account]}));
    const positions = accounts.flatMap((account) => listed.flatMap((ctoken) => [
        {contract: market.comptroller, method: 'checkMembership', args: [account, ctoken]},
        {contract: market.cToken.at(ctoken), method: 'balanceOf', args: [account]},
        {contract: market.cToken.at(ctoken), method: 'borrowBalanceStored', args: [account]},
        {contract: market.cToken.at(ctoken), method: 'getAccountSnapshot', args: [account]},
    ]));
    const debts = accounts.flatMap((account) =>
        listed.map((ctoken) => ({contract: market.cToken.at(ctoken), method: 'borrowBalanceCurrent', args: [account]})));
    const sums = await readMany(chain, market, liquidity, block);
    const held = await readMany(chain, market, positions, block);
    // The last, for it changes what the others see.
    const owed = await readMany(chain, market, debts, block);
    return accounts.map((account, i) => ({
        account,
        liquidity: sums[i] && {error: sums[i][0], liquidity_base: sums[i][1], shortfall_base: sums[i][2]},
        positions: listed.map((ctoken, j) => {
            const place = i * listed.length + j;
            const [entered, balance, debt, [, tokens, , rate]] = held.slice(4 * place, 4 * place + 4);
            const supplied = (tokens * rate) / wad; // As the Comptroller rounds it.
            return {
                ctoken, entered, balance_ctokens: balance, supplied_wei: supplied, debt_wei: debt, accrued_debt_wei: owed[place],
            };
        }),
    }));
}
