// SPDX-License-Identifier: Apache-2.0
// The whole devnet in one object: a node, the market on it, and the workload that moves it.
import {Anvil} from './anvil.mjs';
import {loadArtifacts} from './artifacts.mjs';
import {Chain} from './chain.mjs';
import {aaveSection} from './faultline_config.mjs';
import {deployMarket} from './market.mjs';
import {Workload} from './workload.mjs';

const roleAccounts = 5;
const fixedGenesis = 1_760_000_000;

/** What stands on the chain unless a caller brings another part (parts.mjs). */
const aave = {
    name: 'the Aave V3.6 market',
    protocol: 'aave_v3',
    deploy: deployMarket,
    live: (chain, market, options) => new Workload(chain, market, options),
    section: aaveSection,
};

export class Devnet {
    /**
     * Starts a node in `directory`, deploys the market and seeds it. With the default genesis time
     * the chain is the same at every run of the same options. `startNode` may bring another node that
     * offers what Anvil does, `part` another market than Aave's.
     */
    static async start({
        directory, port = 0, seed = 1, users = 50, actionsPerBlock, genesis = fixedGenesis, historyBlocks, cacheDir,
        startNode = Anvil.start, part = aave, progress = () => {},
    }) {
        const artifacts = await loadArtifacts({cacheDir, progress});
        progress('starting the node');
        const init = part.genesis?.({directory, timestamp: genesis});
        const anvil = await startNode({directory, port, accounts: users + roleAccounts, timestamp: genesis, historyBlocks, init});
        try {
            const chain = await Chain.connect(anvil.rpc);
            progress(`deploying ${part.name}`);
            const market = await part.deploy(chain, artifacts);
            const workload = part.live(chain, market, {seed, users, actionsPerBlock});
            progress(`seeding ${users} users`);
            await workload.seed();
            return new Devnet(anvil, chain, market, workload, part);
        } catch (error) {
            await anvil.stop();
            throw error;
        }
    }

    constructor(anvil, chain, market, workload, part) {
        this.anvil = anvil;
        this.chain = chain;
        this.market = market;
        this.workload = workload;
        this.part = part;
    }

    /** What a follower of this chain may want to know, as plain JSON. */
    manifest() {
        const {roles, users} = this.workload;
        return {
            chain_id: 31337,
            http_url: this.anvil.httpUrl,
            ws_url: this.anvil.wsUrl,
            head: {number: this.chain.head, hash: this.chain.headHash},
            [this.part.protocol]: this.market.manifest,
            roles,
            users: users.map((user) => user.address),
        };
    }

    stop() {
        return this.anvil.stop();
    }
}
