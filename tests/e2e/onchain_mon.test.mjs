// SPDX-License-Identifier: Apache-2.0
// Fixes of lidofinance/onchain-mon of 2026-08-13 that only a whole program can show; docs/testing.md has all of them.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {spawnSync} from 'node:child_process';
import {faultline} from './lib/daemon.mjs';
import * as fakes from './lib/fake_receivers.mjs';
import {FakeService} from './lib/fake_service.mjs';
import {Story} from './lib/story.mjs';
import {World} from './lib/world.mjs';

async function stage(t, entry) {
    const world = new World(t);
    const story = await Story.begin(world);
    const service = await new FakeService(fakes.discord).listen();
    world.onClose(() => service.close());
    let connections = 0;
    service.server.on('connection', () => connections++);
    const receiver = `{name: chat, kind: discord, url: "${service.url}${fakes.discord.path}", allow_private: true, ${entry}}`;
    const daemon = (await world.daemon(story.devnet, {rule: story.rule(1), receivers: [receiver]})).start();
    await daemon.accountsAt(story.devnet.chain.headHash);
    const heard = (expected) => daemon.waitFor(`${expected}`, () => service.story().length >= expected.length)
        .then(() => assert.deepEqual(service.story(), expected));
    return {world, story, service, daemon, heard, connections: () => connections};
}

test('onchain-mon 6: files beside the configuration are found from any folder', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const daemon = await world.daemon(devnet);
    const rules = path.join(path.dirname(daemon.configFile), 'rules');
    fs.mkdirSync(rules);
    fs.writeFileSync(path.join(rules, 'one.yaml'), 'rules: [{name: one, kind: heartbeat, severity: info, every: 1d}]\n');
    for (const cwd of [path.dirname(daemon.configFile), '/', rules]) {
        const {status, stdout, stderr} = spawnSync(faultline, ['check', path.relative(cwd, daemon.configFile)], {cwd, encoding: 'utf8'});
        assert.equal(status, 0, stdout + stderr);
        assert.match(stdout, /2 rules/);
    }
});

test('onchain-mon 7, 8: a stop is no error, and does not cut what is under way off', async (t) => {
    const {story, service, daemon, heard} = await stage(t, 'timeout: 10s');
    service.faults = [(got) => ({...fakes.discord.taken, slowMs: 1500, body: {id: '1'}, got})];
    await story.health(85);
    await daemon.waitFor('the request', () => service.attempts.length === 1);
    assert.equal(await daemon.stop(), 0);
    assert.doesNotMatch(daemon.log(), / ERROR /);
    daemon.start();
    await story.health(100);
    await heard(['firing', 'resolved']);
    assert.ok(service.accepted.length <= 3, 'nothing is repeated but what had no answer');
});

test('onchain-mon 18, 20: what a service answers is read to its end, so one connection does', async (t) => {
    const {story, service, heard, connections} = await stage(t, 'timeout: 2s');
    service.faults = [fakes.discord.limited(0.2), fakes.discord.limited(0.3), fakes.discord.embedsRefused];
    await story.health(85);
    await heard(['firing']);
    assert.equal(service.attempts.length, 4);
    assert.equal(connections(), 1);
});

test('onchain-mon 23, 25, 26: what cannot run says so before it runs, and by its status', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const daemon = await world.daemon(devnet);
    const config = fs.readFileSync(daemon.configFile, 'utf8');
    const wrong = config.replace(/name: sink/, 'name: ""');
    assert.notEqual(wrong, config);
    fs.writeFileSync(daemon.configFile, wrong);
    for (const command of ['check', 'run']) {
        const {status, stderr} = spawnSync(faultline, [command, daemon.configFile], {encoding: 'utf8', timeout: 20_000});
        assert.equal(status, 3);
        assert.match(stderr, /receivers\[0\]\.name: got "", expected name/);
    }
});
