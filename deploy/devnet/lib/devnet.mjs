// SPDX-License-Identifier: Apache-2.0
// The whole devnet in one object: a node, the market on it, and the workload that moves it.
import {Anvil} from './anvil.mjs';
import {loadArtifacts} from './artifacts.mjs';
import {Chain} from './chain.mjs';
import {deployMarket} from './market.mjs';
import {Workload} from './workload.mjs';

const roleAccounts = 5;
const fixedGenesis = 1_760_000_000;

export class Devnet {
    /**
     * Starts a node in `directory`, deploys the market and seeds it. With the default genesis time
     * the chain is the same at every run of the same options. `startNode` may bring another node that
     * offers what Anvil does.
     */
    static async start({directory, port = 0, seed = 1, users = 50, actionsPerBlock, genesis = fixedGenesis, historyBlocks, cacheDir, startNode = Anvil.start, progress = () => {}}) {
        const artifacts = await loadArtifacts({cacheDir, progress});
        progress('starting the node');
        const anvil = await startNode({directory, port, accounts: users + roleAccounts, timestamp: genesis, historyBlocks});
        try {
            const chain = await Chain.connect(anvil.rpc);
            progress('deploying the Aave V3.6 market');
            const market = await deployMarket(chain, artifacts);
            const workload = new Workload(chain, market, {seed, users, actionsPerBlock});
            progress(`seeding ${users} users`);
            await workload.seed();
            return new Devnet(anvil, chain, market, workload);
        } catch (error) {
            await anvil.stop();
            throw error;
        }
    }

    constructor(anvil, chain, market, workload) {
        this.anvil = anvil;
        this.chain = chain;
        this.market = market;
        this.workload = workload;
    }

    /** What a follower of this chain may want to know, as plain JSON. */
    manifest() {
        const {roles, users} = this.workload;
        return {
            chain_id: 31337,
            http_url: this.anvil.httpUrl,
            ws_url: this.anvil.wsUrl,
            head: {number: this.chain.head, hash: this.chain.headHash},
            aave_v3: this.market.manifest,
            roles,
            users: users.map((user) => user.address),
        };
    }

    stop() {
        return this.anvil.stop();
    }
}
