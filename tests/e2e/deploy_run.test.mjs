// SPDX-License-Identifier: Apache-2.0
// The command of the README, as a person runs it: watched until an alert has fired and resolved,
// then Ctrl-C.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {Anvil, anyFreePort} from '../../deploy/devnet/lib/anvil.mjs';
import {World, sleep} from './lib/world.mjs';

const sourceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const limitMs = 300_000;

/** Started like by a terminal: a process group of its own, which gets the Ctrl-C. */
function startDemo(t, extra = {}, args = [], root = sourceRoot) {
    const mark = crypto.randomUUID();
    const program = spawn(path.join(root, 'deploy/run'), args, {
        cwd: '/',
        detached: true,
        env: {PATH: process.env.PATH, FAULTLINE_TEST_MARK: mark, ...extra},
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const demo = {mark, output: '', exit: new Promise((resolve) => program.on('exit', (code, signal) => resolve(signal ?? code)))};
    for (const stream of [program.stdout, program.stderr]) {
        stream.on('data', (data) => (demo.output += data));
    }
    demo.interrupt = () => process.kill(-program.pid, 'SIGINT');
    t.after(() => processesMarked(mark).forEach((pid) => process.kill(pid, 'SIGKILL')));
    return demo;
}

/** The source tree through links, with a configuration, and so a store, of its own. */
function linkedTree(directory) {
    const root = path.join(directory, 'tree');
    fs.mkdirSync(root);
    for (const name of fs.readdirSync(sourceRoot).filter((entry) => entry !== 'config' && entry !== 'data')) {
        fs.symlinkSync(path.join(sourceRoot, name), path.join(root, name));
    }
    fs.cpSync(path.join(sourceRoot, 'config'), path.join(root, 'config'), {recursive: true});
    return root;
}

/** Every process that inherited the mark. */
function processesMarked(mark) {
    return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
        try {
            return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
        } catch {
            return false;
        }
    });
}

async function shows(demo, pattern) {
    const giveUpAt = Date.now() + limitMs;
    while (!pattern.test(demo.output)) {
        assert.ok(Date.now() < giveUpAt, `no ${pattern} in:\n${demo.output.slice(-6000)}`);
        const ended = await Promise.race([demo.exit, sleep(100)]);
        assert.equal(ended, undefined, `deploy/run ended with ${ended}:\n${demo.output.slice(-6000)}`);
    }
}

async function nothingLeft(mark) {
    for (let attempt = 0; attempt < 50 && processesMarked(mark).length > 0; attempt++) {
        await sleep(100);
    }
    assert.deepEqual(processesMarked(mark), []);
}

/** A PATH on which node and npm are there and do not work. */
function pathWithoutNode(t) {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faultline-no-node-'));
    t.after(() => fs.rmSync(directory, {recursive: true}));
    for (const name of ['node', 'npm']) {
        fs.writeFileSync(path.join(directory, name), '#!/bin/sh\necho "$0 was called" >&2\nexit 1\n', {mode: 0o755});
    }
    return `${directory}:${process.env.PATH}`;
}

test('deploy/run plays its tape without node to an alert that fires and resolves, and Ctrl-C leaves nothing behind', async (t) => {
    const demo = startDemo(t, {PATH: pathWithoutNode(t)});
    await shows(demo, /market +serving +http:/);
    const nodeUp = Date.now();
    await shows(demo, /metrics +http:\/\/127\.0\.0\.1:\d+\/metrics/);
    await shows(demo, /sink +FIRING .*\n(.*\n)*?sink +\{.*"transition":"firing"/);
    t.diagnostic(`fired ${((Date.now() - nodeUp) / 1000).toFixed(1)} s after the node was up`);
    await shows(demo, /positions +block \d+: following \d+ accounts/);
    await shows(demo, /market +.* starts to fall/);
    await shows(demo, /sink +RESOLVED .*\n(.*\n)*?sink +\{.*"transition":"resolved"/);
    const [, metrics] = /metrics +(http:\S+)/.exec(demo.output);
    assert.match(await (await fetch(metrics)).text(), /faultline_processed_block/);
    const [, file] = /delivered +(\S+)/.exec(demo.output);
    assert.ok(fs.readFileSync(file, 'utf8').trim().split('\n').every((line) => JSON.parse(line).key));
    demo.interrupt();
    assert.equal(await demo.exit, 0, demo.output.slice(-3000));
    assert.match(demo.output, /everything has stopped/);
    assert.doesNotMatch(demo.output, /was called/);
    await nothingLeft(demo.mark);
});

test('deploy/run --devnet shows the same on a live chain', async (t) => {
    const demo = startDemo(t, {}, ['--devnet']);
    await shows(demo, /market +chain 31337 is up at ws:/);
    const chainUp = Date.now();
    await shows(demo, /metrics +http:\/\/127\.0\.0\.1:\d+\/metrics/);
    await shows(demo, /positions +block \d+: following \d+ accounts/);
    await shows(demo, /sink +FIRING .*\n(.*\n)*?sink +\{.*"transition":"firing"/);
    await shows(demo, /sink +RESOLVED .*\n(.*\n)*?sink +\{.*"transition":"resolved"/);
    t.diagnostic(`fired and resolved ${((Date.now() - chainUp) / 1000).toFixed(1)} s after the chain was up`);
    const [, metrics] = /metrics +(http:\S+)/.exec(demo.output);
    assert.match(await (await fetch(metrics)).text(), /faultline_processed_block/);
    demo.interrupt();
    assert.equal(await demo.exit, 0, demo.output.slice(-3000));
    assert.match(demo.output, /everything has stopped/);
    await nothingLeft(demo.mark);
});

test('FAULTLINE_RPC follows that node with the shipped configuration and starts no chain', async (t) => {
    const world = new World(t);
    // It says that it is Ethereum, and has not got to where the market begins.
    const anvil = await Anvil.start({directory: world.directory, chainId: 1, timestamp: 1_760_000_000, accounts: 1});
    world.onClose(() => anvil.stop());
    const root = linkedTree(world.directory);
    const config = path.join(root, 'config/faultline.yaml');
    const port = await anyFreePort();
    fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace('127.0.0.1:9464', `127.0.0.1:${port}`));
    const demo = startDemo(t, {FAULTLINE_RPC: anvil.wsUrl}, [], root);
    await shows(demo, /faultline .*waiting_for_start_block.*start_block=16291006/);
    assert.equal(processesMarked(demo.mark).some((pid) => commandOf(pid).includes('/bin/anvil')), false);
    demo.interrupt();
    assert.equal(await demo.exit, 0, demo.output.slice(-3000));
    await nothingLeft(demo.mark);
});

test('a configuration file is followed as it stands', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 2});
    const daemon = await world.daemon(devnet);
    const demo = startDemo(t, {}, [daemon.configFile]);
    daemon.program = {alive: true};
    await daemon.accountsAt(devnet.chain.headHash, limitMs);
    daemon.program.alive = false;
    demo.interrupt();
    assert.equal(await demo.exit, 0, demo.output.slice(-3000));
    await nothingLeft(demo.mark);
});

test('a part that ends takes the others with it, and is named', async (t) => {
    const demo = startDemo(t);
    await shows(demo, /market +serving +http:/);
    const node = processesMarked(demo.mark).find((pid) => commandOf(pid).includes('faultline\0simnode'));
    process.kill(node, 'SIGKILL');
    assert.equal(await demo.exit, 1);
    assert.match(demo.output, /market ended by itself with exit code 137; its log is .*market\.log/);
    await nothingLeft(demo.mark);
});

const commandOf = (pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
