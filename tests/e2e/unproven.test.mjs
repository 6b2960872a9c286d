// SPDX-License-Identifier: Apache-2.0
// Blocks that nothing proves: they are taken all the same, and someone is told.
import test from 'node:test';
import assert from 'node:assert/strict';
import {Comparison} from './lib/compare.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {World} from './lib/world.mjs';

/** A header that lost its bloom has another hash than it says. */
const withoutBlooms = () => ({
    edit: (answer) => (answer.result?.logsBloom ? {...answer, result: {...answer.result, logsBloom: '0x' + '00'.repeat(256)}} : answer),
});

/** A lone endpoint gets a minute for its heads and one for its blocks before it is believed all the same. */
const limitMs = 300_000;

async function assertExact(devnet, daemon) {
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon, limitMs);
    comparison.assertExact();
    assert.ok(comparison.withDebt > 0);
}

test('blocks that nothing proves are taken with a flag, alerted, and the alert ends after ten quiet minutes of the chain', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 9});
    const proxy = await world.proxy(devnet);
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    const daemon = await world.daemon(devnet, {wsUrl: proxy.wsUrl, sink});
    const told = () => deliveries.unique().filter(({rule}) => rule === 'blocks_unverified');
    daemon.start();
    await assertExact(devnet, daemon);
    assert.equal((await daemon.get('/v1/status')).chains[0].doubt, '');

    proxy.fault = withoutBlooms;
    await devnet.workload.step();
    await assertExact(devnet, daemon);
    await daemon.waitFor('the alert', () => told().length > 0);
    const [firing] = told();
    assert.equal(firing.transition, 'firing');
    assert.equal(firing.severity, 'critical');
    assert.equal(firing.chain, 'devnet');
    assert.match(firing.evidence.doubt, /header/);
    assert.match(firing.summary, /block/);
    assert.match((await daemon.get('/v1/status')).chains[0].doubt, /endpoint anvil/);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /^faultline_blocks_unverified_total\{.*\} [1-9]/m);

    proxy.reset();
    const quietSince = Number((await devnet.anvil.rpc.call('eth_getBlockByNumber', ['latest', false])).timestamp);
    while (told().length < 2) {
        await devnet.workload.step();
        await assertExact(devnet, daemon);
    }
    const resolved = told().at(-1);
    assert.equal(resolved.transition, 'resolved');
    assert.equal(resolved.episode, firing.episode);
    const block = await devnet.anvil.rpc.call('eth_getBlockByHash', [resolved.block.hash, false]);
    assert.ok(Number(block.timestamp) - quietSince >= 600, 'not before ten minutes');
    assert.equal(await daemon.stop(), 0);
});
