// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {accountData} from '../../../deploy/devnet/lib/views.mjs';

const maxU256 = 2n ** 256n - 1n;
const figureNames = [
    'total_collateral_base',
    'total_debt_base',
    'available_borrows_base',
    'current_liquidation_threshold_bps',
    'ltv_bps',
    'health_factor_wad',
];

/** Compares the daemon's accounts with Pool.getUserAccountData, and counts. */
export class Comparison {
    blocks = 0;
    accounts = 0;
    withDebt = 0;
    unvalued = 0;
    mismatches = [];

    /**
     * Every account at the chain's head: ours against the contract's, to the last unit. An account
     * that the contract cannot value must not have figures with us either.
     */
    async atHead(devnet, daemon, limitMs) {
        const {headHash, head} = devnet.chain;
        const report = await daemon.accountsAt(headHash, limitMs);
        assert.equal(report.block.number, head);
        assertSorted(report.accounts);
        const ours = new Map(report.accounts.map((entry) => [entry.account, entry]));
        const everybody = new Set([...devnet.workload.accounts().map((a) => a.toLowerCase()), ...ours.keys()]);
        const theirs = await accountData(devnet.chain, devnet.market, [...everybody], {blockHash: headHash});
        for (const truth of theirs) {
            this.#compare(head, truth, ours.get(truth.account));
        }
        this.blocks += 1;
        return theirs;
    }

    #compare(block, truth, ours) {
        this.accounts += 1;
        const status = ours?.status ?? 'value';
        if (truth.reverted || status !== 'value') {
            this.#compareMissing(block, truth, ours);
            return;
        }
        this.withDebt += truth.total_debt_base > 0n ? 1 : 0;
        for (const name of figureNames) {
            // An account we have never heard of has nothing.
            const unknown = name === 'health_factor_wad' ? maxU256 : 0n;
            const figure = ours ? BigInt(ours[name]) : unknown;
            if (figure !== truth[name]) {
                this.mismatches.push({block, account: truth.account, figure: name, ours: figure, contract: truth[name]});
            }
        }
    }

    /** We have no figures exactly where the contract has none. */
    #compareMissing(block, truth, ours) {
        this.unvalued += 1;
        const weSayFigures = (ours?.status ?? 'value') === 'value';
        if (weSayFigures || !truth.reverted) {
            const contract = truth.reverted ? 'reverts' : 'has figures';
            this.mismatches.push({block, account: truth.account, figure: 'status', ours: ours?.reason ?? 'figures', contract});
        }
    }

    summary() {
        return `${this.accounts} accounts compared at ${this.blocks} blocks (${this.withDebt} with debt), ` +
            `${this.accounts * figureNames.length} figures, ${this.mismatches.length} mismatches`;
    }

    assertExact() {
        assert.deepEqual(this.mismatches.slice(0, 10), [], this.summary());
    }
}

function assertSorted(accounts) {
    for (let i = 1; i < accounts.length; i++) {
        assert.ok(accounts[i - 1].account < accounts[i].account, 'accounts are sorted and unique');
    }
}
