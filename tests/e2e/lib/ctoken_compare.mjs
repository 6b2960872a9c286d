// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {marketViews, positionViews} from '../../../deploy/devnet/lib/ctoken_views.mjs';
import {SheetComparison} from './sheet_compare.mjs';

const root = '/v1/chains/devnet/compound_v2/devnet';
const wad = 10n ** 18n;
const nothing = {entered: false, balance_ctokens: '0', supplied_wei: '0', debt_wei: '0', accrued_debt_wei: '0'};

/** Compares a market of cTokens with its contracts' views. */
export class CTokenComparison extends SheetComparison {
    accounts = 0;
    withDebt = 0;
    short = 0;

    /** The market, and every account, as of the chain's head. */
    async atHead(devnet, daemon, limitMs) {
        const {chain, market, workload} = devnet;
        const block = {blockHash: chain.headHash};
        const ours = await daemon.reportAt(chain.headHash, root, limitMs);
        assert.equal(ours.status, 'value', ours.reason);
        const {ctokens, ...comptroller} = await marketViews(chain, market, block);
        this.compare(`${chain.head}`, comptroller, ours.figures);
        assert.deepEqual(ours.figures.ctokens.map(({ctoken}) => ctoken), ctokens.map(({ctoken}) => ctoken.toLowerCase()));
        ctokens.forEach((ctoken, i) => this.compare(`${chain.head} ${ctoken.ctoken}`, ctoken, ours.figures.ctokens[i]));
        const health = await daemon.reportAt(chain.headHash, `${root}/accounts?limit=5000`);
        const byAccount = new Map(health.accounts.map((entry) => [entry.account, entry]));
        const everybody = [...new Set([...workload.accounts().map((account) => account.toLowerCase()), ...byAccount.keys()])];
        for (const truth of await positionViews(chain, market, everybody, block)) {
            const account = await daemon.reportAt(chain.headHash, `${root}/accounts/${truth.account}`);
            this.#account(`${chain.head} ${truth.account}`, truth, account.figures, byAccount.get(truth.account));
        }
        this.blocks += 1;
        return health.accounts;
    }

    #account(where, truth, sheet, health) {
        this.accounts += 1;
        this.figure(`${where} error`, truth.liquidity.error, 0n);
        this.compare(where, {liquidity_base: truth.liquidity.liquidity_base, shortfall_base: truth.liquidity.shortfall_base}, sheet);
        const held = new Map(sheet.positions.map((position) => [position.ctoken, position]));
        for (const {ctoken, ...position} of truth.positions) {
            this.compare(`${where} ${ctoken}`, position, held.get(ctoken.toLowerCase()) ?? nothing);
        }
        this.withDebt += truth.positions.some(({debt_wei: debt}) => debt > 0n) ? 1 : 0;
        const short = truth.liquidity.shortfall_base > 0n;
        this.short += short ? 1 : 0;
        // Who has no position listed has none to be short of.
        const below = health === undefined ? false : BigInt(health.health_factor_wad) < wad;
        this.figure(`${where} below 1`, short, below);
    }

    summary() {
        return `${this.accounts} accounts (${this.withDebt} with debt, ${this.short} short): ${super.summary()}`;
    }
}
