// SPDX-License-Identifier: Apache-2.0
// Maker (MCD of August 2021) held against its own views. It stands in the genesis block, so that a
// daemon can only begin with what `faultline bootstrap` read.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {Contract} from '../../deploy/devnet/lib/contract.mjs';
import {bytes32, ray} from '../../deploy/devnet/lib/maker.mjs';
import {followedIlks} from '../../deploy/devnet/lib/maker_addresses.mjs';
import {maker} from '../../deploy/devnet/lib/parts.mjs';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {auditUntil} from './lib/audit_metrics.mjs';
import {say} from './lib/commands.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {earlyFinality} from './lib/finality.mjs';
import {bootstrap, bootstrapThroughKills, unknowing} from './lib/late.mjs';
import {MakerComparison, root} from './lib/maker_compare.mjs';
import {World} from './lib/world.mjs';

const lifeBefore = 75;
const blocks = 120;
const compareEvery = 8;
const reorgEvery = 15;
const crashAt = 70;
const reached = [
    'frob', 'fork', 'flux', 'move', 'suck', 'heal', 'join', 'exit', 'drip', 'poke', 'bark', 'take', 'redo', 'flog',
    'file(bytes32,uint256)', 'file(bytes32,bytes32,uint256)',
];

/** A devnet with Maker in mid-life and a daemon that has read it, through kills, and follows it. */
async function followed(world, {overrides, ...options}) {
    const devnet = await world.devnet({part: maker, ...options});
    for (let i = 0; i < lifeBefore; i++) {
        await devnet.workload.step();
    }
    const daemon = await unknowing(world, devnet, 'faultline', overrides);
    const list = `${daemon.configFile}.accounts`;
    fs.writeFileSync(list, `${devnet.workload.users[0].address}\n`);
    const listed = await bootstrap(daemon, {more: ['--accounts', list]});
    assert.notEqual(listed.status, 0);
    assert.match(listed.text, /by ilk, which a list of accounts does not say/);
    const resumed = await bootstrapThroughKills(daemon);
    return {devnet, daemon: daemon.start(), resumed};
}

test('every vault, auction and balance is equal, through a bootstrap that is killed and through reorgs', async (t) => {
    const world = new World(t);
    const {devnet, daemon, resumed} = await followed(world, {users: 16, seed: 3});
    assert.ok(resumed > 0);
    const random = new Random(5);
    const comparison = new MakerComparison();
    let reorgs = 0;
    for (let i = 1; i <= blocks; i++) {
        await devnet.workload.step();
        if (i === crashAt) {
            await daemon.crash();
            daemon.start();
        }
        if (i % reorgEvery === 0) {
            if (random.chance(60)) {
                await daemon.reportAt(devnet.chain.headHash, root);
            }
            reorgs += 1;
            await devnet.workload.reorg(random.between(1, 5), random.between(1, 6));
        }
        if (i % reorgEvery === 0 || i % compareEvery === 0) {
            await comparison.atHead(devnet, daemon);
            comparison.assertExact();
        }
    }
    t.diagnostic(`${comparison.summary()}, ${reorgs} reorgs, the bootstrap resumed ${resumed} times`);
    t.diagnostic(JSON.stringify(devnet.workload.stats));
    assert.ok(comparison.unsafe > 20 && comparison.auctions > 20, 'the comparison is about unsafe vaults and auctions, too');
    for (const method of reached) {
        assert.ok(devnet.workload.stats[method]?.done > 0, `the workload reached ${method}`);
    }
    assert.equal(await daemon.stop(), 0);
});

test('audits find every view equal, and the blocks that were kept fold to the same rows again', async (t) => {
    const world = new World(t);
    const chain = '\n    keep_raw_blocks: all\n    audit: {requests_per_minute: 100000, accounts_per_sample: 100}';
    const {devnet, daemon} = await followed(world, {users: 12, seed: 8, overrides: {chain}});
    devnet.endpoint.fault = earlyFinality(devnet);
    for (let i = 1; i <= 60; i++) {
        await devnet.workload.step();
        if (i % 15 === 0) {
            await devnet.workload.reorg(2, 3);
        }
        await daemon.reportAt(devnet.chain.headHash, root);
    }
    const found = await auditUntil(devnet, daemon, root, 1000);
    assert.deepEqual([found.mismatch, found.mismatches, found.failed], [0, 0, 0], daemon.log());
    const kept = await say('replay', daemon.configFile, '--from', String(devnet.chain.head - 20));
    assert.match(kept.out, /rows: all \d+ equal those stored/, kept.out + kept.err);
    t.diagnostic(`${found.equal} audited views equal, 0 mismatches; ${/rows: all .*/.exec(kept.out)[0]}`);
    assert.equal(await daemon.stop(), 0);
});

