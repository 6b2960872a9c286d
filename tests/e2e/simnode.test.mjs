// SPDX-License-Identifier: Apache-2.0
// The daemon follows the simulated node over real sockets while it misbehaves, and comes to the
// figures that the contracts gave when the tape was recorded.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import WebSocket from '../../deploy/devnet/node_modules/ws/wrapper.mjs';
import {anyFreePort} from '../../deploy/devnet/lib/anvil.mjs';
import {faultlineConfig} from '../../deploy/devnet/lib/faultline_config.mjs';
import {Daemon, faultline} from './lib/daemon.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {Relay} from './lib/relay.mjs';
import {SimNode, crashTape, readTape} from './lib/sim_node.mjs';
import {World} from './lib/world.mjs';

const tape = readTape(crashTape);
const end = Number(tape.last.header.number);
// From a while before the third round, whose orphaned blocks are on the tape, to its end. Faults
// stop before the end, so that there is a quiet time to come back in.
const fromHead = 212;
const faultsUntil = end - 12;
const during = (kind) => `${kind}@${fromHead}-${faultsUntil}`;
const pace = 8;
// What is more than 96 blocks below the head, or final, is history and not judged, and how far the
// head gets before a block is applied depends on the faults. With finality far away, blocks from
// here on are judged in every run.
const judgedFrom = end - 96;
const noFinality = ['--safe', '1000', '--finalized', '1000'];
const limitMs = 180_000;

const failed = (code) => new RegExp(`^faultline_endpoint_errors_total\\{.*code="${code}".*\\} [1-9]`, 'm');
const slow = {says: /endpoint_error.*longer than 500 ms/, counts: failed('transient')};
const limited = {says: /endpoint_error.*429/, counts: failed('rate_limited')};
const brokenSocket = {says: /newheads_lost.*the connection broke/, counts: /^faultline_ws_reconnects_total\{.*reason="closed".*\} [1-9]/m};

/** What the daemon says of each and counts; nothing where there is nothing to notice. */
const faults = {
    'drop:0.2': {says: /endpoint_error/, counts: failed('transient')},
    'silent:0.1': slow,
    'delay:0.2': slow,
    'slow:0.2': slow,
    'truncate:0.2': {says: /endpoint_error/, counts: failed('transient')},
    '429:0.2': limited,
    'retry-after:0.1': limited,
    'error:0.2': {says: /endpoint_error.*the node answered error/, counts: /^faultline_endpoint_errors_total\{.*\} [1-9]/m},
    'null:0.2': {says: /endpoint_error.*null/, counts: failed('missing')},
    'lag:0.3': {},
    'removed-logs:0.3': {counts: failed('missing')},
    'ws-drop:0.3': brokenSocket,
    'ws-cut:0.3': brokenSocket,
    // Polling goes on, and the tape is over before the watchdog has waited long enough.
    'mute:0.3': {},
    'duplicate:0.5': {},
    'late:0.5': {},
    'rollback:0.15': {},
    // The tape's own is one.
    'reorg:0.2': {says: /chain_reorg/, counts: /^faultline_reorgs_total\{.*\} ([2-9]|[1-9]\d)/m},
};

const addresses = {
    addresses_provider: tape.manifest.aave.provider,
    pool: tape.manifest.aave.pool,
    configurator: tape.manifest.aave.configurator,
    oracle: tape.manifest.aave.oracle,
    deployed_at: tape.manifest.aave.deployedAt,
};

class Stage {
    static async set(t, {nodeArgs = [], url = (node) => node.wsUrl, env, timeout = '500ms', second = false, secondArgs = nodeArgs, chain = ''} = {}) {
        const stage = new Stage();
        const world = (stage.world = new World(t));
        stage.deliveries = new Deliveries();
        stage.sink = await world.sink({onDelivery: stage.deliveries.record});
        const node = async (name, faults) => {
            const args = ['--from-head', String(fromHead), '--pace', String(pace), '--wait', ...noFinality, ...faults];
            const started = await SimNode.start({directory: world.directory, name, args});
            world.onClose(() => started.program.alive && started.stop());
            return started;
        };
        stage.node = await node('simnode', nodeArgs);
        stage.second = second ? await node('second', secondArgs) : undefined;
        const endpoint = stage.second ? `}, {name: second, url: "${stage.second.wsUrl}", request_timeout: ${timeout}` : '';
        const apiListen = `127.0.0.1:${await anyFreePort()}`;
        const config = faultlineConfig({
            market: addresses,
            wsUrl: await url(stage.node, world),
            chainId: 31337,
            storeDir: path.join(world.directory, 'store'),
            apiListen,
            sinkUrl: stage.sink.url,
            overrides: {chain, pollInterval: '200ms', maxHeadAge: '87600h', endpoint: `, request_timeout: ${timeout}${endpoint}`},
        });
        stage.daemon = new Daemon({directory: world.directory, config, api: `http://${apiListen}`});
        world.onClose(() => stage.daemon.program?.alive && stage.daemon.crash());
        stage.daemon.start(env);
        return stage;
    }

