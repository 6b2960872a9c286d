// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import assert from 'node:assert/strict';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {Comparison} from './lib/compare.mjs';
import {World} from './lib/world.mjs';

const blocks = 320;
const users = 55;
const compareEvery = 10;
const reorgEvery = 16;

/** The ways in which a chain changes its mind, each at every depth from 1 to 5. */
const reorgs = [
    {name: 'a longer branch', run: (devnet, depth) => devnet.workload.reorg(depth, depth + 1)},
    {name: 'a shorter branch', run: (devnet, depth) => devnet.workload.reorg(depth, 1)},
    {name: 'empty blocks', run: (devnet, depth) => devnet.chain.replaceByEmpty(depth)},
    {name: 'blocks that vanish', run: async (devnet, depth) => {
        await devnet.chain.rollBack(depth);
        await devnet.workload.step();
    }},
];

test('every account equals getUserAccountData at every tenth block and after every reorg', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users, seed: 20261121});
    const daemon = (await world.daemon(devnet)).start();
    const random = new Random(5);
    const comparison = new Comparison();
    let reorgCount = 0;
    for (let i = 1; i <= blocks; i++) {
        await devnet.workload.step();
        if (i % reorgEvery === 0) {
            if (random.chance(60)) {
                // So that the daemon has seen the blocks that go away.
                await daemon.accountsAt(devnet.chain.headHash);
            }
            const {name, run} = reorgs[reorgCount % reorgs.length];
            const depth = 1 + (reorgCount % 5);
            reorgCount += 1;
            await run(devnet, depth);
            await comparison.atHead(devnet, daemon);
            comparison.assertExact();
            t.diagnostic(`block ${devnet.chain.head}: reorg of ${depth} into ${name} followed`);
        } else if (i % compareEvery === 0) {
            await comparison.atHead(devnet, daemon);
            comparison.assertExact();
        }
    }
    t.diagnostic(comparison.summary());
    t.diagnostic(`${reorgCount} reorgs; ${describe(devnet.workload.stats)}`);
    assert.ok(comparison.withDebt > 1000, 'the comparison is about accounts with debt');
    for (const method of ['liquidationCall', 'repayWithATokens', 'transfer', 'setUserEMode', 'dropReserve', 'eliminateReserveDeficit']) {
        assert.ok(devnet.workload.stats[method]?.done > 0, `the workload reached ${method}`);
    }
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /^faultline_blocks_unverified_total\{.*\} 0$/m, 'every block has the hash and the bloom it bears');
    assert.equal(await daemon.stop(), 0);
});

test('an asset without a price is an error for its holders, never a wrong figure, and it passes', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 20, seed: 12});
    const daemon = (await world.daemon(devnet)).start();
    const {workload} = devnet;
    await workload.step();
    const priceE8 = workload.priceE8.LINK;
    await workload.setPrice('LINK', 0n);
    await workload.mine();
    const during = new Comparison();
    await during.atHead(devnet, daemon);
    during.assertExact();
    assert.ok(during.unvalued > 0, 'somebody holds LINK');
    await workload.setPrice('LINK', priceE8);
    await workload.mine();
    const after = new Comparison();
    await after.atHead(devnet, daemon);
    after.assertExact();
    t.diagnostic(`without a price: ${during.summary()}, ${during.unvalued} without figures`);
});

function describe(stats) {
    return Object.entries(stats).map(([method, {done}]) => `${method} ${done}`).join(', ');
}
