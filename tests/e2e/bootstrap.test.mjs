// SPDX-License-Identifier: Apache-2.0
// A market that is met in mid-life: read by view calls at a finalized block, then followed.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {Comparison} from './lib/compare.mjs';
import {bootstrap, unknowing} from './lib/late.mjs';
import {World} from './lib/world.mjs';

const lifeBefore = 90;
const lifeAfter = 25;

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
        const {status, text} = await bootstrap(daemon, {killAt: /reading at|going on/, killAfterMs: random.below(150)});
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
    const short = {more: ['--accounts', list]};
    const refused = await bootstrap(daemon, short);
    assert.equal(refused.status, 1);
    assert.match(refused.text, /market "devnet" at block .*accounts are missing from the list.*--again/s);
    const ignored = await bootstrap(daemon, short);
    assert.equal(ignored.status, 2);
    assert.match(ignored.text, /is under way, with other accounts\. leave --accounts and --search-from out to go on with it, or add --again/);
    for (const [what, complaint] of [['0x1234\n', /accounts\.txt:1: not an address/], ['# nobody\n', /names no account/]]) {
        fs.writeFileSync(list, what);
        const wrong = await bootstrap(daemon, {more: ['--again', '--accounts', list]});
        assert.equal(wrong.status, 2);
        assert.match(wrong.text, complaint);
    }
    const folder = await bootstrap(daemon, {more: ['--again', '--accounts', world.directory]});
    assert.equal(folder.status, 2);
    const late = await bootstrap(daemon, {more: ['--again', '--search-from', '999999']});
    assert.equal(late.status, 1);
    assert.match(late.text, /give an earlier block to --search-from/);
    const searched = await bootstrap(daemon, {more: ['--again']});
    assert.equal(searched.status, 0, searched.text);
    daemon.start();
    await devnet.workload.step();
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    assert.equal(await daemon.stop(), 0);
});

test('who only chose an eMode need not be listed, and a market that cannot be read leaves the others alone', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 8, seed: 21});
    const {workload, market, chain} = devnet;
    const loner = workload.roles.liquidator;
    await workload.refresh();
    await workload.pool(loner, 'setUserEMode', [2]);
    await workload.mine();
    for (let i = 0; i < lifeBefore; i++) {
        await workload.mine();
    }
    const daemon = await unknowing(world, devnet, 'loner');
    const config = fs.readFileSync(daemon.configFile, 'utf8');
    // Another market of the chain, whose pool is no pool.
    const ghost = market.manifest.oracle;
    fs.writeFileSync(daemon.configFile, config.replace('rules:', `      - name: ghost
        addresses_provider: "${market.manifest.configurator}"
        pool: "${ghost}"
        configurator: "${market.manifest.pool}"
        oracle: "${market.manifest.addresses_provider}"
rules:`));
    // Alone it is nothing to run, however often it is tried.
    const alone = await unknowing(world, devnet, 'alone');
    const only = fs.readFileSync(alone.configFile, 'utf8');
    fs.writeFileSync(alone.configFile, only.replace(market.manifest.pool, ghost).replace(`oracle: "${ghost}"`, `oracle: "${market.manifest.pool}"`));
    for (let i = 0; i < 2; i++) {
        const nothing = await bootstrap(alone);
        assert.equal(nothing.status, 1, nothing.text);
        assert.match(nothing.text, /no market can be read: .*begin anew with `faultline bootstrap --again`/);
    }
    const list = `${world.directory}/accounts.txt`;
    const others = workload.accounts().filter((account) => account.toLowerCase() !== loner.toLowerCase());
    fs.writeFileSync(list, others.join('\n') + '\n');
    const read = await bootstrap(daemon, {more: ['--accounts', list]});
    assert.equal(read.status, 0, read.text);
    assert.match(read.text, /ghost: CANNOT BE READ and will have no figures/);
    assert.match(read.text, /1 of 2 markets read/);
    daemon.start();
    await workload.mine();
    await daemon.accountsAt(chain.headHash);
    await workload.pool(loner, 'supply', [market.reserve('USDC').token, workload.amount('USDC', 100_000), loner, 0]);
    await workload.pool(loner, 'borrow', [market.reserve('DAI').token, workload.amount('DAI', 50_000), 2, 0, loner]);
    assert.deepEqual((await workload.mine()).receipts.map(({ok}) => ok), [true, true]);
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    const {accounts} = await daemon.accountsAt(chain.headHash);
    const threshold = accounts.find(({account}) => account === loner.toLowerCase()).current_liquidation_threshold_bps;
    assert.ok(BigInt(threshold) > 9000n, `${threshold} is the category's, not the reserve's`);
    const {markets} = (await daemon.get('/v1/status')).chains[0];
    assert.deepEqual(markets.map(({name, status}) => [name, status]), [['devnet', 'value'], ['ghost', 'error']]);
    assert.match(markets[1].reason, /could not be read when its chain was bootstrapped/);
    assert.equal(await daemon.stop(), 0);
});
