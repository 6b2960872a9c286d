// SPDX-License-Identifier: Apache-2.0
// A market that is met in mid-life: read by view calls at a finalized block, then followed.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {spawn} from 'node:child_process';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {Comparison} from './lib/compare.mjs';
import {faultline} from './lib/daemon.mjs';
import {World, sleep} from './lib/world.mjs';

const lifeBefore = 90;
const lifeAfter = 25;

/** A daemon whose configuration does not say where the market begins. */
async function unknowing(world, devnet, name) {
    const daemon = await world.daemon(devnet, {name});
    const config = fs.readFileSync(daemon.configFile, 'utf8');
    fs.writeFileSync(daemon.configFile, config.replace(/ *start_block: 0\n/, '').replace(/ *deployed_at: .*\n/, ''));
    return daemon;
}

/** Runs it to its end, or kills it after so long; a status of null is a kill. */
async function bootstrap(daemon, {more = [], killAfterMs} = {}) {
    const program = spawn(faultline, ['bootstrap', daemon.configFile, ...more], {stdio: ['ignore', 'pipe', 'pipe']});
    let text = '';
    program.stdout.on('data', (bytes) => (text += bytes));
    program.stderr.on('data', (bytes) => (text += bytes));
    const ended = new Promise((resolve) => program.on('close', resolve));
    if (killAfterMs !== undefined) {
        await Promise.race([ended, sleep(killAfterMs)]);
        program.kill('SIGKILL');
    }
    return {status: await ended, text};
}

test('a market in mid-life is read at a finalized block, killed again and again, and then followed exactly', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 30, seed: 77});
    for (let i = 0; i < lifeBefore; i++) {
        await devnet.workload.step();
    }
    const daemon = await unknowing(world, devnet, 'late');

    daemon.start();
    assert.equal(await daemon.exitCode(), 4);
    assert.match(daemon.log(), /chain "devnet" has no block to start at: deployed_at of devnet is not given\. run `faultline bootstrap --chain devnet` once/);

    const random = new Random(9);
    let resumed = 0;
    let done = false;
    for (let kills = 0; kills < 12 && !done; kills++) {
        const {status, text} = await bootstrap(daemon, {killAfterMs: 60 + random.below(250)});
        done = status === 0;
        resumed += /going on with the bootstrap at block/.test(text) ? 1 : 0;
    }
    assert.ok(resumed > 2, `went on ${resumed} times`);
    if (!done) {
        // What is not finished is not served.
        daemon.start();
        assert.equal(await daemon.exitCode(), 4);
        assert.match(daemon.log(), /the bootstrap of this chain at block .* is not finished\. run `faultline bootstrap` again/);
        const last = await bootstrap(daemon);
        assert.equal(last.status, 0, last.text);
        assert.match(last.text, /all \d+ accounts equal the contracts/);
    }
    const again = await bootstrap(daemon);
    assert.equal(again.status, 4);
    assert.match(again.text, /follows its chain already\. `faultline run` goes on with it/);

    daemon.start();
    const early = (await world.daemon(devnet, {name: 'early'})).start();
    const comparison = new Comparison();
    for (let i = 0; i < lifeAfter; i++) {
        await (i % 8 === 7 ? devnet.workload.reorg(2, 3) : devnet.workload.step());
        if (i % 3 === 0) {
            await comparison.atHead(devnet, daemon);
            comparison.assertExact();
        }
    }
    // And against one that followed from the deployment, also where no view tells.
    const head = devnet.chain.headHash;
    const [late, whole] = await Promise.all([daemon.accountsAt(head), early.accountsAt(head)]);
    assert.deepEqual(late.accounts, whole.accounts);
    const reserves = '/v1/chains/devnet/aave/devnet/reserves';
    assert.deepEqual((await daemon.get(reserves)).reserves, (await early.get(reserves)).reserves);
    t.diagnostic(`${comparison.summary()}; killed and resumed ${resumed} times`);
    assert.equal(await daemon.stop(), 0);
    assert.equal(await early.stop(), 0);
});

test('accounts that are missing from a list are found out, and searching the logs finds them', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 5});
    for (let i = 0; i < lifeBefore; i++) {
        await devnet.workload.step();
    }
    const daemon = await unknowing(world, devnet, 'listed');
    const list = `${world.directory}/accounts.txt`;
    fs.writeFileSync(list, `# everyone but most\n${devnet.workload.accounts().slice(0, 2).join('\n')}\n`);
    const refused = await bootstrap(daemon, {more: ['--accounts', list]});
    assert.equal(refused.status, 1);
    assert.match(refused.text, /market "devnet" at block .*accounts are missing from the list/s);
    fs.writeFileSync(list, '0x1234\n');
    const wrong = await bootstrap(daemon, {more: ['--again', '--accounts', list]});
    assert.equal(wrong.status, 2);
    assert.match(wrong.text, /accounts\.txt:1: not an address/);
    const searched = await bootstrap(daemon, {more: ['--again']});
    assert.equal(searched.status, 0, searched.text);
    daemon.start();
    await devnet.workload.step();
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    assert.equal(await daemon.stop(), 0);
});
