// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import assert from 'node:assert/strict';
import {accountData} from '../../deploy/devnet/lib/views.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {Story} from './lib/story.mjs';
import {World} from './lib/world.mjs';

async function stage(t, {forBlocks = 2, receiver = ', send_pending: true', respond, waitFor = 'latest', finalized} = {}) {
    const world = new World(t);
    const story = await Story.begin(world);
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record, respond});
    if (finalized) {
        story.devnet.endpoint.fault = finalized(story.devnet);
    }
    const daemon = (await world.daemon(story.devnet, {sink, receiver, rule: {...story.rule(forBlocks), waitFor}})).start();
    const heard = (expected) =>
        daemon.waitFor(`deliveries ${expected}`, () => deliveries.story(story.borrower).length >= expected.length)
            .then(() => assert.deepEqual(deliveries.story(story.borrower), expected));
    await daemon.accountsAt(story.devnet.chain.headHash);
    return {story, deliveries, sink, daemon, heard};
}

test('an alert goes from pending to firing to resolved, with the figures of its block', async (t) => {
    const {story, deliveries, heard} = await stage(t);
    const fallen = await story.health(85);
    await heard(['pending']);
    const second = await story.health(84);
    const [truth] = await accountData(story.devnet.chain, story.devnet.market, [story.borrower], {blockHash: second.hash});
    await heard(['pending', 'firing']);
    await story.health(92);
    await story.health(96);
    await heard(['pending', 'firing', 'resolved']);

    const [pending, firing, resolved] = deliveries.unique();
    assert.equal(pending.block.hash, fallen.hash);
    assert.equal(firing.block.hash, second.hash);
    assert.equal(firing.block.number, Number(second.number));
    assert.equal(firing.severity, 'critical');
    assert.equal(firing.rule, 'low_health_factor');
    assert.equal(firing.chain, 'devnet');
    assert.equal(firing.figures.health_factor_wad, truth.health_factor_wad.toString());
    assert.equal(firing.figures.total_debt_base, truth.total_debt_base.toString());
    for (const delivery of [pending, firing, resolved]) {
        assert.equal(delivery.fingerprint, firing.fingerprint);
        assert.equal(delivery.episode, firing.episode);
        assert.ok(delivery.summary.length > 20, 'the summary is a sentence');
    }
});

test('without send_pending a receiver hears of firing and resolved only', async (t) => {
    const {story, heard} = await stage(t, {receiver: ''});
    await story.health(85);
    await story.blocks(2);
    await heard(['firing']);
    await story.health(100);
    await heard(['firing', 'resolved']);
});

test('a second episode has another key and the same fingerprint', async (t) => {
    const {story, deliveries, heard} = await stage(t, {forBlocks: 1, receiver: ''});
    await story.health(85);
    await story.health(100);
    await story.health(85);
    await story.health(100);
    await heard(['firing', 'resolved', 'firing', 'resolved']);
    const [first, , second] = deliveries.unique();
    assert.equal(first.fingerprint, second.fingerprint);
    assert.notEqual(first.episode, second.episode);
});

test('a reorg that takes the cause back retracts the alert', async (t) => {
    const {story, heard, daemon} = await stage(t, {forBlocks: 1, receiver: ''});
    await story.health(85);
    await heard(['firing']);
    await story.devnet.chain.rollBack(1);
    await story.blocks(2);
    await heard(['firing', 'retracted firing']);
    const alerts = await daemon.get('/v1/alerts');
    assert.deepEqual(alerts.alerts, []);
});

test('a rule that waits for finality tells when the block is final, and never of what was taken back', async (t) => {
    let final = 0;
    const finalized = (devnet) => async ({method, params}) => {
        if (method !== 'eth_getBlockByNumber' || !['safe', 'finalized'].includes(params[0])) {
            return undefined;
        }
        return {result: await devnet.anvil.rpc.call(method, ['0x' + final.toString(16), false])};
    };
    const {story, deliveries, heard, daemon} = await stage(t, {forBlocks: 1, receiver: '', waitFor: 'finalized', finalized});
    await story.health(85);
    await daemon.accountsAt(story.devnet.chain.headHash);
    await story.devnet.chain.rollBack(1);
    await story.blocks(2);
    const fallen = await story.health(85);
    await story.blocks(2);
    await daemon.accountsAt(story.devnet.chain.headHash);
    const firing = async () => (await daemon.get('/v1/alerts')).alerts.map(({phase, began}) => [phase, began.hash]);
    assert.deepEqual(await firing(), [['firing', fallen.hash]], 'it fires at once');
    final = Number(fallen.number) - 1;
    await daemon.waitFor('finality below it', async () => (await daemon.get('/v1/status')).chains[0].finalized === final);
    assert.deepEqual(deliveries.all, [], 'and nobody is told yet');
    final += 1;
    await heard(['firing']);
    assert.equal(deliveries.all[0].block.hash, fallen.hash);
});

