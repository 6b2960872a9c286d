// SPDX-License-Identifier: Apache-2.0
// Every kind of receiver, in front of a service that behaves as badly as its documentation says it may.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {createHmac} from 'node:crypto';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {createRequire} from 'node:module';
import {execFileSync, spawnSync} from 'node:child_process';
import {anyFreePort} from '../../deploy/devnet/lib/anvil.mjs';
import {ChildProgram} from '../../deploy/devnet/lib/process.mjs';
import {makeCertificate} from './lib/certificate.mjs';
import * as fakes from './lib/fake_receivers.mjs';
import {FakeService} from './lib/fake_service.mjs';
import {Story} from './lib/story.mjs';
import {World, sleep} from './lib/world.mjs';

const {ethers} = createRequire(new URL('../../deploy/devnet/package.json', import.meta.url))('ethers');
const {secret} = fakes;
const open = 'allow_private: true, timeout: 2s';

/** The entry of a receiver at that fake. */
const entries = {
    discord: ({url}) => `{name: discord, kind: discord, url: "${url}${fakes.discord.path}", ${open}}`,
    telegram: ({url}) => `{name: telegram, kind: telegram, api_url: "${url}", token: "1:${secret}", chat_id: "-100", ${open}}`,
    slack: ({url}) => `{name: slack, kind: slack, url: "${url}${fakes.slack.path}", ${open}}`,
    pagerduty: ({url}) => `{name: pagerduty, kind: pagerduty, api_url: "${url}", routing_key: ${secret}, ${open}}`,
    opsgenie: ({url}) => `{name: opsgenie, kind: opsgenie, api_url: "${url}", api_key: ${secret}, ${open}}`,
    alertmanager: ({url}) => `{name: alertmanager, kind: alertmanager, url: "${url}", repost_every: 1h, ${open}}`,
};

async function fake(world, kind, options) {
    const service = await new FakeService(fakes[kind], options).listen();
    world.onClose(() => service.close());
    return service;
}

async function stage(t, kinds, {more = [], env, tls, start = true} = {}) {
    const world = new World(t);
    const story = await Story.begin(world);
    const services = {};
    for (const kind of kinds) {
        services[kind] = await fake(world, kind, {tls: tls?.(world)});
    }
    const receivers = [...kinds.map((kind) => entries[kind](services[kind])), ...(typeof more === 'function' ? await more(world) : more)];
    const daemon = await world.daemon(story.devnet, {rule: story.rule(1), receivers});
    if (start) {
        daemon.start(env?.(world));
        await daemon.accountsAt(story.devnet.chain.headHash);
    }
    const heard = (service, expected) =>
        daemon.waitFor(`${expected}`, () => service.story().length >= expected.length).then(() => assert.deepEqual(service.story(), expected));
    return {world, story, services, daemon, heard};
}

const metric = async (daemon, series) => {
    const text = await (await fetch(`${daemon.api}/metrics`)).text();
    return Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.split(' ')[1] ?? NaN);
};

