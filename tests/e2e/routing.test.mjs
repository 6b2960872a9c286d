// SPDX-License-Identifier: Apache-2.0
// Who is told, and when not: routes, silences, acknowledgements, escalation and inhibition of the real program.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {say} from './lib/commands.mjs';
import * as fakes from './lib/fake_receivers.mjs';
import {FakeService} from './lib/fake_service.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {Story} from './lib/story.mjs';
import {World} from './lib/world.mjs';

const webhook = (name, sink) => `{name: ${name}, kind: webhook, url: "${sink.url}", allow_private: true}`;

async function stage(t, names, policy, forBlocks = 1) {
    const world = new World(t);
    const story = await Story.begin(world);
    const told = {};
    const receivers = [];
    for (const name of names) {
        told[name] = new Deliveries();
        receivers.push(webhook(name, await world.sink({onDelivery: told[name].record})));
    }
    const daemon = await world.daemon(story.devnet, {rule: story.rule(forBlocks), receivers});
    fs.appendFileSync(daemon.configFile, policy);
    daemon.start();
    await daemon.accountsAt(story.devnet.chain.headHash);
    const kinds = (name) => told[name].unique().map(({transition}) => transition);
    const heard = (name, expected) =>
        daemon.waitFor(`${expected} at ${name}`, () => kinds(name).length >= expected.length).then(() => assert.deepEqual(kinds(name), expected));
    const alert = () => daemon.waitFor('the alert', async () => (await daemon.get('/v1/alerts'))?.alerts[0]);
    const metric = async (series) => {
        const text = await (await fetch(`${daemon.api}/metrics`)).text();
        return Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.split(' ')[1] ?? NaN);
    };
    return {story, told, daemon, kinds, heard, alert, metric};
}

const ask = (daemon, method, resource, body, headers = {'content-type': 'application/json'}) =>
    fetch(daemon.api + resource, {method, headers, body: body && JSON.stringify(body)});
const named = {author: 'ann', reason: 'an upgrade'};

test('a silence holds through kill -9, and what still fires at its end is told once', async (t) => {
    const {story, daemon, kinds, heard, alert, metric} = await stage(t, ['ops'], '');
    const cli = (...args) => say(...args, '--api', daemon.api);
    const refused = await cli('silence', 'add', 'rule=~.*', '--for', '2h', '--reason', 'x', '--author', 'ann');
    assert.equal(refused.status, 1);
    assert.match(refused.err, /needs a matcher that not every alert meets/);
    const added = await cli('silence', 'add', 'severity=critical', '--for', '2h', '--reason', 'an upgrade', '--author', 'ann');
    assert.equal(added.status, 0, added.err);
    assert.match(added.out, /^1  active  severity="critical"/);

    await story.health(85);
    await daemon.waitForLog(/alert_held.*silence 1/);
    assert.deepEqual((await alert()).silenced_by, [1]);
    await daemon.crash();
    daemon.start();
    await daemon.accountsAt(story.devnet.chain.headHash);
    assert.match((await cli('silence', 'list')).out, /^1  active .*ann: an upgrade/);
    // One that is over before the silence is leaves with its end.
    await story.health(100);
    await daemon.waitFor('both to leave', async () => (await metric('faultline_notifications_suppressed_total{channel="ops",reason="silenced"}')) === 2);
    await story.health(85);
    await daemon.waitFor('the next to be held', async () => (await metric('faultline_notifications_held{chain="devnet",channel="ops"}')) === 1);
    assert.deepEqual(kinds('ops'), []);

    assert.equal((await cli('silence', 'expire', '1', '--reason', 'done', '--author', 'bob')).status, 0);
    await heard('ops', ['firing']);
    assert.match((await cli('silence', 'list')).out, /no silences but those that are over/);
    assert.match((await cli('silence', 'expire', '1', '--reason', 'done', '--author', 'bob')).err, /silence 1 is over/);
    await story.health(100);
    await heard('ops', ['firing', 'resolved']);
    const {operations} = await daemon.get('/v1/operations');
    assert.deepEqual(operations.map(({what, who, why}) => `${what} ${who} ${why}`), ['silence_expired bob done', 'silence_added ann an upgrade']);
    assert.equal(await metric('faultline_silences{state="expired"}'), 1);
});

