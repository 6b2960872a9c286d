// SPDX-License-Identifier: Apache-2.0
// What the contracts themselves answer, many questions in one pinned call.
import {quantity} from './rpc.mjs';

const callsPerRequest = 400;
const viewGas = quantity(400_000_000);

/**
 * Answers to `calls`, each {contract, method, args}, as of `block` ("latest" or {blockHash});
 * undefined for a call that reverted.
 */
export async function readMany(chain, market, calls, block = 'latest') {
    const answers = [];
    for (let start = 0; start < calls.length; start += callsPerRequest) {
        const part = calls.slice(start, start + callsPerRequest);
        const encoded = part.map(({contract, method, args}) => [contract.address, contract.encode(method, args)]);
        const data = market.multicall.encode('aggregate', [encoded]);
        const request = {to: market.multicall.address, data, gas: viewGas};
        const result = market.multicall.decode('aggregate', await chain.rpc.call('eth_call', [request, block]));
        part.forEach(({contract, method}, i) => {
            answers.push(result.ok[i] ? contract.decode(method, result.results[i]) : undefined);
        });
    }
    return answers;
}

/**
 * Pool.getUserAccountData of each account, in its six figures by the names of our API; `reverted`
 * when the contract has no answer.
 */
export async function accountData(chain, market, accounts, block = 'latest') {
    const calls = accounts.map((account) => ({contract: market.pool, method: 'getUserAccountData', args: [account]}));
    const answers = await readMany(chain, market, calls, block);
    return answers.map((answer, i) => ({account: accounts[i].toLowerCase(), ...(answer ? figures(answer) : {reverted: true})}));
}

function figures(answer) {
    const [collateral, debt, available, threshold, ltv, healthFactor] = answer;
    return {
        total_collateral_base: collateral,
        total_debt_base: debt,
        available_borrows_base: available,
        current_liquidation_threshold_bps: threshold,
        ltv_bps: ltv,
        health_factor_wad: healthFactor,
    };
}

/** [{symbol, aTokens, debt}] of one account, in token units, interest included. */
export async function balances(chain, market, account, symbols) {
    const calls = symbols.flatMap((symbol) => {
        const {a_token, debt_token} = market.reserve(symbol);
        return [market.aToken.at(a_token), market.debtToken.at(debt_token)].map((contract) => ({
            contract,
            method: 'balanceOf',
            args: [account],
        }));
    });
    const answers = await readMany(chain, market, calls);
    return symbols.map((symbol, i) => ({symbol, aTokens: answers[2 * i], debt: answers[2 * i + 1]}));
}
