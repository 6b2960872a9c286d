// SPDX-License-Identifier: Apache-2.0
// What an operator does at night: sees which alerts were given up, and sends them after all.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {say} from './lib/commands.mjs';
import * as fakes from './lib/fake_receivers.mjs';
import {FakeService} from './lib/fake_service.mjs';
import {Story} from './lib/story.mjs';
import {World} from './lib/world.mjs';

async function stage(t) {
    const world = new World(t);
    const story = await Story.begin(world);
    const services = {};
    for (const name of ['discord', 'slack']) {
        services[name] = await new FakeService(fakes[name]).listen();
        world.onClose(() => services[name].close());
    }
    const receivers = Object.entries(services).map(
        ([name, {url}]) => `{name: ${name}, kind: ${name}, url: "${url}${fakes[name].path}", allow_private: true, timeout: 2s}`);
    const daemon = await world.daemon(story.devnet, {rule: story.rule(1), receivers});
    daemon.start();
    await daemon.accountsAt(story.devnet.chain.headHash);
    const outbox = async (...args) => say('outbox', args[0], daemon.configFile, ...args.slice(1));
    const dead = async () => JSON.parse((await outbox('list', '--format', 'json')).out).dead;
    return {story, services, daemon, outbox, dead};
}

const refused = () => ({status: 400, body: '{"code":50035,"message":"Invalid Form Body"}'});

async function giveUp({story, services, daemon, dead}) {
    services.discord.faults = Array(100).fill(refused);
    await story.health(85);
    await story.health(100);
    await daemon.waitFor('two dead letters', async () => (await dead()).length === 2);
    await daemon.waitFor('slack', () => services.slack.story().length === 2);
}

test('a dead letter is seen, put back through the running daemon, and goes to its receiver alone', async (t) => {
    const all = await stage(t);
    const {services, daemon, outbox, dead, story} = all;
    await giveUp(all);
    const letters = await dead();
    assert.deepEqual(letters.map(({receiver, alert}) => [receiver, alert.transition]), [['discord', 'firing'], ['discord', 'resolved']]);
    assert.match((await outbox('list')).out, /dead letters: discord 2\n.*for discord, given up/s);
    assert.match((await outbox('show', `${letters[0].sequence}`)).out, /health_factor_wad = \d+/);
    const fromApi = await daemon.get('/v1/outbox');
    assert.deepEqual(fromApi.dead.map(({alert}) => alert.key), letters.map(({alert}) => alert.key));

    // Alone, the firing would never be resolved; the resolve is a dead letter, too.
    const alone = await outbox('retry', 'discord', `${letters[0].sequence}`);
    assert.equal(alone.status, 1);
    assert.match(alone.out, /has ended since/);

    services.discord.faults = [];
    const back = await outbox('retry', 'discord', '--all');
    assert.deepEqual([back.status, back.out, back.err], [0, '2 dead letters put back\n', '']);
    await daemon.waitFor('discord', () => services.discord.story().length === 2);
    assert.deepEqual(services.discord.story(), ['firing', 'resolved']);
    assert.deepEqual(services.discord.keys(), letters.map(({alert}) => alert.key));
    assert.equal(services.slack.accepted.length, 2, 'the other receiver has it already');
    assert.deepEqual(await dead(), []);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /faultline_dead_letters\{chain="devnet",channel="discord"\} 0\n/);

    // And life goes on.
    await story.health(85);
    await daemon.waitFor('the next', () => services.discord.story().length === 3 && services.slack.story().length === 3);
});

test('with the daemon stopped the store itself is changed, and a drop leaves its reason', async (t) => {
    const all = await stage(t);
    const {services, daemon, outbox, dead} = all;
    await giveUp(all);
    await daemon.stop();
    const [firing, resolved] = await dead();
    assert.equal((await outbox('drop', 'discord', `${firing.sequence}`)).status, 2, 'a reason is wanted');
    const dropped = await outbox('drop', 'discord', `${firing.sequence}`, '--reason', 'told by phone');
    assert.deepEqual([dropped.status, dropped.out], [0, '1 dead letter dropped\n']);
    assert.match((await outbox('show', `${firing.sequence}`)).out, /dropped \d+ of discord: told by phone/);
    assert.equal((await outbox('retry', 'discord', `${resolved.sequence}`)).out, '1 dead letter put back\n');
    assert.equal((await outbox('retry', 'nobody', '--all')).status, 1);

    services.discord.faults = [];
    daemon.start();
    await daemon.waitFor('discord', () => services.discord.accepted.length === 1);
    assert.deepEqual(services.discord.keys(), [resolved.alert.key]);
    assert.equal(services.slack.accepted.length, 2);
});

test('without a daemon that answers, what to do is said', async (t) => {
    const all = await stage(t);
    await giveUp(all);
    const other = path.join(path.dirname(all.daemon.configFile), 'other.yaml');
    fs.writeFileSync(other, fs.readFileSync(all.daemon.configFile, 'utf8').replaceAll(new URL(all.daemon.api).host, '127.0.0.1:1'));
    const said = await say('outbox', 'retry', other, 'discord', '--all');
    assert.equal(said.status, 4);
    assert.match(said.err, /already open.*no daemon answers at 127\.0\.0\.1:1/s);
});

test('a receiver is tried by hand, and what went wrong is said without its secret', async (t) => {
    const all = await stage(t);
    const {services, daemon} = all;
    const trial = (...args) => say('alert', 'test', ...args, '--config', daemon.configFile);
    services.discord.faults = [refused, refused];
    const failed = await trial('discord');
    assert.equal(failed.status, 1);
    assert.match(failed.out, /failed: discord does not have it: HTTP 400/);
    const taken = await trial('discord', '--kind', 'resolved');
    assert.equal(taken.status, 0);
    assert.match(taken.out, /sent:\nPOST http:\/\/localhost:\d+\/….*TEST: .*ok: discord has it/s);
    for (const said of [failed, taken]) {
        assert.ok(!said.out.includes(fakes.secret) && !said.err.includes(fakes.secret));
    }
    assert.match((await trial('dscord')).err, /no receiver "dscord" is configured; did you mean "discord"\?/);
});

test('a daemon in a dry run sends nothing', async (t) => {
    const {daemon, services, story} = await stage(t);
    await daemon.stop();
    daemon.start(process.env, ['--dry-run']);
    await story.health(85);
    await daemon.waitForLog(/would_send.*FIRING/s);
    await daemon.waitForLog(/alert_composed.*alert_composed/s);
    assert.equal(services.discord.attempts.length + services.slack.attempts.length, 0);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /faultline_deliveries_total\{channel="slack",outcome="dry_run"\} 1\n/);
});
