// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {compared, digest, record, recorded, say} from './lib/commands.mjs';
import {World} from './lib/world.mjs';

const blocks = 40;
const limitMs = 180_000;

test('a chain with reorgs: tapes and kept blocks fold to the rows of the daemon', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 41});
    const daemon = (await world.daemon(devnet, {
        chain: '\n    keep_raw_blocks: all\n    undo_window_blocks: 12',
        rule: {below: '1.4', resolveAt: '1.5'},
    })).start();
    const tapes = ['stopped', 'killed'].map((name) => path.join(world.directory, `${name}.jsonl.zst`));
    const logs = tapes.map((tape) => `${tape}.log`);
    const recorders = tapes.map((tape, i) => record(world, daemon, tape, logs[i]));
    const random = new Random(8);
    for (let i = 1; i <= blocks; i++) {
        await devnet.workload.step();
        if (i % 10 === 0) {
            await daemon.accountsAt(devnet.chain.headHash);
            await recorded(tapes[0], devnet.chain.headHash);
            await devnet.workload.reorg(random.between(1, 3), random.between(2, 4));
        }
    }
    const {headHash, head} = devnet.chain;
    await daemon.accountsAt(headHash, limitMs);
    for (const tape of tapes) {
        await recorded(tape, headHash);
    }

    recorders[0].kill('SIGINT');
    assert.equal((await recorders[0].exited()).code, 0, fs.readFileSync(logs[0], 'utf8'));
    recorders[1].kill('SIGKILL');
    await recorders[1].exited();
    const stopped = await say('replay', '--tape', tapes[0], '--verify');
    const killed = await say('replay', '--tape', tapes[1], '--verify');
    for (const said of [stopped, killed]) {
        assert.equal(said.status, 0, said.out + said.err);
        assert.ok(compared(said) > 20, said.out);
        assert.match(said.out, new RegExp(`tip: block ${head} `));
    }
    assert.match(stopped.out, /[3-9] reorgs \(\d+ blocks taken back\)/);
    assert.equal(stopped.err, '');
    assert.match(killed.err, /ends within a frame after line \d+, as when its recording was killed/);
    assert.ok(digest(stopped));
    assert.equal(digest(killed), digest(stopped));

    // The daemon runs on, and its store is read beside it.
    const whole = await say('replay', daemon.configFile);
    assert.equal(whole.status, 0, whole.out + whole.err);
    assert.match(whole.out, /rows: all \d+ equal those stored/);
    assert.equal(digest(whole), digest(stopped));
    const recent = await say('replay', daemon.configFile, '--from', String(head - 8));
    assert.equal(recent.status, 0, recent.out + recent.err);
    assert.match(recent.out, /rows: all \d+ equal those stored/);
    const middle = await say('replay', daemon.configFile, '--from', '0', '--to', String(head - 3));
    assert.match(middle.out, /rows: cannot be compared; the range ends before the newest block/);
    const torn = await say('replay', daemon.configFile, '--from', String(head - 20));
    assert.match(torn.out, /rows: cannot be compared; the range begins neither at the chain's start/);
    const beyond = await say('replay', daemon.configFile, '--to', String(head + 5));
    assert.equal(beyond.status, 1);
    assert.match(beyond.err, new RegExp(`blocks 0 to ${head + 5} are asked for, and 0 to ${head} are kept`));
    t.diagnostic(`${stopped.out.split('\n').find((line) => line.startsWith('replayed'))}; ${compared(stopped)} truth calls equal`);
    t.diagnostic(`tape of ${fs.statSync(tapes[0]).size} bytes`);

    // A tape is never overwritten, and one that cannot be written to its end says so.
    const again = await say('record', daemon.configFile, '--tape', tapes[0], '--to', '3');
    assert.equal(again.status, 4);
    assert.match(again.err, /there is such a file already/);
    const short = path.join(world.directory, 'short.zst');
    assert.equal((await say('record', daemon.configFile, '--tape', short, '--to', '3')).status, 0);
    assert.match((await say('replay', '--tape', short)).out, /tip: block 3 /);
    assert.equal(await daemon.stop(), 0);
});

test('where nothing is kept, replay says what to do', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 4, seed: 2});
    const daemon = await world.daemon(devnet, {chain: '\n    keep_raw_blocks: off'});
    const none = await say('replay', daemon.configFile);
    assert.equal(none.status, 4);
    assert.match(none.err, /there is no store/);
    daemon.start();
    await daemon.accountsAt(devnet.chain.headHash, limitMs);
    const off = await say('replay', daemon.configFile);
    assert.equal(off.status, 1);
    assert.match(off.err, /the store keeps no raw blocks. set keep_raw_blocks/);
    const other = await say('replay', daemon.configFile, '--chain', 'mainnet');
    assert.equal(other.status, 2);
    assert.match(other.err, /there is no chain mainnet in the configuration. name one of devnet/);
    assert.equal(await daemon.stop(), 0);
});
