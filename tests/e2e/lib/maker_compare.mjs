// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {systemViews, vaultViews} from '../../../deploy/devnet/lib/maker_views.mjs';
import {SheetComparison} from './sheet_compare.mjs';

export const root = '/v1/chains/devnet/maker/devnet';
const wad = 10n ** 18n;
const nothing = {ink_wad: '0', art_wad: '0', gem_wad: '0', debt_rad: '0', unsafe: false};

/** Compares Maker with its contracts' views. */
export class MakerComparison extends SheetComparison {
    accounts = 0;
    vaults = 0;
    unsafe = 0;
    auctions = 0;

    /** The whole, and every account, as of the chain's head. */
    async atHead(devnet, daemon, limitMs) {
        const {chain, market, workload} = devnet;
        const block = {blockHash: chain.headHash};
        const {status, reason, figures} = await daemon.reportAt(chain.headHash, root, limitMs);
        assert.equal(status, 'value', reason);
        const {system, ilks, auctions} = await systemViews(chain, market, block);
        this.compare(`${chain.head}`, system, figures);
        for (const ilk of ilks) {
            this.compare(`${chain.head} ${ilk.ilk}`, ilk, figures.ilks.find((ours) => ours.ilk === ilk.ilk));
        }
        this.figure(`${chain.head} auctions`, auctions.length, figures.auctions.length);
        for (const auction of auctions) {
            const ours = figures.auctions.find(({ilk, id}) => ilk === auction.ilk && BigInt(id) === auction.id);
            this.compare(`${chain.head} ${auction.ilk} ${auction.id}`, auction, ours);
        }
        this.auctions += auctions.length;
        await this.#accounts(chain, market, workload, daemon);
        this.blocks += 1;
    }

    async #accounts(chain, market, workload, daemon) {
        const health = await daemon.reportAt(chain.headHash, `${root}/accounts?limit=5000`);
        assert.equal(health.next, null);
        const byVault = new Map(health.accounts.map((entry) => [`${entry.account} ${entry.ilk}`, entry]));
        await workload.refresh();
        const known = [...workload.accounts(), ...health.accounts.map(({account}) => account)];
        const everybody = [...new Set(known.map((account) => account.toLowerCase()))];
        for (const truth of await vaultViews(chain, market, everybody, {blockHash: chain.headHash})) {
            const where = `${chain.head} ${truth.account}`;
            const {figures} = await daemon.reportAt(chain.headHash, `${root}/accounts/${truth.account}`);
            this.accounts += 1;
            this.compare(where, truth.balances, figures);
            for (const {ilk, ...vault} of truth.vaults) {
                this.compare(`${where} ${ilk}`, vault, figures.vaults.find((ours) => ours.ilk === ilk) ?? nothing);
                this.vaults += vault.art_wad > 0n ? 1 : 0;
                this.unsafe += vault.unsafe ? 1 : 0;
                const listed = byVault.get(`${truth.account} ${ilk}`);
                this.figure(`${where} ${ilk} below 1`, vault.unsafe, listed !== undefined && BigInt(listed.health_factor_wad) < wad);
            }
        }
    }

    summary() {
        const vaults = `${this.vaults} vaults with debt, ${this.unsafe} unsafe`;
        return `${this.accounts} accounts (${vaults}), ${this.auctions} auctions: ${super.summary()}`;
    }
}
