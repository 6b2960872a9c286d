// SPDX-License-Identifier: Apache-2.0
// What users do. Each action looks at the chain, submits its transactions for the next block and
// resolves to true, or to false when it has nothing to do for that user.
import {MaxUint256} from 'ethers';
import {borrowable, eModes, isolated, stables, symbols} from './market_parameters.mjs';
import {balances} from './views.mjs';

const variableRate = 2;
const noReferral = 0;
const dust = 50n * 100_000_000n;

const part = (amount, percent) => (amount * BigInt(percent)) / 100n + 1n;

async function availableBase(w, user) {
    const data = await w.chain.call(w.market.pool, 'getUserAccountData', [user.address]);
    return data[2];
}

async function balanceOf(w, contract, address) {
    return w.chain.call(contract, 'balanceOf', [address]);
}

const aTokenOf = (w, symbol) => w.market.aToken.at(w.market.reserve(symbol).a_token);
const debtTokenOf = (w, symbol) => w.market.debtToken.at(w.market.reserve(symbol).debt_token);

function collateralSymbol(w, user) {
    if (user.home === isolated) {
        return isolated;
    }
    return w.random.chance(75) ? user.home : w.random.pick(symbols.filter((symbol) => symbol !== isolated));
}

function debtSymbol(w, user) {
    if (user.eMode > 0) {
        return w.random.pick(eModes[user.eMode - 1].borrowable);
    }
    return user.home === isolated ? w.random.pick(stables) : w.random.pick([...stables, 'USDC', ...borrowable]);
}

/** A reserve in which the user has debt (or aTokens), with the balance; undefined when none. */
async function pickHolding(w, user, kind) {
    const held = (await balances(w.chain, w.market, user.address, w.listed())).filter((entry) => entry[kind] > 0n);
    return held.length > 0 ? w.random.pick(held) : undefined;
}

async function supplyFor(w, user, symbol, usd, beneficiary) {
    const {token} = w.market.reserve(symbol);
    await w.pool(user.address, 'supply', [token, w.amount(symbol, usd), beneficiary, noReferral]);
    if (symbol === isolated) {
        // Isolated collateral is never switched on by itself.
        await w.pool(user.address, 'setUserUseReserveAsCollateral', [token, true]);
    }
    return true;
}

const supply = (w, user) => supplyFor(w, user, collateralSymbol(w, user), w.random.between(500, 120_000), user.address);

async function supplyForAnother(w, user) {
    return supplyFor(w, user, w.random.pick(borrowable), w.random.between(100, 20_000), w.random.pick(w.users).address);
}

async function borrowFrom(w, user, onBehalfOf, percent) {
    const available = await availableBase(w, onBehalfOf);
    if (available < dust) {
        return supplyFor(w, onBehalfOf, collateralSymbol(w, onBehalfOf), w.random.between(5_000, 200_000), onBehalfOf.address);
    }
    const symbol = debtSymbol(w, onBehalfOf);
    const {token, debt_token} = w.market.reserve(symbol);
    const amount = w.amountOfBase(symbol, (available * BigInt(percent)) / 100n);
    if (user !== onBehalfOf) {
        await w.send(onBehalfOf.address, w.market.debtToken.at(debt_token), 'approveDelegation', [user.address, amount]);
    }
    await w.pool(user.address, 'borrow', [token, amount, variableRate, noReferral, onBehalfOf.address]);
    return true;
}

const borrow = (w, user) => borrowFrom(w, user, user, w.random.between(20, w.phase === 'calm' ? 97 : 60));
const borrowByDelegation = (w, user) => borrowFrom(w, user, w.random.pick(w.users), w.random.between(10, 40));

async function repayOf(w, payer, user, amountOf) {
    const holding = await pickHolding(w, user, 'debt');
    if (!holding) {
        return false;
    }
    const {token} = w.market.reserve(holding.symbol);
    await w.pool(payer.address, 'repay', [token, amountOf(holding.debt), variableRate, user.address]);
    return true;
}

const repay = (w, user) => repayOf(w, user, user, (debt) => part(debt, w.random.between(1, 90)));
const repayAll = (w, user) => repayOf(w, user, user, () => MaxUint256);
const repayForAnother = (w, user) =>
    repayOf(w, user, w.random.pick(w.users), (debt) => part(debt, w.random.between(1, 50)));