/** One vault at twice what its ilk asks for, a rule about it, and a sink. `configured` may change the configuration. */
async function stage(t, configured = (config) => config) {
    const world = new World(t);
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    const devnet = await world.devnet({part: maker, users: 8, seed: 4});
    const {workload} = devnet;
    const [{address: owner}, {address: other}] = workload.users;
    await workload.refresh();
    for (const [ilk, address] of [['ETH-C', owner], ['LINK-A', owner], ['ETH-B', other]]) {
        const {join, name} = workload.market.ilk(ilk);
        const ink = workload.amount(ilk, 50_000);
        await workload.send(address, join, 'join', [address, ink]);
        await workload.vat(address, 'frob', [name, address, address, address, ink, workload.mostArt(ilk, ink) / 2n]);
    }
    assert.ok((await workload.mine()).receipts.every(({ok}) => ok));
    for (let i = 0; i < 66; i++) {
        await workload.mine();
    }
    const rule = {below: '1.0', resolveAt: '1.1', forBlocks: 1, minDebt: 0, accounts: [owner]};
    const daemon = await unknowing(world, devnet, 'faultline', {sink, rule});
    fs.writeFileSync(daemon.configFile, configured(fs.readFileSync(daemon.configFile, 'utf8'), workload.market));
    await bootstrapThroughKills(daemon);
    daemon.start();
    const heard = (what, probe) => daemon.waitFor(what, () => deliveries.unique().find(probe));
    return {devnet, workload, daemon, deliveries, heard, owner, other};
}

test('an unsafe vault fires with the label of its ilk and resolves, and a shutdown is an alarm that is followed exactly', async (t) => {
    const {devnet, workload, daemon, deliveries, heard, owner, other} = await stage(t);
    const {chain} = devnet;
    const {market, price, roles} = workload;
    await workload.setPrices({ETH: (price.ETH * 45n) / 100n});
    await workload.mine();
    const firing = await heard('alert', ({rule, transition}) => rule === 'low_health_factor' && transition === 'firing');
    assert.deepEqual(firing.labels, {chain: 'devnet', protocol: 'maker', market: 'devnet', account: owner.toLowerCase(), ilk: 'ETH-C'});
    await workload.send(roles.keeper, market.dog, 'bark', [market.ilk('ETH-B').name, other, roles.keeper]);
    await workload.setPrices({ETH: price.ETH});
    await workload.mine();
    const resolved = await heard('end', ({fingerprint, transition}) => fingerprint === firing.fingerprint && transition === 'resolved');
    assert.equal(resolved.resolves, 'firing');
    assert.equal(deliveries.unique().filter(({rule}) => rule === 'low_health_factor').length, 2, 'the other vault is as it was');

    const comparison = new MakerComparison();
    const exact = async () => {
        await workload.mine();
        await comparison.atHead(devnet, daemon);
        comparison.assertExact();
    };
    await workload.govern(market.end, 'cage()', []);
    await exact();
    const alarm = await heard('alarm', ({rule, transition, summary}) =>
        rule === 'market_alarm' && transition === 'firing' && /End\.cage/.test(summary));
    const {news, ...labels} = alarm.labels;
    assert.match(news, /^[0-9a-f]{16}$/);
    assert.deepEqual(labels, {chain: 'devnet', protocol: 'maker', market: 'devnet'});
    for (const caged of ['Spotter', 'Dog', 'Vow', 'Pot']) {
        await heard(caged, ({rule, summary}) => rule === 'market_alarm' && summary.includes(`the ${caged} is caged`));
    }
    assert.equal(alarm.severity, 'critical');
    const auctions = await heard('auctions', ({rule, transition, summary}) =>
        rule === 'market_news' && transition === 'firing' && /auctions of ETH-B: 1 open/.test(summary));
    for (let i = 0; i < 4; i++) {
        await workload.mine({timestamp: chain.timestamp + 300});
    }
    await daemon.reportAt(chain.headHash, root);
    const ended = ({fingerprint}) => deliveries.unique().some((one) => one.fingerprint === fingerprint && one.transition === 'resolved');
    assert.ok(!ended(alarm) && !ended(auctions), 'what goes on is told for as long');
    for (const ilk of followedIlks) {
        await workload.send(owner, market.end, 'cage(bytes32)', [market.ilk(ilk).name]);
    }
    await exact();
    assert.equal(comparison.auctions, 2, 'one auction runs, at two blocks');
    await workload.send(owner, market.end, 'snip', [market.ilk('ETH-B').name, 1]);
    await exact();
    await workload.refresh();
    for (const {ilk, urn} of workload.vaults) {
        await workload.send(owner, market.end, 'skim', [market.ilk(ilk).name, urn]);
        await workload.send(urn, market.end, 'free', [market.ilk(ilk).name]);
    }
    await exact();
    await chain.rollBack(8);
    await exact();
    await heard('what is taken back', ({transition, fingerprint}) => transition === 'retracted' && fingerprint === alarm.fingerprint);
    t.diagnostic(comparison.summary());
    t.diagnostic(JSON.stringify(workload.stats));
    assert.equal(await daemon.stop(), 0);
});