test('every kind gets everything once it lets it, in order, each with one key', async (t) => {
    const {story, services, daemon, heard} = await stage(t, Object.keys(entries));
    services.discord.faults = [fakes.discord.limitedExactly(0.376), fakes.discord.limited(0.2, 'global'), fakes.discord.limited(0.3, 'shared'),
        fakes.discord.embedsRefused];
    services.telegram.faults = [fakes.telegram.limited(1), fakes.telegram.cannotParse];
    services.slack.faults = [fakes.slack.limited(1), fakes.slack.blocksRefused, () => undefined, () => ({status: 500, body: 'rollup_error'})];
    services.pagerduty.faults = [() => ({status: 500}), () => ({status: 202, body: '{}', hang: true})];
    services.opsgenie.faults = [fakes.opsgenie.throttled(1), () => ({status: 202, body: '{}', slowMs: 5000})];
    services.alertmanager.faults = [() => ({status: 503})];
    await story.health(85);
    await story.health(100);
    await story.health(85);
    for (const service of Object.values(services)) {
        await heard(service, ['firing', 'resolved', 'firing']);
    }
    await story.devnet.chain.rollBack(1);
    await story.blocks(2);
    for (const service of Object.values(services)) {
        await heard(service, ['firing', 'resolved', 'firing', 'retracted-firing']);
        const order = service.accepted.map(({key}) => key);
        assert.deepEqual([...order].sort((a, b) => service.keys().indexOf(a) - service.keys().indexOf(b)), order, 'nothing overtakes');
    }
    const [first, second] = services.discord.attempts;
    assert.ok(second.at - first.at >= 376, `a pause of 0.376 s took ${second.at - first.at} ms`);
    assert.ok(services.discord.accepted[0].json.content, 'plain text was taken');
    assert.equal(services.telegram.accepted[0].json.parse_mode, undefined);
    assert.equal(services.slack.accepted[0].json.blocks, undefined);
    assert.equal(new Set(services.pagerduty.accepted.map(({json}) => json.dedup_key)).size, 2, 'an incident per episode');
    assert.equal(services.pagerduty.accepted[0].json.dedup_key, services.pagerduty.accepted[1].json.dedup_key, 'a lost answer joins it');
    assert.match(services.opsgenie.accepted.at(-1).path, /close/);
    const lost = services.discord.accepted.at(-1).json.embeds[0].description;
    assert.match(lost, /dropped block \d+/);
    for (const text of [daemon.log(), await (await fetch(`${daemon.api}/metrics`)).text()]) {
        assert.ok(!text.includes(secret), 'no secret is said');
    }
});

test('a place that is gone is asked once, the others go on', async (t) => {
    const {story, services, daemon, heard} = await stage(t, ['discord', 'telegram', 'slack', 'pagerduty']);
    services.discord.faults = Array(50).fill(fakes.discord.gone);
    services.telegram.faults = Array(50).fill(fakes.telegram.badToken);
    services.slack.faults = Array(50).fill(fakes.slack.gone);
    await story.health(85);
    await story.health(100);
    await story.health(85);
    await heard(services.pagerduty, ['firing', 'resolved', 'firing']);
    for (const name of ['discord', 'telegram', 'slack']) {
        await daemon.waitFor(`${name} stopped`, async () => (await metric(daemon, `faultline_receiver_stopped{chain="devnet",channel="${name}"}`)) === 1);
        assert.equal(services[name].attempts.length, 1);
    }
    assert.equal((daemon.log().match(/receiver_stopped/g) ?? []).length, 3);
    // Those that work are told of it.
    const told = () => services.pagerduty.accepted.filter(({body}) => body.includes('receiver_stopped'));
    await daemon.waitFor('alerts about receivers that stopped', () => told().length === 3);
    const {alerts} = await daemon.get('/v1/alerts');
    assert.deepEqual(alerts.filter(({rule}) => rule === 'receiver_stopped').map(({labels}) => labels.receiver).sort(), ['discord', 'slack', 'telegram']);
    assert.equal(await metric(daemon, 'faultline_receiver_stopped{chain="devnet",channel="pagerduty"}'), 0);

    // Mended and started again, nothing was lost.
    ['discord', 'telegram', 'slack'].forEach((name) => (services[name].faults = []));
    await daemon.stop();
    daemon.start();
    for (const name of ['discord', 'telegram', 'slack']) {
        await heard(services[name], ['firing', 'resolved', 'firing']);
    }
});

test('a certificate that nobody vouches for is refused', async (t) => {
    const tls = (world) => makeCertificate(world.directory);
    const {story, services, daemon, heard, world} = await stage(t, ['discord'], {tls});
    await story.health(85);
    await daemon.waitForLog(/delivery_retry.*certificate/);
    assert.equal(services.discord.attempts.length, 0);
    await daemon.stop();
    daemon.start({...process.env, SSL_CERT_FILE: path.join(world.directory, 'localhost.pem')});
    await heard(services.discord, ['firing']);
});

test('an address of this machine is not reached unless the receiver says so', async (t) => {
    const more = async (world) => {
        const service = await fake(world, 'discord');
        world.inner = service;
        return [`{name: inner, kind: webhook, url: "http://127.1:${service.port}/"}`];
    };
    const {story, daemon, world} = await stage(t, [], {more});
    await story.health(85);
    await daemon.waitForLog(/receiver_blocked.*loopback.*allow_private/);
    assert.equal(world.inner.attempts.length, 0);
    assert.equal(await metric(daemon, 'faultline_receiver_blocked{chain="devnet",channel="inner"}'), 1);
});

