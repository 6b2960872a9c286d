// SPDX-License-Identifier: Apache-2.0
// Our metrics in front of a real Prometheus.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {anyFreePort} from '../../deploy/devnet/lib/anvil.mjs';
import {ChildProgram} from '../../deploy/devnet/lib/process.mjs';
import {World, sleep} from './lib/world.mjs';

const kSelfMonitoring = fileURLToPath(new URL('../../deploy/prometheus/faultline.rules.yml', import.meta.url));
const kSelfMonitoringTests = fileURLToPath(new URL('self_monitoring/faultline.rules.test.yml', import.meta.url));

async function stage(t) {
    const world = new World(t);
    const devnet = await world.devnet({users: 8, seed: 2});
    const sink = await world.sink();
    const daemon = (await world.daemon(devnet, {sink, rule: {below: '3', resolveAt: '3.1', forBlocks: 1}})).start();
    for (let i = 0; i < 5; i++) {
        await devnet.workload.step();
    }
    await daemon.accountsAt(devnet.chain.headHash);
    return {world, devnet, daemon};
}

test('promtool finds nothing to say about /metrics', async (t) => {
    const {daemon} = await stage(t);
    const text = await (await fetch(`${daemon.api}/metrics`)).text();
    const check = spawnSync('promtool', ['check', 'metrics'], {input: text, encoding: 'utf8'});
    assert.equal(check.status, 0, `${check.error ?? ''}${check.stdout}${check.stderr}`);
    assert.equal(check.stdout + check.stderr, '');
    assert.ok(!/0x[0-9a-f]{40}/i.test(text), 'no address is a label');
});

test('a Prometheus scrapes them and can be asked', async (t) => {
    const {world, devnet, daemon} = await stage(t);
    const prometheus = await startPrometheus(world, daemon.api);
    const query = async (expression) => {
        const url = `${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`;
        const {data} = await (await fetch(url)).json();
        return data.result.map(({metric, value}) => ({metric, value: Number(value[1])}));
    };
    const value = (expression, expected) =>
        daemon.waitFor(`${expression} of ${expected}`, async () => {
            const [sample] = await query(expression).catch(() => []);
            return sample?.value === expected;
        });
    await value('up', 1);
    await value('faultline_processed_block{chain="devnet"}', devnet.chain.head);
    await value('faultline_chain_head_block{chain="devnet",level="latest"}', devnet.chain.head);
    await devnet.workload.step();
    await daemon.accountsAt(devnet.chain.headHash);
    await value('faultline_processed_block{chain="devnet"}', devnet.chain.head);
    await value('sum(faultline_build_info)', 1);
    const health = await query('scrape_samples_post_metric_relabeling');
    t.diagnostic(`${health[0].value} samples in a scrape`);
});

test('each rule about ourselves is right, tested, explained, and over metrics that there are', async (t) => {
    const text = fs.readFileSync(kSelfMonitoring, 'utf8');
    const promtool = (...args) => {
        const run = spawnSync('promtool', args, {encoding: 'utf8'});
        assert.equal(run.status, 0, `${run.error ?? ''}${run.stdout}${run.stderr}`);
    };
    promtool('check', 'rules', kSelfMonitoring);
    promtool('test', 'rules', kSelfMonitoringTests);
    const names = [...text.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    assert.ok(names.length > 20);
    const tests = fs.readFileSync(kSelfMonitoringTests, 'utf8');
    const docs = fs.readFileSync(new URL('../../docs/monitoring.md', import.meta.url), 'utf8');
    for (const name of names) {
        assert.ok(tests.includes(`alertname="${name}"`), `${name} fires in a test`);
        assert.ok(docs.includes(`\n### ${name}\n`), `docs/monitoring.md says what to do about ${name}`);
        assert.ok(text.includes(`runbook: docs/monitoring.md#${name.toLowerCase()}\n`), `${name} names its place there`);
    }

    const {world, daemon} = await stage(t);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    for (const [, name, labels] of text.matchAll(/\b((?:faultline|process)_\w+)(?:\{([^}]*)\})?/g)) {
        const lines = metrics.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
        assert.ok(lines.length > 0, `${name} is in /metrics`);
        for (const [, label] of (labels ?? '').matchAll(/(\w+)=/g)) {
            assert.ok(label === 'job' || lines.some((line) => line.includes(`${label}="`)), `${name} has a label ${label}`);
        }
    }

    const prometheus = await startPrometheus(world, daemon.api, {rule_files: [kSelfMonitoring]});
    const rules = await daemon.waitFor('the first look at each rule', async () => {
        const {data} = await (await fetch(`${prometheus}/api/v1/rules`)).json();
        const all = data.groups.flatMap((group) => group.rules);
        return all.length === names.length && all.every((rule) => rule.health !== 'unknown') && all;
    });
    assert.deepEqual(rules.filter((rule) => rule.health !== 'ok' || rule.state === 'firing').map(({name, lastError}) => [name, lastError]), []);
});

test('readiness and liveness answer', async (t) => {
    const {daemon} = await stage(t);
    assert.equal(await daemon.status('/healthz'), 200);
    assert.equal(await daemon.waitFor('readiness', async () => (await daemon.status('/readyz')) === 200), true);
    assert.equal(await daemon.status('/nothing-here'), 404);
    const {chains} = await daemon.get('/v1/status');
    assert.equal(chains[0].name, 'devnet');
    assert.equal(chains[0].head.hash, chains[0].processed.hash);
});

async function startPrometheus(world, target, more = {}) {
    const directory = `${world.directory}/prometheus`;
    fs.mkdirSync(directory);
    const config = {
        global: {scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '250ms'},
        scrape_configs: [{job_name: 'faultline', static_configs: [{targets: [new URL(target).host]}]}],
        ...more,
    };
    fs.writeFileSync(`${directory}/prometheus.yml`, JSON.stringify(config));
    const address = `127.0.0.1:${await anyFreePort()}`;
    const log = fs.openSync(`${directory}/log`, 'w');
    const program = new ChildProgram('prometheus', [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        `--web.listen-address=${address}`,
    ], {stdout: log, stderr: log});
    world.onClose(() => program.stop());
    for (let attempt = 0; attempt < 300; attempt++) {
        try {
            if ((await fetch(`http://${address}/-/ready`)).ok) {
                return `http://${address}`;
            }
        } catch {
            assert.ok(program.alive, fs.readFileSync(`${directory}/log`, 'utf8'));
        }
        await sleep(100);
    }
    throw new Error(`prometheus is not ready: ${fs.readFileSync(`${directory}/log`, 'utf8')}`);
}
