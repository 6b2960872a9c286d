// SPDX-License-Identifier: Apache-2.0
// Disks that cannot be written to.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {execFileSync, spawnSync} from 'node:child_process';
import {Comparison} from './lib/compare.mjs';
import {World} from './lib/world.mjs';

const cannotStart = 4;
// Too small for the database to reserve room for its log in advance, which would hide a full disk
// for thousands of blocks.
const smallDisk = 'size=12m';
const mostBlocksInPage = 200;

/** A small file system of its own; undefined where we may not mount. */
function mountTmpfs(world, t, options) {
    const directory = `${world.directory}/disk`;
    fs.mkdirSync(directory);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'faultline-e2e', directory]);
    if (mounted.status !== 0) {
        t.skip('needs the right to mount a tmpfs');
        return undefined;
    }
    world.onClose(() => execFileSync('umount', ['-l', directory]));
    return directory;
}

test('a store folder that cannot be made is named', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 1});
    const daemon = (await world.daemon(devnet, {storeDir: '/proc/faultline'})).start();
    assert.equal(await daemon.exitCode(), cannotStart);
    assert.match(daemon.log(), /\/proc\/faultline/);
});

test('a read-only disk is refused at the start, naming the folder', async (t) => {
    const world = new World(t);
    const disk = mountTmpfs(world, t, 'ro,size=1m');
    if (!disk) {
        return;
    }
    const devnet = await world.devnet({users: 1});
    const daemon = (await world.daemon(devnet, {storeDir: `${disk}/store`})).start();
    assert.equal(await daemon.exitCode(), cannotStart);
    assert.match(daemon.log(), /disk\/store/);
    assert.match(daemon.log(), /read-only/i);
});

test('a start on a full disk ends with one message, and works once there is room', async (t) => {
    const world = new World(t);
    const disk = mountTmpfs(world, t, smallDisk);
    if (!disk) {
        return;
    }
    const devnet = await world.devnet({users: 3, seed: 6});
    const storeDir = `${disk}/store`;
    for (const store of ['empty', 'used']) {
        fillUp(`${disk}/ballast`);
        const refused = (await world.daemon(devnet, {name: `${store}-refused`, storeDir})).start();
        assert.equal(await refused.exitCode(), cannotStart, refused.log());
        assert.match(refused.log(), /ERROR.*the disk is full/);
        fs.rmSync(`${disk}/ballast`);
        const started = (await world.daemon(devnet, {name: `${store}-started`, storeDir})).start();
        await started.accountsAt(devnet.chain.headHash);
        assert.equal(await started.stop(), 0);
    }
});

test('a disk that fills up stops the chain loudly and loses nothing', async (t) => {
    const world = new World(t);
    const disk = mountTmpfs(world, t, smallDisk);
    if (!disk) {
        return;
    }
    const devnet = await world.devnet({users: 10, seed: 6});
    const daemon = (await world.daemon(devnet, {storeDir: `${disk}/store`})).start();
    await daemon.accountsAt(devnet.chain.headHash);
    fillUp(`${disk}/ballast`);
    const complaint = /ERROR.*(No space left|disk full|out of space).*/i;
    for (let i = 0; i < mostBlocksInPage && !complaint.test(daemon.log()); i++) {
        await devnet.workload.step();
        await daemon.waitFor('the block or the complaint', async () => {
            const status = await daemon.get('/v1/status');
            return status?.chains[0].processed?.hash === devnet.chain.headHash || complaint.test(daemon.log());
        });
    }
    t.diagnostic(complaint.exec(daemon.log())?.[0]);
    assert.match(daemon.log(), complaint);
    assert.equal(await daemon.waitFor('unreadiness', async () => (await daemon.status('/readyz')) === 503), true);
    assert.equal(await daemon.status('/healthz'), 200);
    // It wants some room before it goes on, so that it does not stop again at once.
    execFileSync('mount', ['-o', 'remount,size=256m', disk]);
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon, 60_000);
    comparison.assertExact();
    assert.equal(await daemon.stop(), 0);
});

function fillUp(file) {
    const chunk = Buffer.alloc(1 << 16);
    const descriptor = fs.openSync(file, 'w');
    try {
        for (;;) {
            fs.writeSync(descriptor, chunk);
        }
    } catch (error) {
        assert.equal(error.code, 'ENOSPC');
    } finally {
        fs.closeSync(descriptor);
    }
}