test('nobody acknowledges, so the next is told; an acknowledgement stops that; the end comes to whom was told', async (t) => {
    const policy = 'routes:\n  - {receivers: [ops], escalate: [{after: 3s, receivers: [boss]}, {after: 1h, receivers: [board]}]}\n';
    const {story, daemon, kinds, heard, alert, metric} = await stage(t, ['ops', 'boss', 'board'], policy);
    await story.health(85);
    await heard('ops', ['firing']);
    await heard('boss', ['firing']);
    await story.health(100);
    await heard('boss', ['firing', 'resolved']);

    await story.health(85);
    await heard('ops', ['firing', 'resolved', 'firing']);
    const {fingerprint} = await alert();
    const done = await say('alert', 'ack', fingerprint, '--comment', 'on it', '--author', 'ann', '--api', daemon.api);
    assert.equal(done.status, 0, done.err);
    assert.match(done.out, new RegExp(`^acknowledged ${fingerprint} of .* on devnet`));
    assert.equal((await alert()).acknowledged.comment, 'on it');
    await daemon.crash();
    daemon.start();
    await daemon.accountsAt(story.devnet.chain.headHash);
    assert.equal((await alert()).acknowledged.author, 'ann');
    await story.health(100);
    await heard('ops', ['firing', 'resolved', 'firing', 'resolved']);
    await daemon.waitFor('the rest to leave', async () => (await metric('faultline_notifications_suppressed_total{channel="boss",reason="acknowledged"}')) === 2);
    assert.deepEqual(kinds('boss'), ['firing', 'resolved']);
    assert.deepEqual(kinds('board'), []);
    assert.match((await say('alert', 'ack', fingerprint, '--author', 'ann', '--api', daemon.api)).err, /no alert with the fingerprint/);
});

test('what does not fire yet is not acknowledged, and escalates when it does', async (t) => {
    const policy = 'routes:\n  - {receivers: [ops], escalate: [{after: 1s, receivers: [boss]}]}\n';
    const {story, daemon, heard, alert} = await stage(t, ['ops', 'boss'], policy, 3);
    await story.health(85);
    const {fingerprint, phase} = await alert();
    assert.equal(phase, 'pending');
    const refused = await ask(daemon, 'POST', `/v1/alerts/${fingerprint}/ack`, {author: 'ann'});
    assert.equal(refused.status, 409);
    const said = await say('alert', 'ack', fingerprint, '--author', 'ann', '--api', daemon.api);
    assert.equal(said.status, 1);
    assert.match(said.err, /is pending: it does not fire yet/);
    await story.blocks(3);
    await heard('boss', ['firing']);
    for (const blank of [{author: ' ', comment: 'x'}, {author: '\t'}]) {
        assert.equal((await ask(daemon, 'POST', `/v1/alerts/${fingerprint}/ack`, blank)).status, 400);
    }
    const silence = {matchers: ['severity=critical'], duration: '1h'};
    for (const blank of [{author: ' ', reason: 'x'}, {author: 'ann', reason: '  '}]) {
        assert.equal((await ask(daemon, 'POST', '/v1/silences', {...silence, ...blank})).status, 400);
    }
    assert.equal((await ask(daemon, 'POST', `/v1/alerts/${fingerprint}/ack`, {author: 'ann'})).status, 200);
});

test('while one alert fires, those it inhibits are not told, and routes part the rest', async (t) => {
    const policy = `rules:
  - {name: source, kind: expression, expression: count(price) > 0, labels: {kind: source}}
  - {name: target, kind: expression, expression: count(price) > 0, labels: {kind: target}}
inhibit:
  - {source: ['kind="source"'], target: ['kind="target"'], equal: [chain]}
routes:
  - {match: ['kind="source"'], receivers: [ops]}
  - {match: ['kind="target"'], receivers: [ops, boss]}
  - {receivers: []}
`;
    const world = new World(t);
    const story = await Story.begin(world);
    const told = {ops: new Deliveries(), boss: new Deliveries()};
    const receivers = [];
    for (const [name, deliveries] of Object.entries(told)) {
        receivers.push(webhook(name, await world.sink({onDelivery: deliveries.record})));
    }
    const daemon = await world.daemon(story.devnet, {rule: story.rule(1), receivers});
    const config = fs.readFileSync(daemon.configFile, 'utf8').replace(/^rules:[^]*?^receivers:/m, 'receivers:');
    fs.writeFileSync(daemon.configFile, config + policy);
    daemon.start();
    await story.blocks(2);
    await daemon.waitForLog(/alert_held.*inhibited/);
    await daemon.waitFor('the source', () => told.ops.unique().length > 0);
    assert.deepEqual(told.ops.unique().map(({rule}) => rule), ['source']);
    assert.equal(told.boss.unique().length, 0);
    const {alerts} = await daemon.get('/v1/alerts');
    const source = alerts.find(({rule}) => rule === 'source');
    assert.equal(alerts.find(({rule}) => rule === 'target').inhibited_by, source.fingerprint);
    assert.equal(source.inhibited_by, '');

    // Without its rule the source ends, and the target is told then.
    fs.writeFileSync(daemon.configFile, (config + policy).replace(/.*name: source.*\n/, ''));
    assert.equal((await fetch(`${daemon.api}/-/reload`, {method: 'POST'})).status, 200);
    await story.blocks(2);
    await daemon.waitFor('the target', () => told.boss.unique().length > 0);
    assert.deepEqual(told.boss.unique().map(({rule, transition}) => `${rule} ${transition}`), ['target firing']);
});