async function startAlertmanager(world, port) {
    const config = path.join(world.directory, 'alertmanager.yml');
    fs.writeFileSync(config, 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
    const storage = fs.mkdtempSync(path.join(world.directory, 'am-'));
    const program = new ChildProgram('prometheus-alertmanager', [`--config.file=${config}`, `--storage.path=${storage}`,
        `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=']);
    world.onClose(() => program.alive && program.stop());
    return program;
}

test('a real Alertmanager shows what fires, after its restart and ours, and nothing that was taken back', async (t) => {
    const port = await anyFreePort();
    const url = `http://127.0.0.1:${port}`;
    const more = [`{name: am, kind: alertmanager, url: "${url}", repost_every: 1s, external_url: "https://faultline.example/", ${open}}`];
    const {story, daemon, world} = await stage(t, [], {more});
    const alerts = () => {
        const {status, stdout} = spawnSync('amtool', ['alert', 'query', '-o', 'json', `--alertmanager.url=${url}`, 'alertname=low_health_factor'], {encoding: 'utf8'});
        return status === 0 ? JSON.parse(stdout) : undefined;
    };
    const shows = (count) => daemon.waitFor(`${count} alerts in amtool`, () => alerts()?.length === count);
    let alertmanager = await startAlertmanager(world, port);
    await story.health(85);
    await shows(1);
    const [alert] = alerts();
    assert.equal(alert.labels.severity, 'critical');
    assert.equal(alert.labels.account.toLowerCase(), story.borrower.toLowerCase());
    assert.equal(alert.generatorURL, 'https://faultline.example/');
    assert.match(alert.annotations.summary, /health factor/);

    await alertmanager.stop();
    alertmanager = await startAlertmanager(world, port);
    await shows(1);
    await daemon.crash();
    daemon.start();
    const before = alert.endsAt;
    await daemon.waitFor('a later end', () => (alerts()?.[0]?.endsAt ?? before) > before);

    await story.health(100);
    await shows(0);
    await story.health(85);
    await shows(1);
    await story.devnet.chain.rollBack(1);
    await story.blocks(2);
    await shows(0);
    await sleep(5000);
    assert.equal(alerts().length, 0, 'nothing that is over is posted again');
});

/** A mail server of its own, and the entry of a receiver at it; `replies` are what it says to the first mails. */
function mailServer(replies = [], to = 'b@example.com, c@example.com') {
    const world = {};
    const more = async (theWorld) => {
        Object.assign(world, makeCertificate(theWorld.directory));
        const out = path.join(theWorld.directory, 'mail.jsonl');
        const file = fs.openSync(out, 'a');
        const server = path.join(path.dirname(fileURLToPath(import.meta.url)), 'lib/smtp_server.py');
        const port = await anyFreePort();
        const program = new ChildProgram('/usr/bin/python3', [server, world.certFile, world.keyFile, String(port), ...replies], {stdout: file});
        theWorld.onClose(() => program.stop());
        world.lines = () => fs.readFileSync(out, 'utf8').split('\n').slice(0, -1);
        while (world.lines().length === 0) {
            assert.ok(program.alive, 'the mail server runs');
            await sleep(20);
        }
        return [`{name: mail, kind: email, server: "smtp://me:${secret}%3A%40@localhost:${port}", from: a@example.com, to: [${to}], ${open}}`];
    };
    return {world, more};
}

test('a real mail server with STARTTLS gets one mail per transition', async (t) => {
    const {world, more} = mailServer();
    const {story, daemon} = await stage(t, [], {more, env: () => ({...process.env, SSL_CERT_FILE: world.certFile})});
    await story.health(85);
    await story.health(100);
    await daemon.waitFor('two mails', () => world.lines().length >= 3);
    const [firing, resolved] = world.lines().slice(1).map((line) => JSON.parse(line));
    assert.equal(firing.tls, true);
    assert.deepEqual(firing.to, ['b@example.com', 'c@example.com']);
    assert.match(firing.subject, /^FIRING critical: low_health_factor \(devnet\)$/);
    assert.match(firing.text, /health factor/);
    assert.match(resolved.subject, /^RESOLVED/);
    assert.notEqual(firing.id, resolved.id);
    assert.ok(!daemon.log().includes(secret));
});

test('a mail that is refused for now comes again, one that is refused for good is a dead letter', async (t) => {
    const {world, more} = mailServer(['451 later', '550 no such mailbox']);
    const {story, daemon} = await stage(t, [], {more, env: () => ({...process.env, SSL_CERT_FILE: world.certFile})});
    await story.health(85);
    await daemon.waitForLog(/delivery_retry.*SMTP 451/);
    await daemon.waitForLog(/dead_letter.*SMTP 550/);
    await story.health(100);
    await daemon.waitFor('the resolve', () => world.lines().length === 2);
    assert.match(JSON.parse(world.lines()[1]).subject, /^RESOLVED/);
    const standing = await daemon.waitFor('the standing', async () => {
        const [mail] = (await daemon.get('/v1/status')).chains[0].receivers;
        return mail.last_success_ms !== null && mail.waiting === 0 ? mail : undefined;
    });
    assert.deepEqual([standing.name, standing.state, standing.dead_letters], ['mail', 'ok', 1]);
    assert.match(standing.last_error, /SMTP 550.*check `from` and `to`/);
});

test('a recipient that is refused does not keep a mail from the others; one that is busy gets it with them', async (t) => {
    const {world, more} = mailServer([], 'nobody@example.com, b@example.com, nobody2@example.com, busy@example.com');
    const {story, daemon} = await stage(t, [], {more, env: () => ({...process.env, SSL_CERT_FILE: world.certFile})});
    await story.health(85);
    await daemon.waitForLog(/delivery_retry.*SMTP 450/);
    await daemon.waitForLog(/recipients_refused.*count=2.*nobody@example.com, nobody2@example.com/);
    await daemon.waitFor('the mail', () => world.lines().length === 2);
    assert.deepEqual(JSON.parse(world.lines()[1]).to, ['b@example.com', 'busy@example.com']);
    const [mail] = (await daemon.get('/v1/status')).chains[0].receivers;
    assert.equal(mail.dead_letters, 0);
});

test('a recipient that takes nothing for now keeps a mail from the others, unless it is to be left behind', async (t) => {
    const world = new World(t);
    const server = mailServer();
    const [entry] = await server.more(world);
    const [, user, port] = /smtp:\/\/(.*)@localhost:(\d+)/.exec(entry);
    const send = (to, ...leaveBehind) => execFileSync(process.env.FAULTLINE_SEND_MAIL, [port, user, to, ...leaveBehind],
        {env: {...process.env, SSL_CERT_FILE: server.world.certFile}}).toString().trimEnd().split('\n');
    const full = 'full@example.com';
    assert.deepEqual(send(`b@example.com,${full}`), ['452', `Put-Off: ${full}`]);
    assert.equal(server.world.lines().length, 1);
    assert.deepEqual(send(`b@example.com,${full},nobody@example.com`, full), ['250', `Put-Off: ${full}`, 'Turned-Away: nobody@example.com']);
    assert.deepEqual(JSON.parse(server.world.lines()[1]).to, ['b@example.com']);
    assert.deepEqual(send(`nobody@example.com,${full}`, full), ['452', `Put-Off: ${full}`]);
    assert.deepEqual(send(`${full},nobody@example.com`, full), ['452', `Put-Off: ${full}`]);
    assert.equal(server.world.lines().length, 2);
});

test('a refusal of the mail goes before that of a recipient for now', async (t) => {
    const server = mailServer(['554 not that']);
    const [entry] = await server.more(new World(t));
    const [, user, port] = /smtp:\/\/(.*)@localhost:(\d+)/.exec(entry);
    const full = 'full@example.com';
    const out = execFileSync(process.env.FAULTLINE_SEND_MAIL, [port, user, `b@example.com,${full}`, full],
        {env: {...process.env, SSL_CERT_FILE: server.world.certFile}}).toString().trimEnd().split('\n');
    assert.deepEqual(out, ['554', `Put-Off: ${full}`]);
});

test('a mail that nobody of its recipients may get is a dead letter', async (t) => {
    const {world, more} = mailServer([], 'nobody@example.com, nobody2@example.com');
    const {story, daemon} = await stage(t, [], {more, env: () => ({...process.env, SSL_CERT_FILE: world.certFile})});
    await story.health(85);
    await daemon.waitForLog(/dead_letter.*SMTP 550/);
    assert.equal(world.lines().length, 1);
});

test('a webhook is signed by both secrets, over the time and the body', async (t) => {
    const signedBy = (name, {headers, body}) => {
        const [time, ...signatures] = headers['faultline-signature'].split(',');
        const mac = createHmac('sha256', name).update(`${time.slice('t='.length)}.${body}`).digest('hex');
        assert.ok(Math.abs(Number(time.slice('t='.length)) - Date.now() / 1000) < 60, 'the time is ours');
        return signatures.includes(`v1=${mac}`);
    };
    const got = [];
    const more = async (world) => {
        const sink = await world.sink({onDelivery: (delivery) => got.push(delivery)});
        return [`{name: signed, kind: webhook, url: "${sink.url}", signing_secret: new-secret-${secret}, previous_signing_secret: old-secret-${secret}, ${open}}`];
    };
    const {story, daemon} = await stage(t, [], {more});
    await story.health(85);
    await daemon.waitFor('a delivery', () => got.length > 0);
    assert.ok(signedBy(`new-secret-${secret}`, got[0]));
    assert.ok(signedBy(`old-secret-${secret}`, got[0]));
    assert.ok(!signedBy('another-secret-of-16', got[0]));
});

test('a trigger is signed and carries the call that was asked for, and hears of nothing else', async (t) => {
    const contract = '0x00000000000000000000000000000000000000bb';
    const got = [];
    const more = async (world) => {
        const sink = await world.sink({onDelivery: (delivery) => got.push(delivery)});
        const call = `call_function: "guard(address account, uint256 health, string why)", call_to: "${contract}", call_chain_id: 1, `
            + 'call_arguments: ["{account}", "{health_factor_wad}", "{rule} at {block_number}"]';
        const entry = (name, rest) => `{name: ${name}, kind: trigger, url: "${sink.url}", signing_secret: new-secret-${secret}, ${open}, ${rest}}`;
        return [entry('named', `rules: [low_health_factor], ${call}`), entry('others', call)];
    };
    const {story, daemon} = await stage(t, [], {more});
    await story.health(85);
    await story.health(100);
    await daemon.waitFor('both deliveries', () => got.length >= 2);
    const [firing, resolved] = got.map(({body}) => JSON.parse(body));
    assert.deepEqual([firing.kind, firing.transition, resolved.transition], ['trigger', 'firing', 'resolved']);
    assert.equal(firing.figure, firing.figures.health_factor_wad);
    assert.equal(resolved.call, undefined);
    const guard = new ethers.Interface(['function guard(address account, uint256 health, string why)']);
    const decoded = guard.decodeFunctionData('guard', firing.call.data);
    assert.deepEqual([firing.call.to, decoded.account.toLowerCase(), decoded.health.toString(), decoded.why],
        [contract, story.borrower.toLowerCase(), firing.figures.health_factor_wad, `low_health_factor at ${firing.block.number}`]);
    assert.match(got[0].headers['faultline-signature'], /^t=\d+,v1=[0-9a-f]{64}$/);
    assert.equal(await metric(daemon, 'faultline_deliveries_total{channel="others",outcome="skipped"}'), 2);
});

test('standard output gets a line of JSON per transition', async (t) => {
    const {story, daemon} = await stage(t, [], {more: ['{name: lines, kind: stdout}']});
    await story.health(85);
    await story.health(100);
    const lines = () => daemon.log().split('\n').filter((line) => line.startsWith('{"version"'));
    await daemon.waitFor('two lines', () => lines().length >= 2);
    assert.deepEqual(lines().map((line) => JSON.parse(line).transition), ['firing', 'resolved']);
});
