// SPDX-License-Identifier: Apache-2.0
// A market of cTokens (Venus core 3.1.0, a fork of Compound V2) held against its own views.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {ctokens} from '../../deploy/devnet/lib/parts.mjs';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {auditUntil} from './lib/audit_metrics.mjs';
import {compared, digest, record, recorded, say} from './lib/commands.mjs';
import {CTokenComparison} from './lib/ctoken_compare.mjs';
import {earlyFinality} from './lib/finality.mjs';
import {bootstrapThroughKills, unknowing} from './lib/late.mjs';
import {World} from './lib/world.mjs';

const blocks = 120;
const compareEvery = 8;
const reorgEvery = 15;
const crashAt = 70;
const reached = [
    'Mint', 'MintBehalf', 'Redeem', 'RedeemFee', 'Borrow', 'RepayBorrow', 'LiquidateBorrow', 'MarketEntered', 'MarketExited',
    'MarketListed', 'NewCloseFactor', 'NewCollateralFactor', 'NewLiquidationIncentive', 'NewReserveFactor', 'NewBorrowCap', 'NewPriceOracle',
    'NewMarketInterestRateModel', 'ReservesAdded', 'ReservesReduced', 'ActionPausedMarket', 'Failure',
];
const root = '/v1/chains/devnet/compound_v2/devnet';

test('every view of every cToken and account is equal, through reorgs', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 24, seed: 4, part: ctokens});
    const daemon = (await world.daemon(devnet)).start();
    const random = new Random(5);
    const comparison = new CTokenComparison();
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
    t.diagnostic(`${comparison.summary()}, ${reorgs} reorgs`);
    t.diagnostic(JSON.stringify(devnet.workload.events));
    assert.ok(comparison.withDebt > 400 && comparison.short > 10, 'the comparison is about accounts with debt, and short ones');
    for (const event of reached) {
        assert.ok(devnet.workload.events[event] > 0, `the workload reached ${event}`);
    }
    assert.equal(await daemon.stop(), 0);
});

test('audits find every view equal, and so does the replay of a recording', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 8, part: ctokens});
    devnet.endpoint.fault = earlyFinality(devnet);
    const chain = '\n    keep_raw_blocks: all\n    audit: {requests_per_minute: 100000, accounts_per_sample: 100}';
    const daemon = (await world.daemon(devnet, {chain})).start();
    const tape = path.join(world.directory, 'ctokens.jsonl.zst');
    const recorder = record(world, daemon, tape, `${tape}.log`);
    for (let i = 1; i <= 40; i++) {
        await devnet.workload.step();
        if (i % 10 === 0) {
            await recorded(tape, devnet.chain.headHash);
            await devnet.workload.reorg(2, 3);
        }
        await daemon.reportAt(devnet.chain.headHash, root);
    }
    const found = await auditUntil(devnet, daemon, root, 1000);
    await recorded(tape, devnet.chain.headHash);
    recorder.kill('SIGINT');
    assert.equal((await recorder.exited()).code, 0, fs.readFileSync(`${tape}.log`, 'utf8'));
    const replayed = await say('replay', '--tape', tape, '--verify');
    assert.equal(replayed.status, 0, replayed.out + replayed.err);
    assert.ok(compared(replayed) > 100, replayed.out);
    const kept = await say('replay', daemon.configFile);
    assert.match(kept.out, /rows: all \d+ equal those stored/, kept.out + kept.err);
    assert.equal(digest(kept), digest(replayed));
    assert.deepEqual([found.mismatch, found.mismatches, found.failed], [0, 0, 0], daemon.log());
    t.diagnostic(`${compared(replayed)} truth calls and ${found.equal} audited views equal, 0 mismatches`);
    t.diagnostic(replayed.out.split('\n').filter((line) => /^(replayed|verify|state)/.test(line)).join('; '));
    assert.equal(await daemon.stop(), 0);
});

test('a market in mid-life is read at a finalized block, killed and resumed, and then followed exactly', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 16, seed: 21, part: ctokens});
    for (let i = 0; i < 90; i++) {
        await devnet.workload.step();
    }
    const late = await unknowing(world, devnet, 'late');
    const resumed = await bootstrapThroughKills(late);
    assert.ok(resumed > 0);
    late.start();
    const early = (await world.daemon(devnet, {name: 'early'})).start();
    // What a debt grows to needs its principal, which no view tells.
    const comparison = new CTokenComparison({excuse: /its principal is in no log since/});
    for (let i = 0; i < 25; i++) {
        await (i % 8 === 7 ? devnet.workload.reorg(2, 3) : devnet.workload.step());
        if (i % 4 === 0) {
            await comparison.atHead(devnet, late);
            comparison.assertExact();
        }
    }
    const {headHash} = devnet.chain;
    for (const resource of [root, `${root}/accounts?limit=5000`]) {
        const [one, other] = await Promise.all([late, early].map((daemon) => daemon.reportAt(headHash, resource)));
        assert.deepEqual(one, other);
    }
    // Who followed from the deployment knows every principal.
    const whole = new CTokenComparison();
    await whole.atHead(devnet, early);
    whole.assertExact();
    assert.ok(comparison.withheld < comparison.figures / 50);
    t.diagnostic(`${comparison.summary()}; killed, and resumed ${resumed} times`);
    assert.equal(await late.stop(), 0);
    assert.equal(await early.stop(), 0);
});
