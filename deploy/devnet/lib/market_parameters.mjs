// SPDX-License-Identifier: Apache-2.0
// The risk parameters of the devnet's market: close to those of Aave on Ethereum.

const bps = (percent) => Math.round(percent * 100);

/**
 * One row per reserve. priceE8: USD with 8 decimals. ltv, threshold, bonus, factor: percent. Caps in
 * whole tokens, 0 for none. rates: optimal usage, base, slope below, slope above, in percent.
 */
const rows = [
    //  symbol   decimals  USD      ltv   threshold bonus factor supplyCap  borrowCap  rates
    ['WETH',     18,       4_000,   80.5, 83,       5,    15,    2_000_000, 1_800_000, [92, 0, 2.7, 40]],
    ['wstETH',   18,       4_800,   78.5, 81,       6,    15,    1_000_000, 300_000,   [80, 0, 1, 85]],
    ['WBTC',     8,        100_000, 73,   78,       5,    20,    50_000,    40_000,    [80, 0, 4, 300]],
    ['USDC',     6,        1,       75,   78,       4.5,  10,    0,         0,         [92, 0, 6, 40]],
    ['USDT',     6,        1,       75,   78,       4.5,  10,    0,         0,         [92, 0, 6, 35]],
    ['DAI',      18,       1,       63,   77,       5,    25,    0,         0,         [92, 0, 6, 40]],
    ['LINK',     18,       20,      66,   71,       7,    20,    5_000_000, 2_000_000, [45, 0, 9, 300]],
    ['ISO',      18,       2,       35,   41,       8.3,  35,    5_000_000, 0,         [70, 0, 9, 300]],
];

export const reserves = rows.map(
    ([symbol, decimals, usd, ltv, threshold, bonus, factor, supplyCap, borrowCap, rates]) => ({
        symbol,
        decimals,
        priceE8: BigInt(usd) * 100_000_000n,
        ltvBps: bps(ltv),
        thresholdBps: bps(threshold),
        bonusBps: bps(100 + bonus),
        factorBps: bps(factor),
        supplyCap,
        borrowCap,
        ratesBps: rates.map(bps),
    }),
);

export const symbols = reserves.map((reserve) => reserve.symbol);
export const stables = ['USDC', 'USDT', 'DAI'];

/** May be collateral only alone, and then only stablecoins may be borrowed, up to a ceiling. */
export const isolated = 'ISO';
export const isolatedDebtCeilingCents = 2_000_000_00n;

/** Its price is another's times a rate, so it is not set but follows. */
export const wrapped = 'wstETH';
export const wrappedBase = 'WETH';

export const borrowable = symbols.filter((symbol) => symbol !== isolated);
export const volatile = symbols.filter((symbol) => !stables.includes(symbol) && symbol !== wrapped);

export const liquidationProtocolFeeBps = 1000;
export const flashLoanPremiumBps = 5n;

export const eModes = [
    {id: 1, label: 'ETH correlated', ltvBps: 9300, thresholdBps: 9500, bonusBps: 10100, collateral: ['WETH', 'wstETH'], borrowable: ['WETH']},
    {id: 2, label: 'USD stablecoins', ltvBps: 9000, thresholdBps: 9300, bonusBps: 10200, collateral: stables, borrowable: stables},
];