test('a note whose selector is unknown is kept as it is, counted and shown, until its block is taken back', async (t) => {
    // All selectors of this Vat are known. A join says notes of its own, so it takes the place of a contract that is asked for all.
    const asCore = (config, market) => config.replace(/esm: ".*"/, `esm: "${market.ilk('LINK-A').join.address}"`).replace(/ *joins: .*\n/, '');
    const {devnet, workload, daemon, heard, owner} = await stage(t, asCore);
    const {join} = workload.market.ilk('LINK-A');
    const shown = async () => {
        const {figures} = await daemon.reportAt(devnet.chain.headHash, root);
        const {total, logs} = await daemon.get(`${root}/quarantine`);
        const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
        const counted = Number(/^faultline_quarantined_logs\{chain="devnet"\} (\d+)$/m.exec(metrics)[1]);
        return {unknown: Number(figures.unknown_logs), total, logs, counted};
    };
    await workload.mine();
    assert.deepEqual(await shown(), {unknown: 0, total: 0, logs: [], counted: 0});
    const ink = workload.amount('LINK-A', 1_000);
    await workload.send(owner, join, 'join', [owner, ink]);
    assert.ok((await workload.mine()).receipts.every(({ok}) => ok));
    const {logs: [note], ...counts} = await shown();
    assert.deepEqual(counts, {unknown: 1, total: 1, counted: 1});
    const [topic0] = note.topics;
    assert.equal(topic0, join.encode('join', [owner, ink]).slice(0, 10).padEnd(66, '0'));
    assert.equal(note.address, join.address.toLowerCase());
    assert.match(note.data, new RegExp(join.encode('join', [owner, ink]).slice(2)), 'the call as it was made');
    assert.match(note.why, /accounted for nowhere/);
    await heard('the news of it', ({rule, summary}) => rule === 'market_news' && /accounted for nowhere/.test(summary));
    const comparison = new MakerComparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    await devnet.chain.rollBack(1);
    await workload.mine();
    assert.deepEqual(await shown(), {unknown: 0, total: 0, logs: [], counted: 0});
    assert.equal(await daemon.stop(), 0);
});

test('the next price of an oracle that tells those on its list only is told, and what it will make of a vault', async (t) => {
    const {devnet, workload, daemon, owner} = await stage(t);
    const {chain, market} = devnet;
    const {price, roles} = workload;
    const ilk = market.ilk('ETH-C');
    const {DevOsm: artifact} = market.artifacts;
    const osm = new Contract(await chain.deploy(roles.keeper, artifact, [ilk.pip.address]), artifact.abi);
    const poke = async () => {
        await workload.send(roles.poker, osm, 'poke', []);
        await workload.send(roles.poker, market.spotter, 'poke', [ilk.name]);
        assert.ok((await workload.mine()).receipts.every(({ok}) => ok));
    };
    const ofIlk = async () => {
        const {figures} = await daemon.reportAt(chain.headHash, root);
        return figures.ilks.find((one) => one.ilk === 'ETH-C');
    };
    const ofVault = async () => {
        const {figures} = await daemon.reportAt(chain.headHash, `${root}/accounts/${owner}`);
        return figures.vaults.find((one) => one.ilk === 'ETH-C');
    };
    await workload.govern(market.spotter, 'file(bytes32,bytes32,address)', [ilk.name, bytes32('pip'), osm.address]);
    await workload.send(roles.keeper, osm, 'kiss', [roles.keeper]);
    await workload.send(roles.poker, osm, 'poke', []);
    await workload.mine();
    await workload.mine();  // What a new oracle tells is asked in the block after.
    assert.match((await ofIlk()).next_spot_ray.reason, /those on its list only/);
    await workload.send(roles.keeper, osm, 'kiss', [market.spotter.address]);
    await poke();
    const inForce = await ofIlk();
    assert.equal(inForce.next_spot_ray, inForce.spot_ray, 'the price does not change');
    assert.equal(inForce.unsafe_vaults_next, '0');

    await workload.send(roles.priceOwner, ilk.pip, 'poke', ['0x' + ((price.ETH * 45n) / 100n).toString(16).padStart(64, '0')]);
    await poke();
    await assert.rejects(chain.call(osm, 'peep'), /not-whitelisted/);
    const warned = await ofIlk();
    const par = await chain.call(market.spotter, 'par');
    const next = ((((price.ETH * 45n) / 100n) * 10n ** 9n * ray) / par) * ray / BigInt(warned.mat_ray);
    assert.equal(warned.spot_ray, inForce.spot_ray, 'the price in force is the old one');
    assert.equal(warned.next_spot_ray, String(next));
    assert.deepEqual([warned.unsafe_vaults, Number(warned.unsafe_vaults_next) > 0], ['0', true]);
    const vault = await ofVault();
    assert.equal(vault.unsafe, false);
    assert.ok(BigInt(vault.next_distance_bps) < 0n && BigInt(vault.next_health_factor_wad) < 10n ** 18n, JSON.stringify(vault));

    await poke();
    const fallen = await ofIlk();
    assert.deepEqual([fallen.spot_ray, fallen.unsafe_vaults], [String(next), warned.unsafe_vaults_next], 'it came as it was told');
    assert.equal((await ofVault()).unsafe, true);
    assert.equal(await daemon.stop(), 0);
});
