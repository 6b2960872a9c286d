// SPDX-License-Identifier: Apache-2.0
// kill -9 at any moment, again and again, and then the database against one that was never killed.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import {createHash} from 'node:crypto';
import {spawnSync} from 'node:child_process';
import {anyFreePort} from '../../deploy/devnet/lib/anvil.mjs';
import {faultlineConfig} from '../../deploy/devnet/lib/faultline_config.mjs';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {Daemon} from './lib/daemon.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {SimNode, crashTape, readTape} from './lib/sim_node.mjs';
import {World, sleep} from './lib/world.mjs';

const kills = 100;
const longestLifeMs = 400;
const longestPauseMs = 200;
const maxDumpBytes = 1 << 30;
const tape = readTape(crashTape);
const end = Number(tape.last.header.number);
const {aave} = tape.manifest;

/** A daemon of the tape's market with a store of its own. */
async function daemonOf(world, node, {name, sink, chain = ''}) {
    const apiListen = `127.0.0.1:${await anyFreePort()}`;
    const storeDir = path.join(world.directory, `${name}-store`);
    const config = faultlineConfig({
        market: {addresses_provider: aave.provider, pool: aave.pool, configurator: aave.configurator, oracle: aave.oracle, deployed_at: aave.deployedAt},
        wsUrl: node.wsUrl,
        chainId: 31337,
        storeDir,
        apiListen,
        sinkUrl: sink.url,
        overrides: {pollInterval: '100ms', maxHeadAge: '87600h', chain},
    });
    const daemon = new Daemon({directory: world.directory, config, api: `http://${apiListen}`, name});
    daemon.storeDir = path.join(storeDir, 'devnet');
    world.onClose(() => daemon.program?.alive && daemon.crash());
    return daemon;
}

async function simNode(world, name, args) {
    const node = await SimNode.start({directory: world.directory, name, args});
    world.onClose(() => node.program.alive && node.stop());
    return node;
}

const processed = async (daemon) => (await daemon.get('/v1/status'))?.chains[0].processed?.number ?? -1;
const isAt = (daemon, number) => daemon.waitFor(`block ${number}`, async () => (await processed(daemon)) === number);

/** Kills it after any time up to the limit; true when it had come to that block before. */
async function live(daemon, random, until) {
    daemon.start();
    await sleep(random.below(longestLifeMs));
    const done = until !== undefined && (await processed(daemon)) === until;
    await daemon.crash();
    return done;
}

/** All entries of one column family, as a program that is not ours reads them. */
function dump(daemon, family) {
    const said = spawnSync('ldb', [`--db=${daemon.storeDir}`, `--column_family=${family}`, '--hex', 'scan'], {maxBuffer: maxDumpBytes});
    assert.equal(said.status, 0, said.stderr.toString());
    return said.stdout.toString();
}

/** The first entries that are not the same: the stores are gone when the test has failed. */
function firstDifference(some, others) {
    const [ours, theirs] = [some.split('\n'), others.split('\n')];
    const at = ours.findIndex((line, index) => line !== theirs[index]);
    return `${ours.length} and ${theirs.length} lines, first ${at}:\n${ours[at]}\n${theirs[at]}`;
}

const digest = (text) => createHash('sha256').update(text).digest('hex');

function assertEqualStores(t, one, other, families) {
    for (const family of families) {
        const [ours, theirs] = [dump(one, family), dump(other, family)];
        assert.ok(ours.length > 1000, `family ${family} is not empty`);
        assert.equal(digest(ours), digest(theirs), `family ${family} differs: ${firstDifference(ours, theirs)}`);
        t.diagnostic(`${family}: ${ours.split('\n').length} entries, sha256 ${digest(ours).slice(0, 16)}, equal`);
    }
}

async function whileHistoryIsFetched(t) {
    const world = new World(t);
    const sink = await world.sink();
    // A few blocks per request, so that history takes long enough to be killed in.
    const node = await simNode(world, 'history', ['--from-head', 'end', '--pace', '0', '--max-range', '2']);
    // What the killed are told fails at times, so that requests shrink to single blocks.
    const failing = await simNode(world, 'failing', [
        '--from-head', 'end', '--pace', '0', '--max-range', '2', '--fault', 'error:0.03']);
    const chain = '\n    keep_raw_blocks: all';
    const steady = (await daemonOf(world, node, {name: 'steady', sink, chain})).start();
    await isAt(steady, end);
    assert.equal(await steady.stop(), 0);
    const random = new Random(11);
    let rounds = 0;
    for (let done = 0; done < kills; rounds++) {
        const killed = await daemonOf(world, failing, {name: `killed-${rounds}`, sink, chain});
        for (let over = false; !over && done < kills; done++) {
            over = await live(killed, random, end);
        }
        killed.start();
        await isAt(killed, end);
        assert.equal(await killed.stop(), 0);
        assertEqualStores(t, killed, steady, ['rows', 'undo', 'blocks']);
    }
    t.diagnostic(`${kills} kills in ${rounds} times from the start to block ${end}`);
}

async function whileFollowedLive(t) {
    const world = new World(t);
    const [expected, received] = [new Deliveries(), new Deliveries()];
    // Nothing becomes final, so that every block from here on is judged, however late.
    const node = await simNode(world, 'live', [
        '--from-head', '212', '--pace', '1', '--wait', '--safe', '1000', '--finalized', '1000']);
    const steady = (await daemonOf(world, node, {name: 'steady', sink: await world.sink({onDelivery: expected.record})})).start();
    const killed = await daemonOf(world, node, {name: 'killed', sink: await world.sink({onDelivery: received.record})});
    // Rows say since when a price was seen, so both have to begin at the same head.
    killed.start();
    for (const daemon of [steady, killed]) {
        await daemon.waitFor('the first block', async () => (await processed(daemon)) >= 212);
    }
    await killed.crash();
    const random = new Random(12);
    for (let done = 0; done < kills; done++) {
        await live(killed, random);
        await sleep(random.below(longestPauseMs));
    }
    assert.ok((await processed(steady)) < end, 'the story ended before the last kill');
    killed.start();
    for (const daemon of [steady, killed]) {
        await isAt(daemon, end);
    }
    const same = () => expected.standingKeys().join() === received.standingKeys().join();
    await killed.waitFor('the last deliveries', same, 60_000).catch(() => {});
    assert.deepEqual(received.standingKeys(), expected.standingKeys());
    assert.ok(expected.standingKeys().length > 3);
    for (const daemon of [steady, killed]) {
        assert.equal(await daemon.stop(), 0);
    }
    assertEqualStores(t, killed, steady, ['rows']);
    t.diagnostic(`${kills} kills; ${expected.standingKeys().length} transitions stand; ` +
        `${received.all.length} deliveries for ${received.unique().length} keys`);
}

test(`killed ${kills} times each`, {concurrency: 2}, async (t) => {
    await Promise.all([
        t.test('while history is fetched, the database equals one never killed, byte for byte', whileHistoryIsFetched),
        t.test('while the chain is followed live, rows and alerts are those of one never killed', whileFollowedLive),
    ]);
});
