// SPDX-License-Identifier: Apache-2.0
// What the edges of a market in the exposure graph come to, by part or by token.
import assert from 'node:assert/strict';

export const claims = ['supplied', 'collateral'];
export const debts = ['debt'];

/** By `part` or `token`: what edges of these kinds come to, how many there are, and the tokens that they name. */
export function sumsBy(by, graph, kinds) {
    const out = new Map();
    for (const {[by]: key, kind, token, amount} of graph.edges) {
        if (kinds.includes(kind)) {
            const {sum, edges, tokens} = out.get(key) ?? {sum: 0n, edges: 0n, tokens: new Set()};
            out.set(key, {sum: sum + BigInt(amount), edges: edges + 1n, tokens: tokens.add(token)});
        }
    }
    return out;
}

/** Each amount is rounded once, so sums are off by less than a unit for each; `more` where the contract rounds apart itself. */
export function assertComesTo(found, total, what, more = 0n) {
    const {sum, edges} = found ?? {sum: 0n, edges: 0n};
    const off = sum > total ? sum - total : total - sum;
    assert.ok(off <= edges + more, `${what}: edges come to ${sum}, the contracts say ${total}`);
}
