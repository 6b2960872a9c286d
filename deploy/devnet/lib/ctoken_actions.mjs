// SPDX-License-Identifier: Apache-2.0
// What users of cTokens do. Each looks at the chain and submits its transactions for the next block.
import {MaxUint256} from 'ethers';
import {part} from './seeded_life.mjs';

const usdWad = 10n ** 18n;
const dustUsd = 50n * usdWad;

/** The account's holding of something, picked at random; undefined when there is none. */
async function pickHolding(w, address, kind) {
    const held = (await w.holdings(address)).filter((entry) => entry[kind] > 0n);
    return held.length > 0 ? w.random.pick(held) : undefined;
}

async function supply(w, {address}) {
    const symbol = w.random.pick(w.listed);
    await w.ctoken(address, symbol, 'mint', [w.amount(symbol, w.random.between(500, 100_000))]);
}

async function supplyForAnother(w, {address}) {
    const symbol = w.random.pick(w.listed);
    const receiver = w.random.chance(50) ? w.random.pick(w.users).address : w.random.pick(w.outsiders);
    await w.ctoken(address, symbol, 'mintBehalf', [receiver, w.amount(symbol, w.random.between(100, 10_000))]);
}

async function borrow(w, user) {
    const [, liquidity] = await w.chain.call(w.market.comptroller, 'getAccountLiquidity', [user.address]);
    if (liquidity < dustUsd) {
        await supply(w, user);
        return;
    }
    const symbol = w.random.pick(w.listed);
    const usd = (liquidity * BigInt(w.random.between(20, w.phase === 'calm' ? 98 : 60))) / 100n / usdWad;
    await w.ctoken(user.address, symbol, 'borrow', [w.amount(symbol, usd)]);
}

async function repayOf(w, payer, {address}, amountOf) {
    const holding = await pickHolding(w, address, 'debt');
    if (holding) {
        const {symbol, debt} = holding;
        const [method, args] = payer.address === address ? ['repayBorrow', []] : ['repayBorrowBehalf', [address]];
        await w.ctoken(payer.address, symbol, method, [...args, amountOf(debt)]);
    }
}

const repay = (w, user) => repayOf(w, user, user, (debt) => part(debt, w.random.between(1, 90)));
const repayAll = (w, user) => repayOf(w, user, user, () => MaxUint256);
const repayForAnother = (w, user) => repayOf(w, user, w.random.pick(w.users), (debt) => part(debt, 30));

async function redeemOf(w, {address}, amountOf) {
    const holding = await pickHolding(w, address, 'tokens');
    if (holding) {
        await w.ctoken(address, holding.symbol, 'redeem', [amountOf(holding.tokens)]);
    }
}

const redeem = (w, user) => redeemOf(w, user, (tokens) => part(tokens, w.random.between(1, 50)));
const redeemAll = (w, user) => redeemOf(w, user, (tokens) => tokens);

async function redeemUnderlying(w, {address}) {
    const holding = await pickHolding(w, address, 'tokens');
    if (holding) {
        const usd = Number((holding.suppliedUsd * BigInt(w.random.between(1, 40))) / 100n / usdWad);
        await w.ctoken(address, holding.symbol, 'redeemUnderlying', [w.amount(holding.symbol, usd)]);
    }
}

async function transferTo(w, {address}, receiver, percent) {
    const holding = await pickHolding(w, address, 'tokens');
    if (holding) {
        await w.ctoken(address, holding.symbol, 'transfer', [receiver, part(holding.tokens, percent)]);
    }
}

const transfer = (w, user) => transferTo(w, user, w.random.pick(w.users).address, w.random.between(1, 30));
const transferToOutsider = (w, user) => transferTo(w, user, w.random.pick(w.outsiders), 5);
const transferToCToken = (w, user) => transferTo(w, user, w.market.asset(w.random.pick(w.listed)).ctoken, 1);

async function enter(w, {address}) {
    await w.send(address, w.market.comptroller, 'enterMarkets', [w.listed.map((symbol) => w.market.asset(symbol).ctoken)]);
}

async function exit(w, {address}) {
    await w.send(address, w.market.comptroller, 'exitMarket', [w.market.asset(w.random.pick(w.listed)).ctoken]);
}

/** Tokens that a cToken has without an event of its own. */
async function donate(w, {address}) {
    const symbol = w.random.pick(w.listed);
    const {token, ctoken} = w.market.asset(symbol);
    await w.send(address, w.market.token.at(token), 'transfer', [ctoken, w.amount(symbol, w.random.between(1, 5_000))]);
}

async function accrue(w, {address}) {
    await w.ctoken(address, w.random.pick(w.listed), 'accrueInterest', []);
}

/** Every action with its share among all. */
export const actions = {
    supply: {weight: 18, run: supply},
    supplyForAnother: {weight: 3, run: supplyForAnother},
    borrow: {weight: 30, run: borrow},
    repay: {weight: 8, run: repay},
    repayAll: {weight: 3, run: repayAll},
    repayForAnother: {weight: 2, run: repayForAnother},
    redeem: {weight: 7, run: redeem},
    redeemAll: {weight: 2, run: redeemAll},
    redeemUnderlying: {weight: 5, run: redeemUnderlying},
    transfer: {weight: 5, run: transfer},
    transferToOutsider: {weight: 1, run: transferToOutsider},
    transferToCToken: {weight: 1, run: transferToCToken},
    enter: {weight: 3, run: enter},
    exit: {weight: 4, run: exit},
    donate: {weight: 2, run: donate},
    accrue: {weight: 3, run: accrue},
};
