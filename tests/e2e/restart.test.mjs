// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import assert from 'node:assert/strict';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {Comparison} from './lib/compare.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {World, sleep} from './lib/world.mjs';

const kills = 24;
const mostBlocksBetween = 8;
const longestPauseMs = 40;
const mostBlocksBehind = 40;

// Wide limits, so that many accounts cross them in both directions.
const busyRule = {below: '1.4', resolveAt: '1.5', forBlocks: 2, minDebt: 10};

test('killed again and again, it resumes exactly and delivers what an undisturbed one does', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 30, seed: 99});
    const expected = new Deliveries();
    const received = new Deliveries();
    const options = {rule: busyRule, receiver: ', send_pending: true'};
    const steady = (await world.daemon(devnet, {name: 'steady', sink: await world.sink({onDelivery: expected.record}), ...options})).start();
    const killed = (await world.daemon(devnet, {name: 'killed', sink: await world.sink({onDelivery: received.record}), ...options})).start();
    for (const daemon of [steady, killed]) {
        await daemon.waitWithin(0, devnet.chain);
    }
    const random = new Random(3);
    for (let kill = 0; kill < kills; kill++) {
        await live(devnet, random);
        if (kill % 4 === 3) {
            await devnet.workload.reorg(random.between(1, 4), random.between(1, 5));
        }
        await killed.crash();
        if (random.chance(30)) {
            await devnet.workload.step();
        }
        killed.start();
        // Further behind, blocks are history to it, in which nobody is judged.
        await killed.waitWithin(mostBlocksBehind, devnet.chain);
        await steady.waitWithin(mostBlocksBehind, devnet.chain);
    }
    const comparison = new Comparison();
    for (const daemon of [steady, killed]) {
        await comparison.atHead(devnet, daemon);
    }
    comparison.assertExact();
    await steady.waitFor('the last deliveries', () => sameKeys(expected, received), 60_000).catch(() => {});
    assert.deepEqual(received.standingKeys(), expected.standingKeys());
    assert.ok(expected.standingKeys().length > 30, `${expected.standingKeys().length} transitions are too few to tell`);
    t.diagnostic(`${kills} kills, chain at ${devnet.chain.head}; ${comparison.summary()}`);
    t.diagnostic(`${expected.standingKeys().length} transitions stand; ${received.all.length} deliveries for ${received.unique().length} keys`);
    assert.equal(await killed.stop(), 0);
    assert.equal(await steady.stop(), 0);
});

/** A few blocks; the pauses let the kill fall anywhere in the life of a block. */
async function live(devnet, random) {
    const blocks = random.between(1, mostBlocksBetween);
    for (let i = 0; i < blocks; i++) {
        await devnet.workload.step();
        await sleep(random.below(longestPauseMs));
    }
}

const sameKeys = (one, other) => one.standingKeys().join() === other.standingKeys().join();