async function repayWithATokens(w, user) {
    const holding = await pickHolding(w, user, 'debt');
    if (!holding) {
        return false;
    }
    const {token} = w.market.reserve(holding.symbol);
    const owned = await balanceOf(w, aTokenOf(w, holding.symbol), user.address);
    if (owned === 0n) {
        await w.pool(user.address, 'supply', [token, part(holding.debt, 30), user.address, noReferral]);
    }
    const amount = w.random.chance(50) ? MaxUint256 : part(holding.debt, w.random.between(5, 30));
    await w.pool(user.address, 'repayWithATokens', [token, amount, variableRate]);
    return true;
}

async function withdrawOf(w, user, amountOf) {
    const holding = await pickHolding(w, user, 'aTokens');
    if (!holding) {
        return false;
    }
    const {token} = w.market.reserve(holding.symbol);
    await w.pool(user.address, 'withdraw', [token, amountOf(holding.aTokens), user.address]);
    return true;
}

const withdraw = (w, user) => withdrawOf(w, user, (owned) => part(owned, w.random.between(1, 30)));
const withdrawAll = (w, user) => withdrawOf(w, user, () => MaxUint256);

async function transferTo(w, user, recipient, amountOf) {
    const holding = await pickHolding(w, user, 'aTokens');
    if (!holding) {
        return false;
    }
    await w.send(user.address, aTokenOf(w, holding.symbol), 'transfer', [recipient, amountOf(holding.aTokens)]);
    return true;
}

const transfer = (w, user) =>
    transferTo(w, user, w.random.pick(w.users).address, (owned) => part(owned, w.random.between(1, 25)));
const transferAll = (w, user) => transferTo(w, user, w.random.pick(w.users).address, (owned) => owned);
const transferToSelf = (w, user) => transferTo(w, user, user.address, (owned) => part(owned, 20));
const transferToOutsider = (w, user) => transferTo(w, user, w.random.pick(w.outsiders), (owned) => part(owned, 5));

async function switchEMode(w, user) {
    const current = Number(await w.chain.call(w.market.pool, 'getUserEMode', [user.address]));
    const next = current > 0 ? 0 : user.eMode || w.random.between(1, eModes.length);
    await w.pool(user.address, 'setUserEMode', [next]);
    return true;
}

async function switchCollateral(w, user) {
    const holding = await pickHolding(w, user, 'aTokens');
    if (!holding) {
        return false;
    }
    const {token} = w.market.reserve(holding.symbol);
    await w.pool(user.address, 'setUserUseReserveAsCollateral', [token, w.random.chance(60)]);
    return true;
}

async function flashLoan(w, user) {
    const symbol = w.random.pick(borrowable);
    const {token} = w.market.reserve(symbol);
    await w.send(user.address, w.market.flashBorrower, 'borrow', [token, w.amount(symbol, w.random.between(10_000, 2_000_000))]);
    return true;
}

/** A flash loan of two assets, the second one kept as debt. */
async function flashLoanIntoDebt(w, user) {
    const available = await availableBase(w, user);
    if (available < dust) {
        return false;
    }
    const kept = debtSymbol(w, user);
    const returned = kept === 'USDC' ? 'DAI' : 'USDC';
    const assets = [returned, kept].map((symbol) => w.market.reserve(symbol).token);
    const amounts = [w.amount(returned, w.random.between(1_000, 500_000)), w.amountOfBase(kept, available / 5n)];
    const receiver = w.market.flashBorrower.address;
    await w.pool(user.address, 'flashLoan', [receiver, assets, amounts, [0, variableRate], user.address, '0x', noReferral]);
    return true;
}

/** Every action with its share among all. */
export const actions = {
    supply: {weight: 20, run: supply},
    supplyForAnother: {weight: 2, run: supplyForAnother},
    borrow: {weight: 24, run: borrow},
    borrowByDelegation: {weight: 2, run: borrowByDelegation},
    repay: {weight: 8, run: repay},
    repayAll: {weight: 3, run: repayAll},
    repayForAnother: {weight: 1, run: repayForAnother},
    repayWithATokens: {weight: 4, run: repayWithATokens},
    withdraw: {weight: 9, run: withdraw},
    withdrawAll: {weight: 2, run: withdrawAll},
    transfer: {weight: 5, run: transfer},
    transferAll: {weight: 1, run: transferAll},
    transferToSelf: {weight: 1, run: transferToSelf},
    transferToOutsider: {weight: 1, run: transferToOutsider},
    switchEMode: {weight: 4, run: switchEMode},
    switchCollateral: {weight: 4, run: switchCollateral},
    flashLoan: {weight: 3, run: flashLoan},
    flashLoanIntoDebt: {weight: 3, run: flashLoanIntoDebt},
};