test('a reorg that keeps the cause retracts the old firing and fires with a new key', async (t) => {
    const {story, deliveries, heard} = await stage(t, {forBlocks: 2, receiver: ''});
    await story.health(85);
    const orphaned = await story.health(84);
    await heard(['firing']);
    await story.devnet.chain.rollBack(1);
    const kept = await story.health(83);
    await heard(['firing', 'retracted firing', 'firing']);
    const [first, retraction, second] = deliveries.unique();
    assert.equal(first.block.hash, orphaned.hash);
    assert.equal(retraction.block.hash, orphaned.hash);
    assert.equal(second.block.hash, kept.hash);
    assert.notEqual(first.key, second.key);
});

test('a reorg that takes the recovery back retracts the resolve', async (t) => {
    const {story, heard} = await stage(t, {forBlocks: 1, receiver: ''});
    await story.health(85);
    await story.health(100);
    await heard(['firing', 'resolved']);
    await story.devnet.chain.rollBack(1);
    await story.blocks(2);
    await heard(['firing', 'resolved', 'retracted resolved']);
    await story.health(100);
    await heard(['firing', 'resolved', 'retracted resolved', 'resolved']);
});

const failures = {
    'answers 500': () => ({status: 500}),
    'answers 429 with Retry-After': () => ({status: 429, headers: {'retry-after': '1'}}),
    'never answers': () => null,
};

for (const [name, failing] of Object.entries(failures)) {
    test(`a receiver that ${name} gets everything once it recovers, in order`, async (t) => {
        let healthy = false;
        const attempts = [];
        const respond = ({json}) => {
            attempts.push({key: json.key, at: Date.now()});
            return healthy ? {status: 204} : failing();
        };
        const {story, deliveries, heard, daemon} = await stage(t, {
            forBlocks: 1,
            receiver: ', timeout: 500ms',
            respond,
        });
        await story.health(85);
        await story.health(100);
        await story.health(85);
        await daemon.waitFor('a second attempt', () => attempts.length >= 2);
        assert.deepEqual(deliveries.all, []);
        assert.equal(new Set(attempts.map(({key}) => key)).size, 1, 'later transitions wait for the first');
        if (name.includes('Retry-After')) {
            assert.ok(attempts[1].at - attempts[0].at >= 990, 'it waits as long as it was asked to');
        }
        healthy = true;
        await heard(['firing', 'resolved', 'firing']);
        assert.equal(deliveries.all.length, 3, 'nothing was acknowledged twice');
    });
}

test('what a crash left undelivered is delivered after the restart, with the same keys', async (t) => {
    let healthy = false;
    const keys = [];
    const respond = ({json}) => {
        keys.push(json.key);
        return {status: healthy ? 204 : 503};
    };
    const {story, deliveries, heard, daemon} = await stage(t, {forBlocks: 1, receiver: '', respond});
    await story.health(85);
    await story.health(100);
    await daemon.accountsAt(story.devnet.chain.headHash);
    await daemon.waitFor('an attempt', () => keys.length > 0);
    await daemon.crash();
    healthy = true;
    daemon.start();
    await heard(['firing', 'resolved']);
    assert.equal(deliveries.unique()[0].key, keys[0]);
});

test('blocks of the past page nobody', async (t) => {
    const world = new World(t);
    const story = await Story.begin(world);
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    // The devnet's blocks are months old.
    const daemon = (await world.daemon(story.devnet, {sink, rule: story.rule(1), maxHeadAge: '5m'})).start();
    await daemon.accountsAt(story.devnet.chain.headHash);
    await story.health(85);
    await daemon.waitFor('the alert', async () => (await daemon.get('/v1/alerts'))?.alerts.some(({phase}) => phase === 'firing'));
    await daemon.waitForLog(/alert_held.*replayed/);
    await story.health(100);
    await daemon.waitFor('its end', async () => (await daemon.get('/v1/alerts'))?.alerts.length === 0);
    await daemon.waitFor('an empty outbox', async () =>
        /^faultline_notifications_held\{.*\} 0$/m.test(await (await fetch(`${daemon.api}/metrics`)).text()));
    assert.deepEqual(deliveries.all, []);
});