    /** Our figures at the end of the tape are those that the contracts gave there, bit for bit. */
    async assertExact() {
        const {accounts} = await this.daemon.accountsAt(tape.last.header.hash, limitMs);
        const ours = new Map(accounts.map((account) => [account.account, account]));
        assert.ok(tape.last.truth.length > 20);
        let withDebt = 0;
        for (const {label, result} of tape.last.truth) {
            const account = label.split(':')[1];
            const words = result.slice(2).match(/.{64}/g).map((word) => BigInt('0x' + word));
            const [collateral, debt, available, threshold, ltv, health] = words;
            const figures = ours.get(account);
            if (figures === undefined) {
                assert.deepEqual([collateral, debt], [0n, 0n], `${account} is unknown to us`);
                continue;
            }
            withDebt += debt > 0n ? 1 : 0;
            assert.deepEqual(
                [figures.total_collateral_base, figures.total_debt_base, figures.available_borrows_base, figures.current_liquidation_threshold_bps, figures.ltv_bps, figures.health_factor_wad].map(BigInt),
                [collateral, debt, available, threshold, ltv, health],
                account,
            );
        }
        assert.ok(withDebt > 5);
    }

    /** The transitions that stand at the end, of alerts that every run judges; each was delivered once. */
    async assertAlerts() {
        const status = async () => (await this.daemon.get('/v1/alerts'))?.alerts?.filter(({phase}) => phase === 'firing').length === 0;
        await this.daemon.waitFor('all alerts to be over', status);
        await this.daemon.waitFor('an empty outbox', async () => {
            const metrics = await this.metrics();
            return /^faultline_outbox_pending\{.*\} 0$/m.test(metrics);
        });
        const {deliveries} = this;
        assert.equal(deliveries.all.length, deliveries.unique().length, 'nothing is delivered twice');
        // What passed while blocks were caught up with is told to whoever had to catch up.
        const missed = new Set(deliveries.all.filter(({summary}) => /were caught up with/.test(summary)).map(({fingerprint}) => fingerprint));
        const judged = deliveries.standingKeys().filter((key) => Number(/\/(\d+)-/.exec(key)[1]) > judgedFrom && !missed.has(key.split('/')[0]));
        assert.ok(judged.length > 0);
        // What a reorg took back and brought back is told again, under a number.
        return judged.map((key) => key.replace(/\.\d+$/, ''));
    }

    async metrics() {
        return (await fetch(`${this.daemon.api}/metrics`)).text();
    }

    async finish() {
        assert.equal(await this.daemon.stop(), 0);
        const node = this.second ?? this.node;
        assert.equal(await node.stop(), 0, node.output());
        assert.ok(!/panic|assert|terminate/i.test(this.daemon.log()), this.daemon.log());
    }
}

// What an undisturbed run says stands; every other one has to come to the same.
let undisturbed;

test('an undisturbed node is followed through its reorg to the contracts\' own figures', async (t) => {
    const stage = await Stage.set(t);
    await stage.assertExact();
    undisturbed = await stage.assertAlerts();
    assert.match(stage.node.output(), /reorg.*removed=2/);
    assert.match(stage.daemon.log(), /reorg/);
    assert.ok(stage.deliveries.unique().some(({transition}) => transition === 'firing'));
    await stage.finish();
});

test('each fault alone changes nothing but what the log says', {concurrency: 4}, async (t) => {
    await Promise.all(Object.entries(faults).map(([fault, {says, counts}]) =>
        t.test(fault, async (t) => {
            const stage = await Stage.set(t, {nodeArgs: ['--fault', during(fault), '--seed', '3']});
            await stage.assertExact();
            assert.deepEqual(await stage.assertAlerts(), undisturbed);
            if (counts) {
                assert.match(await stage.metrics(), counts);
            }
            await stage.finish();
            const kind = fault.split(':')[0];
            assert.ok(stage.node.faults()[kind] > 0, `${kind} never struck: ${stage.node.output()}`);
            if (says) {
                assert.match(stage.daemon.log(), says);
            }
        }),
    ));
});

