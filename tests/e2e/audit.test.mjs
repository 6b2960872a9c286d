// SPDX-License-Identifier: Apache-2.0
// Figures held against the contracts' own views at final blocks, and endpoints that lie about them.
import test from 'node:test';
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {audits} from './lib/audit_metrics.mjs';
import {faultline} from './lib/daemon.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {earlyFinality} from './lib/finality.mjs';
import {World, sleep} from './lib/world.mjs';

/** Everybody, at every block: the devnet has no quota. */
const chain = '\n    audit: {requests_per_minute: 100000, accounts_per_sample: 100}';
const accountDataSelector = '0xbf92857c';

/** Says that the account has one unit more of collateral than it has. */
const liesAbout = (account, otherwise) => (call) => {
    const {method, params} = call;
    const asked = `${accountDataSelector}${account.slice(2).toLowerCase().padStart(64, '0')}`;
    if (method !== 'eth_call' || (params[0].data ?? params[0].input) !== asked) {
        return otherwise(call);
    }
    return {edit: (answer) => ({
        ...answer,
        result: '0x' + (BigInt(answer.result.slice(0, 66)) + 1n).toString(16).padStart(64, '0') + answer.result.slice(66),
    })};
};

async function auditAlerts(daemon) {
    const {alerts} = await daemon.get('/v1/alerts');
    return alerts.filter(({rule}) => rule === 'audit_mismatch');
}

test('audits find every view equal, over blocks that move and reorgs, at the blocks the node calls final', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 20, seed: 41});
    const daemon = (await world.daemon(devnet, {chain})).start();
    await daemon.accountsAt(devnet.chain.headHash);
    const before = await audits(daemon);
    assert.deepEqual(before, {equal: 0, mismatch: 0, failed: 0, skipped: 0, mismatches: 0, lastSuccess: 0});
    for (let i = 1; i <= 130; i++) {
        await devnet.workload.step();
        if (i % 20 === 0) {
            await devnet.workload.reorg(3, 4);
        }
        await daemon.accountsAt(devnet.chain.headHash);
    }
    const after = await daemon.waitFor('a thousand views', async () => {
        const now = await audits(daemon);
        return now.equal >= 1000 ? now : undefined;
    });
    assert.equal(after.mismatches, 0, daemon.log());
    assert.equal(after.mismatch + after.failed + after.skipped, 0);
    assert.ok(Math.abs(after.lastSuccess - Date.now() / 1000) < 60);
    assert.deepEqual(await auditAlerts(daemon), []);
    assert.match(daemon.log(), /audited.*equal=[1-9]/);
    t.diagnostic(`${after.equal} views equal`);
    assert.equal(await daemon.stop(), 0);
});

async function lyingStage(t, {second}) {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 6});
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    const liar = await world.proxy(devnet);
    const daemon = await world.daemon(devnet, {
        wsUrl: liar.wsUrl, sink, chain,
        endpoint: second ? `}, {name: honest, url: "${devnet.endpoint.wsUrl}"` : '',
    });
    daemon.rename('anvil', 'liar');
    const honestly = earlyFinality(devnet);
    liar.fault = honestly;
    devnet.endpoint.fault = honestly;
    daemon.start();
    await devnet.workload.step();
    await daemon.accountsAt(devnet.chain.headHash);
    const {accounts} = await daemon.get('/v1/chains/devnet/aave/devnet/accounts');
    const {account} = accounts.find(({total_debt_base: debt}) => BigInt(debt ?? 0) > 0n);
    /** Blocks, each of which is seen at the tip, until `done`: what is final is asked every few seconds. */
    const moveUntil = (what, done) => daemon.waitFor(what, async () => {
        await devnet.workload.step();
        await daemon.accountsAt(devnet.chain.headHash);
        return (await done()) || (await sleep(100));
    });
    return {devnet, daemon, liar, honestly, account, deliveries, moveUntil};
}

test('an endpoint that lies about a view raises nothing while another one tells the truth', async (t) => {
    const {daemon, liar, honestly, account, moveUntil} = await lyingStage(t, {second: true});
    await moveUntil('audit', async () => (await audits(daemon)).equal > 0);
    liar.fault = liesAbout(account, honestly);
    await moveUntil('lie', () => /audit_endpoint_differs.*endpoint=liar.*agrees=honest/.test(daemon.log()));
    await moveUntil('further audits', async () => (await audits(daemon)).equal > 2000);
    const {mismatches, mismatch} = await audits(daemon);
    assert.deepEqual({mismatches, mismatch}, {mismatches: 0, mismatch: 0});
    assert.deepEqual(await auditAlerts(daemon), []);
    assert.doesNotMatch(daemon.log(), /audit_mismatch/);
    assert.equal(await daemon.stop(), 0);
});

test('what the only endpoint says against us is told with both figures, through a restart, until it is equal', async (t) => {
    const {daemon, liar, honestly, account, deliveries, moveUntil} = await lyingStage(t, {second: false});
    await moveUntil('audit', async () => (await audits(daemon)).equal > 0);
    liar.fault = liesAbout(account, honestly);
    const told = await moveUntil('alert', () => deliveries.all.find(({rule}) => rule === 'audit_mismatch'));
    assert.equal(told.transition, 'firing');
    assert.equal(told.severity, 'critical');
    assert.deepEqual(told.labels, {chain: 'devnet', protocol: 'aave_v3', market: 'devnet', account});
    assert.equal(BigInt(told.figures.chain_word_0) - BigInt(told.figures.ours_word_0), 1n);
    assert.ok(Number(told.figures.audited_block) <= told.block.number);
    assert.deepEqual(told.evidence.endpoints, ['liar']);
    const {ours_word_0: ours, chain_word_0: theirs} = told.figures;
    const says = new RegExp(`getUserAccountData.*${account} at block ${told.figures.audited_block} .*ours ${ours} .*the chain's ${theirs} `);
    assert.match(told.summary, says);
    assert.match(told.summary, /last logs: block \d+ transaction 0x[0-9a-f]{64} log \d+/);
    const now = await audits(daemon);
    assert.ok(now.mismatches > 0);
    assert.equal(now.mismatches, now.mismatch);
    assert.equal((await auditAlerts(daemon)).length, 1);

    assert.equal(await daemon.stop(), 0);
    const replayed = spawnSync(faultline, ['replay', daemon.configFile], {encoding: 'utf8'});
    assert.match(replayed.stdout, /rows: all \d+ equal those stored/, replayed.stdout + replayed.stderr);
    daemon.start();
    await daemon.waitFor('the alert', async () => (await daemon.get('/v1/alerts'))?.alerts.some(({rule}) => rule === 'audit_mismatch'));
    liar.fault = honestly;
    const over = await moveUntil('end', () => deliveries.all.find(({rule, transition}) => rule === 'audit_mismatch' && transition === 'resolved'));
    assert.equal(over.fingerprint, told.fingerprint);
    assert.equal(over.resolves, 'firing');
    assert.deepEqual(await auditAlerts(daemon), []);
    assert.equal((await audits(daemon)).mismatches, 0, 'of the process that found nothing');
    assert.equal(await daemon.stop(), 0);
});