test('alerts of a rule that fire at one block are one message to people, and a request each to machines', async (t) => {
    const policy = 'rules:\n  - {name: priced, kind: expression, expression: price > 0}\n';
    const world = new World(t);
    const story = await Story.begin(world);
    const chat = await new FakeService(fakes.telegram, {}).listen();
    world.onClose(() => chat.close());
    const told = new Deliveries();
    const receivers = [
        `{name: chat, kind: telegram, api_url: "${chat.url}", token: "1:${fakes.secret}", chat_id: "-100", allow_private: true}`,
        webhook('ops', await world.sink({onDelivery: told.record})),
    ];
    const daemon = await world.daemon(story.devnet, {rule: story.rule(1), receivers});
    const config = fs.readFileSync(daemon.configFile, 'utf8').replace(/^rules:[^]*?^receivers:/m, 'receivers:');
    fs.writeFileSync(daemon.configFile, config + policy);
    daemon.start();
    await story.blocks(2);
    const {alerts} = await daemon.waitFor('the alerts', async () => {
        const answer = await daemon.get('/v1/alerts');
        return answer?.alerts.length > 1 ? answer : undefined;
    });
    await daemon.waitFor('the webhook', () => told.unique().length === alerts.length);
    const texts = () => chat.attempts.map(({json}) => json.text).join('\n');
    await daemon.waitFor('the chat', () => alerts.every(({fingerprint}) => texts().includes(fingerprint)));
    assert.equal(chat.attempts.length, 1);
    assert.match(texts(), new RegExp(`${alerts.length} alerts: ${alerts.length} FIRING`));
    await daemon.waitForLog(/alert_delivered.*receiver=chat/);
});

test('a page of somebody else may not silence anything', async (t) => {
    const {daemon} = await stage(t, ['ops'], '');
    const body = {...named, matchers: ['rule=x'], duration: '1h'};
    const json = {'content-type': 'application/json'};
    for (const [headers, status] of [
        [{'content-type': 'text/plain'}, 415],
        [{...json, origin: 'https://evil.example'}, 403],
        [{...json, 'sec-fetch-site': 'cross-site'}, 403],
        [json, 200],
    ]) {
        assert.equal((await ask(daemon, 'POST', '/v1/silences', body, headers)).status, status, JSON.stringify(headers));
    }
    assert.equal((await fetch(`${daemon.api}/-/reload`, {method: 'POST', headers: {origin: 'https://evil.example'}})).status, 403);
    assert.equal((await ask(daemon, 'PUT', '/v1/silences', body)).status, 405);
    assert.equal((await ask(daemon, 'DELETE', '/v1/silences/7', named)).status, 404);
    const wrong = await ask(daemon, 'POST', '/v1/silences', {...body, durration: '1h', reason: ''});
    assert.equal(wrong.status, 400);
    const {error} = await wrong.json();
    assert.match(error.message, /did you mean "duration"/);
    assert.match(error.message, /body:1:\d+ reason/);
    // What a client sends reads neither the environment nor a file.
    const spy = await ask(daemon, 'POST', '/v1/silences', {...body, reason: '${PATH}'});
    assert.equal(spy.status, 400);
    assert.equal((await daemon.get('/v1/silences')).silences.length, 1);
});
