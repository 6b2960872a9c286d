// SPDX-License-Identifier: Apache-2.0
// A reorg deeper than the undo window: the chain stops aloud, and `faultline resync` gets over it.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {Comparison} from './lib/compare.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {faultline} from './lib/daemon.mjs';
import {World} from './lib/world.mjs';

/** What `faultline resync` says, and its exit status. */
function resync(daemon) {
    try {
        return {status: 0, text: execFileSync(faultline, ['resync', daemon.configFile], {stdio: ['ignore', 'pipe', 'pipe']}).toString()};
    } catch (error) {
        return {status: error.status, text: error.stderr.toString()};
    }
}

test('a reorg deeper than the undo window stops the chain, and resync follows the new branch', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 8, seed: 3});
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    const daemon = (await world.daemon(devnet, {sink, chain: '\n    undo_window_blocks: 3\n    second_look_blocks: 0\n    keep_raw_blocks: all'})).start();
    await daemon.accountsAt(devnet.chain.headHash);
    await devnet.workload.step();
    await daemon.accountsAt(devnet.chain.headHash);
    const applied = devnet.chain.headHash;
    await devnet.workload.reorg(6, 8);

    const halted = await daemon.waitFor('the halt', async () => (await daemon.get('/v1/status')).chains[0].halted || undefined);
    const [, command] = /undo window is 3 blocks.*run `faultline (resync [^`]*)` and start it again/.exec(halted);
    assert.equal(await daemon.status('/readyz'), 503);
    assert.equal(await daemon.status('/healthz'), 200);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /^faultline_chain_halted\{chain="devnet"\} 1$/m);
    // It serves what it has, under a banner, and nothing was undone.
    const accounts = await daemon.get('/v1/chains/devnet/aave/devnet/accounts');
    assert.equal(accounts.block.hash, applied);
    assert.equal(accounts.halted, halted);
    assert.match(await (await fetch(daemon.api)).text(), /CHAIN devnet IS NOT FOLLOWED ANY MORE.*faultline resync/);
    const told = () => deliveries.unique().filter(({rule}) => rule === 'chain_halted');
    await daemon.waitFor('the alert', () => told().length > 0);
    assert.deepEqual(told().map(({transition, severity, block}) => [transition, severity, block.hash]), [['firing', 'critical', applied]]);
    assert.match(told()[0].summary, /faultline resync/);

    // No block says that it stopped: what was folded is still what the kept blocks give.
    const replay = execFileSync(faultline, ['replay', daemon.configFile], {stdio: ['ignore', 'pipe', 'pipe']}).toString();
    assert.match(replay, /rows: all \d+ equal those stored/);

    const busy = resync(daemon);
    assert.equal(busy.status, 4);
    assert.match(busy.text, /it is already open.*Another faultline may be running/);
    assert.equal(await daemon.stop(), 0);
    const store = path.join(world.directory, 'faultline-store', 'devnet');
    // The command as it was printed, from anywhere.
    const moved = execFileSync('/bin/sh', ['-c', `${faultline} ${command}`], {cwd: '/'}).toString();
    assert.match(moved, /moved .*devnet to .*devnet\.before-resync\n.*next: faultline run follows from block 0/s);
    assert.ok(!fs.existsSync(store) && fs.existsSync(`${store}.before-resync`));
    assert.match(resync(daemon).text, /does not exist/);

    daemon.start();
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    assert.equal(await daemon.stop(), 0);
    // What was moved before is kept.
    assert.match(resync(daemon).text, /before-resync-2/);
});

test('a chain that stopped goes on when the branch it was on is back, and takes the alert back', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 8, seed: 3});
    const proxy = await world.proxy(devnet);
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    const daemon = (await world.daemon(devnet, {wsUrl: proxy.wsUrl, sink, chain: '\n    undo_window_blocks: 3\n    second_look_blocks: 0\n    verification: off'})).start();
    await devnet.workload.step();
    await daemon.accountsAt(devnet.chain.headHash);
    // A node of another branch: the same heights, other hashes, nothing in its blocks.
    const other = (hash) => `0x${(Number(`0x${hash[2]}`) ^ 1).toString(16)}${hash.slice(3)}`;
    const ofOther = (block) => block && {...block, hash: other(block.hash), parentHash: other(block.parentHash)};
    proxy.fault = async ({method, params}) => {
        if (method === 'eth_getLogs') {
            return {result: []};
        }
        if (method === 'eth_getBlockByHash') {
            return {result: ofOther(await devnet.anvil.rpc.call(method, [other(params[0]), params[1]]))};
        }
        return method === 'eth_getBlockByNumber' ? {result: ofOther(await devnet.anvil.rpc.call(method, params))} : undefined;
    };
    await devnet.workload.step();
    const told = () => deliveries.unique().filter(({rule}) => rule === 'chain_halted').map(({transition}) => transition);
    await daemon.waitFor('the alert', () => told().includes('firing'));
    assert.equal(await daemon.stop(), 0);
    // The next process stops at once, and serves what there is.
    daemon.start();
    await daemon.waitFor('the halt', async () => (await daemon.get('/v1/status'))?.chains[0].halted || undefined);
    assert.match(await (await fetch(daemon.api)).text(), /CHAIN devnet IS NOT FOLLOWED ANY MORE/);
    assert.equal(await daemon.stop(), 0);
    proxy.reset();
    daemon.start();
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    await daemon.waitFor('its end', () => told().includes('resolved'));
    assert.deepEqual(told(), ['firing', 'resolved']);
    assert.equal((await daemon.get('/v1/status')).chains[0].halted, '');
    assert.equal(await daemon.stop(), 0);
});
