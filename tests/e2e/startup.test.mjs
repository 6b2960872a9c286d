// SPDX-License-Identifier: Apache-2.0
// What is wrong from the start: one clear message, an exit code, nothing half done.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import {spawn} from 'node:child_process';
import {faultline} from './lib/daemon.mjs';
import {World} from './lib/world.mjs';

const cannotStart = 4;
const invalidConfig = 3;

const errorLines = (daemon) => daemon.log().split('\n').filter((line) => /error/i.test(line));

test('an endpoint of another chain is refused, naming both', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const daemon = (await world.daemon(devnet, {chainId: 1})).start();
    // It looks for a quarter of a minute whether that was one wrong answer.
    assert.equal(await daemon.exitCode(60_000), cannotStart);
    assert.match(daemon.log(), /31337/);
    assert.match(daemon.log(), /chain id/i);
    assert.equal(daemon.log().match(/ ERROR /g).length, 1, daemon.log());
});

test('a port in use is named', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const holder = net.createServer();
    await new Promise((resolve) => holder.listen(0, '127.0.0.1', resolve));
    t.after(() => holder.close());
    const {port} = holder.address();
    const daemon = (await world.daemon(devnet, {port})).start();
    assert.equal(await daemon.exitCode(), cannotStart);
    const [line, ...others] = errorLines(daemon);
    assert.match(line, new RegExp(`127\\.0\\.0\\.1:${port}`));
    assert.match(line, /in use/i);
    assert.deepEqual(others, []);
});

test('a second daemon on the same store is refused', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const storeDir = `${world.directory}/shared-store`;
    const first = (await world.daemon(devnet, {name: 'first', storeDir})).start();
    await first.accountsAt(devnet.chain.headHash);
    const second = (await world.daemon(devnet, {name: 'second', storeDir})).start();
    assert.equal(await second.exitCode(), cannotStart);
    assert.match(second.log(), /shared-store/);
    assert.match(second.log(), /lock|another process|in use/i);
    assert.equal(await first.stop(), 0);
});

test('everything wrong in a configuration is said at once, with its place', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const daemon = await world.daemon(devnet);
    const config = fs.readFileSync(daemon.configFile, 'utf8')
        .replace('poll_interval: 100ms', 'poll_interval: soon')
        .replace('severity: critical', 'severty: critical')
        .replace(/pool: "0x[0-9a-fA-F]+"/, 'pool: "0x12"');
    fs.writeFileSync(daemon.configFile, config);
    daemon.start();
    assert.equal(await daemon.exitCode(), invalidConfig);
    const log = daemon.log();
    assert.match(log, /faultline\.yaml:\d+:\d+.*poll_interval/);
    assert.match(log, /faultline\.yaml:\d+:\d+.*severty.*severity/s);
    assert.match(log, /faultline\.yaml:\d+:\d+.*pool/);
    assert.equal(fs.existsSync(`${world.directory}/faultline-store`), false, 'nothing was made');
});

test('whoever reads its output may go away', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const daemon = await world.daemon(devnet);
    const program = spawn(faultline, ['run', daemon.configFile], {stdio: ['ignore', 'ignore', 'pipe']});
    daemon.program = {alive: true};
    t.after(() => program.kill('SIGKILL'));
    await daemon.accountsAt(devnet.chain.headHash);
    program.stderr.destroy();
    for (let i = 0; i < 5; i++) {
        await devnet.workload.mine();
    }
    await daemon.accountsAt(devnet.chain.headHash);
    const ended = new Promise((resolve) => program.on('exit', (code, signal) => resolve(signal ?? code)));
    program.kill('SIGTERM');
    assert.equal(await ended, 0);
    daemon.program.alive = false;
});

test('a stop request ends it cleanly, and a restart resumes', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 3});
    const daemon = (await world.daemon(devnet)).start();
    await daemon.accountsAt(devnet.chain.headHash);
    assert.equal(await daemon.stop(), 0);
    await devnet.workload.step();
    daemon.start();
    await daemon.accountsAt(devnet.chain.headHash);
    assert.match(daemon.log(), /Resuming after block/);
});

test('a chain that cannot be followed leaves the others alone', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 3});
    const daemon = await world.daemon(devnet);
    const config = fs.readFileSync(daemon.configFile, 'utf8');
    const [, chain] = /^chains:\n([^]*)^rules:/m.exec(config);
    const wrong = chain.replace('name: devnet', 'name: elsewhere').replace('chain_id: 31337', 'chain_id: 1');
    fs.writeFileSync(daemon.configFile, config.replace(chain, wrong + chain));
    daemon.start();
    await daemon.waitForLog(/chain "elsewhere" stopped/);
    await devnet.workload.step();
    await daemon.accountsAt(devnet.chain.headHash);
    assert.equal(await daemon.status('/readyz'), 503);
    const {chains} = await daemon.get('/v1/status');
    assert.match(chains.find(({name}) => name === 'elsewhere').halted, /chain id/);
    assert.equal(chains.find(({name}) => name === 'devnet').halted, '');
});
