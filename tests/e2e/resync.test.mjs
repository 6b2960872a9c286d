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
    const daemon = (await world.daemon(devnet, {sink, chain: '\n    undo_window_blocks: 3\n    second_look_blocks: 0'})).start();
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
