// SPDX-License-Identifier: Apache-2.0
// Blocks that nothing proves, and logs that are wrong in what no bloom shows.
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

/** Another figure in the last word of each log, which no bloom shows. */
const altered = ({method}) => (method !== 'eth_getLogs' ? undefined : {
    edit: (answer) => {
        for (const log of answer.result ?? []) {
            log.data = log.data.replace(/(?<=[0-9a-f]{2})[0-9a-f]$/, (digit) => (digit === '0' ? '1' : '0'));
        }
        return answer;
    },
});

/** A log that was there once is there twice. */
const doubled = ({method}) => (method !== 'eth_getLogs' ? undefined : {
    edit: (answer) => {
        const last = answer.result?.at(-1);
        return last ? {...answer, result: [...answer.result, {...last, logIndex: '0x' + (Number(last.logIndex) + 1).toString(16)}]} : answer;
    },
});

for (const [name, fault] of Object.entries({altered, doubled})) {
    test(`logs that were ${name} for two blocks are put right by a second look at their receipts`, async (t) => {
        const world = new World(t);
        const devnet = await world.devnet({users: 12, seed: 9});
        const proxy = await world.proxy(devnet);
        const daemon = (await world.daemon(devnet, {wsUrl: proxy.wsUrl})).start();
        await assertExact(devnet, daemon);
        proxy.fault = fault;
        for (let i = 0; i < 2; i++) {
            await devnet.workload.step();
            await daemon.accountsAt(devnet.chain.headHash);
        }
        proxy.reset();
        for (let i = 0; i < 8; i++) {
            await devnet.workload.step();
            await daemon.accountsAt(devnet.chain.headHash);
        }
        await daemon.waitForLog(/second_look_corrected/);
        await devnet.workload.step();
        await assertExact(devnet, daemon);
        const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
        assert.match(metrics, /^faultline_second_look_corrections_total\{.*\} [1-9]/m);
        assert.equal(await daemon.stop(), 0);
    });
}
