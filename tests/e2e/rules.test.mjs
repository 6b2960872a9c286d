// SPDX-License-Identifier: Apache-2.0
// Rules over signals, on real contracts: what they say, and that they are read again while the daemon runs.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {Deliveries} from './lib/deliveries.mjs';
import {Story} from './lib/story.mjs';
import {World} from './lib/world.mjs';

const jump = `rules:
  - name: weth_fell
    kind: expression
    severity: warning
    expression: delta(price{currency="USD", token="TOKEN"}[1b]) < -100
    what: a fall of WETH
    labels: {team: risk}
    runbook: https://example.org/weth
`;

async function stage(t, rules) {
    const world = new World(t);
    const story = await Story.begin(world);
    const token = story.devnet.market.manifest.reserves.WETH.token.toLowerCase();
    const folder = path.join(world.directory, 'rules');
    const write = (text) => {
        fs.mkdirSync(folder, {recursive: true});
        fs.writeFileSync(path.join(folder, 'e2e.yaml'), text.replaceAll('TOKEN', token));
    };
    write(rules);
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    const daemon = (await world.daemon(story.devnet, {sink})).start();
    const of = (rule) => deliveries.unique().filter((one) => one.rule === rule);
    const heard = (rule, expected) =>
        daemon
            .waitFor(`${expected} of ${rule}`, () => of(rule).length >= expected.length)
            .then(() => assert.deepEqual(of(rule).map(({transition}) => transition), expected));
    await daemon.accountsAt(story.devnet.chain.headHash);
    return {story, token, write, daemon, of, heard};
}

test('a rule over a window fires on the block that moved, and says from which price', async (t) => {
    const {story, token, daemon, of, heard} = await stage(t, jump);
    await story.blocks(1);
    const fallen = await story.health(85);
    await heard('weth_fell', ['firing']);
    await story.blocks(1);
    await heard('weth_fell', ['firing', 'resolved']);
    const [firing] = of('weth_fell');
    assert.equal(firing.block.hash, fallen.hash);
    assert.equal(firing.labels.token, token);
    assert.equal(firing.labels.team, 'risk');
    assert.equal(firing.runbook, 'https://example.org/weth');
    const [[signal, value]] = Object.entries(firing.inputs);
    assert.match(signal, /^price\{currency="USD", market="devnet", .*token="0x[0-9a-f]{40}"\}$/);
    const priceE8 = (story.startPriceE8 * 85n) / 100n;
    const digits = priceE8.toString().padStart(9, '0');
    const decimals = digits.slice(-8).replace(/0+$/, '');
    assert.equal(value, digits.slice(0, -8) + (decimals === '' ? '' : `.${decimals}`), 'the oracle\'s own price');
    await daemon.waitFor('the end', async () => (await daemon.get('/v1/alerts')).alerts.every(({rule}) => rule !== 'weth_fell'));
});

test('a window does not remember a block that the chain took back', async (t) => {
    const {story, heard} = await stage(t, jump);
    await story.blocks(1);
    await story.health(85);
    await heard('weth_fell', ['firing']);
    await story.devnet.chain.rollBack(1);
    await story.blocks(2);
    await heard('weth_fell', ['firing', 'retracted']);
});

test('rules are read again on SIGHUP and POST, and what is wrong changes nothing', async (t) => {
    const {story, write, daemon, heard} = await stage(t, jump);
    write('rules:\n  - {name: any_price, kind: expression, expression: "count(price) > 0"}\n');
    daemon.program.kill('SIGHUP');
    await daemon.waitFor('the reload', () => daemon.log().includes('rules_reloaded'));
    await story.blocks(1);
    await heard('any_price', ['firing']);

    write('rules:\n  - {name: any_price, kind: expresion, expression: "count(price) > 0"}\n');
    const reload = () => fetch(`${daemon.api}/-/reload`, {method: 'POST'});
    const refused = await reload();
    assert.equal(refused.status, 400);
    const {error} = await refused.json();
    assert.match(error.message, /e2e\.yaml:2:\d+ rules\[0\]\.kind: there is no kind "expresion"; did you mean "expression"/);
    await story.blocks(1);
    await heard('any_price', ['firing']);
    assert.equal((await fetch(`${daemon.api}/-/reload`)).status, 405);

    write('rules: []\n');
    assert.equal((await reload()).status, 200);
    await story.blocks(1);
    await heard('any_price', ['firing', 'resolved']);
});
