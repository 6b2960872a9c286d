// SPDX-License-Identifier: Apache-2.0
// The same market on a node of other authors, whose answers differ from anvil's in form.
import test from 'node:test';
import assert from 'node:assert/strict';
import {Comparison} from './lib/compare.mjs';
import {HardhatNode} from './lib/hardhat_node.mjs';
import {World} from './lib/world.mjs';

const blocks = 30;
const reorgEvery = 6;
const limitMs = 60_000;

test("Hardhat's node is followed exactly, through blocks that it takes back", async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 10, seed: 4, startNode: HardhatNode.start});
    const version = await devnet.anvil.rpc.call('web3_clientVersion');
    assert.match(version, /^HardhatNetwork/);
    const daemon = (await world.daemon(devnet)).start();
    const comparison = new Comparison();
    let reorgs = 0;
    for (let i = 1; i <= blocks; i++) {
        await devnet.workload.step();
        if (i % reorgEvery === 0) {
            await daemon.accountsAt(devnet.chain.headHash, limitMs);
            const depth = 1 + (reorgs % 4);
            // Every second branch is not longer than what it replaces.
            await devnet.workload.reorg(depth, reorgs % 2 === 0 ? depth + 1 : depth);
            reorgs += 1;
            await comparison.atHead(devnet, daemon, limitMs);
            comparison.assertExact();
        }
    }
    await comparison.atHead(devnet, daemon, limitMs);
    comparison.assertExact();
    assert.ok(comparison.withDebt > 0);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    const [, counted] = /^faultline_reorgs_total\{.*\} (\d+)$/m.exec(metrics) ?? [];
    assert.equal(Number(counted), reorgs);
    assert.match(metrics, /^faultline_blocks_unverified_total\{.*\} 0$/m, 'every block has the hash and the bloom it bears');
    t.diagnostic(`${version}: ${comparison.summary()}, ${reorgs} reorgs`);
    assert.equal(await daemon.stop(), 0);
});