async function mixtureOfFaults(t, seed) {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faultline-faults-'));
    t.after(() => fs.rmSync(directory, {recursive: true}));
    const mixture = path.join(directory, 'mixture');
    const kinds = ['drop', 'delay', 'slow', 'truncate', '429', 'retry-after', 'error', 'null', 'lag', 'ws-drop', 'ws-cut', 'mute', 'duplicate', 'late', 'rollback', 'reorg', 'removed-logs'];
    fs.writeFileSync(mixture, kinds.map((kind) => during(`${kind}:0.04`)).join('\n') + '\n');
    const stage = await Stage.set(t, {nodeArgs: ['--fault-file', mixture, '--seed', String(seed)]});
    await stage.assertExact();
    assert.deepEqual(await stage.assertAlerts(), undisturbed);
    await stage.finish();
    assert.ok(Object.keys(stage.node.faults()).length >= 5, stage.node.output());
}

test('over TLS, with two endpoints of which the first dies', async (t) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faultline-tls-'));
    t.after(() => fs.rmSync(directory, {recursive: true}));
    const certificate = path.join(directory, 'node.pem');
    const key = path.join(directory, 'node.key');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
        '-subj', '/CN=simnode', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', certificate, '-keyout', key], {stdio: 'ignore'});
    const stage = await Stage.set(t, {
        nodeArgs: ['--tls-cert', certificate, '--tls-key', key, '--fault', during('drop:0.1'), '--fault', during('ws-drop:0.2')],
        env: {...process.env, SSL_CERT_FILE: certificate},
        second: true,
    });
    assert.match(stage.second.wsUrl, /^wss:/);
    await stage.daemon.waitFor('the story', () => stage.deliveries.all.length > 0);
    stage.node.program.kill();
    await stage.assertExact();
    assert.deepEqual(await stage.assertAlerts(), undisturbed);
    await stage.finish();
});

const receiptsRoot = '\n    verification: receipts_root';

test('an endpoint that hides and alters logs is found out while another one is honest', async (t) => {
    const stage = await Stage.set(t, {
        nodeArgs: ['--fault', during('hide-logs:0.5'), '--fault', during('alter-logs:0.5')],
        second: true,
        secondArgs: [],
        chain: receiptsRoot,
    });
    await stage.assertExact();
    assert.deepEqual(await stage.assertAlerts(), undisturbed);
    assert.match(stage.daemon.log(), /verification: block \d+ has \d+ logs of those asked for, as its receipts prove/);
    assert.equal((await stage.daemon.get('/v1/status')).chains[0].doubt, '');
    const {evidence} = stage.deliveries.all.at(-1);
    assert.deepEqual(evidence.checks, ['header_hash', 'bloom', 'receipts_root']);
    assert.ok(!('doubt' in evidence));
    await stage.node.stop();
    const struck = stage.node.faults();
    assert.ok(struck['hide-logs'] > 0 && struck['alter-logs'] > 0, stage.node.output());
    await stage.finish();
});

async function loneLiar(t) {
    // Late enough for the daemon to be at the head by then, with the market whole.
    const stage = await Stage.set(t, {nodeArgs: ['--fault', `hide-logs:1@${fromHead + 40}-${end + 1}`], chain: receiptsRoot});
    const doubt = await stage.daemon.waitFor('a doubt', async () => (await stage.daemon.get('/v1/status'))?.chains[0].doubt || undefined);
    assert.match(doubt, /endpoint anvil.*verification: block \d+ has \d+ logs/);
    await stage.daemon.waitFor('the end of the tape', async () => (await stage.daemon.get('/v1/status'))?.chains[0].processed?.number === end);
    assert.match(stage.daemon.log(), /blocks_unverified/);
    const metrics = await stage.metrics();
    assert.match(metrics, /^faultline_blocks_unverified_total\{.*\} [1-9]/m);
    // Its receipts are true, so what was taken in the end is proven.
    assert.ok(stage.deliveries.all.every(({rule, evidence}) => rule !== 'blocks_unverified' && !evidence.doubt));
    await stage.finish();
}

test('what takes its time', {concurrency: 3}, async (t) => {
    await Promise.all([
        t.test('a mixture of faults, seed 1', (t) => mixtureOfFaults(t, 1)),
        t.test('a mixture of faults, seed 2', (t) => mixtureOfFaults(t, 2)),
        t.test('a lone endpoint that lies is doubted aloud, and followed', loneLiar),
    ]);
});

test('connections that fall silent both ways are given up, and following goes on within 60 s', async (t) => {
    const stage = await Stage.set(t, {
        // The default: a silent request is waited for as long as that.
        timeout: '15s',
        url: async (node, world) => {
            world.relay = await new Relay(node.port).listen();
            world.onClose(() => world.relay.close());
            return `ws://127.0.0.1:${world.relay.port}`;
        },
    });
    await stage.daemon.waitFor('the story', () => stage.deliveries.all.length > 0);
    const silencedAt = Date.now();
    assert.ok(stage.world.relay.silence() >= 2, 'requests and a socket');
    await stage.assertExact();
    const seconds = (Date.now() - silencedAt) / 1000;
    t.diagnostic(`caught up with the end of the tape ${seconds.toFixed(1)} s after the silence`);
    assert.ok(seconds < 60);
    assert.deepEqual(await stage.assertAlerts(), undisturbed);
    await stage.finish();
});

test('what people try by hand works', async (t) => {
    const world = new World(t);
    const node = await SimNode.start({directory: world.directory, args: ['--from-head', 'end']});
    world.onClose(() => node.program.alive && node.stop());
    assert.equal((await node.call('eth_blockNumber')).result, tape.last.header.number);
    assert.deepEqual((await node.call('eth_getBlockByNumber', ['latest', false])).result, tape.last.header);
    const {logs} = tape.blocks[end - 10];
    assert.deepEqual((await node.call('eth_getLogs', [{blockHash: tape.blocks[end - 10].header.hash}])).result, logs);
    const all = tape.blocks.slice(1).flatMap((block) => block.logs);
    assert.deepEqual((await node.call('eth_getLogs', [{fromBlock: '0x1', toBlock: 'latest'}])).result, all);
    const {to, data, result} = tape.last.truth[0];
    assert.equal((await node.call('eth_call', [{to, data}, 'latest'])).result, result);
    assert.match((await node.call('eth_call', [{to, data: '0x12345678'}, 'latest'])).error.message, /missing trie node/);
    assert.deepEqual((await node.call('eth_getBlockReceipts', ['latest'])).result, tape.last.receipts);
    assert.match(await (await fetch(node.httpUrl)).text(), /simulated Ethereum node/);
    const socket = new WebSocket(node.wsUrl);
    const answer = await new Promise((resolve, reject) => {
        socket.on('open', () => socket.send('{"jsonrpc":"2.0","id":"a","method":"eth_chainId"}'));
        socket.on('message', (text) => resolve(JSON.parse(text)));
        socket.on('error', reject);
    });
    assert.deepEqual(answer, {jsonrpc: '2.0', id: 'a', result: '0x7a69'});
    socket.close();
    assert.equal(await node.stop(), 0);
});

test('a command line that cannot be served says why', async (t) => {
    const world = new World(t);
    const sink = await world.sink();
    const run = (...args) => {
        try {
            execFileSync(faultline, ['simnode', ...args], {stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000});
            return undefined;
        } catch (error) {
            return {status: error.status, text: error.stderr.toString()};
        }
    };
    const inUse = run('--tape', crashTape, '--listen', `127.0.0.1:${sink.port}`);
    assert.equal(inUse.status, 4);
    assert.match(inUse.text, /address already in use.*--listen/);
    const noTape = run('--tape', path.join(world.directory, 'nothing'));
    assert.equal(noTape.status, 4);
    assert.match(noTape.text, /nothing/);
    const otherFile = run('--tape', import.meta.filename ?? new URL(import.meta.url).pathname);
    assert.equal(otherFile.status, 4);
    assert.match(otherFile.text, /zstd|tape/);
    const badFault = run('--tape', crashTape, '--fault', 'dorp');
    assert.equal(badFault.status, 2);
    assert.match(badFault.text, /no kind "dorp"/);
    for (const [option, value] of [['--max-range', '-1'], ['--finalized', '-1'], ['--pace', 'nan'], ['--from-head', '-1'], ['--from-head', '99999999999999999999']]) {
        const wrong = run('--tape', crashTape, option, value);
        assert.equal(wrong.status, 2, `${option} ${value}: ${wrong.text}`);
        assert.ok(wrong.text.includes(option), wrong.text);
    }
    const beyond = run('--tape', crashTape, '--from-head', '99999999');
    assert.equal(beyond.status, 4);
    assert.match(beyond.text, new RegExp(`the tape ends at block ${end}.*"end"`));
    assert.equal(run().status, 2);
});
