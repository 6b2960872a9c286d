// SPDX-License-Identifier: Apache-2.0
// Rules over signals, on real contracts: what they say, and that they are read again while the daemon runs.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {say} from './lib/commands.mjs';
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

const limits = `rules:
  - name: too_much_weth
    kind: exposure_limit
    from: protocol:aave_v3
    to: token
    above: 1
  - name: half_in_one
    kind: exposure_limit
    from: protocol
    to: token:TOKEN
    measure: share_of_assets
    through: direct
    above: 0.01%
  - name: few_suppliers
    kind: concentration
    measure: hhi
    above: 0.000001
`;

test('limits on exposures fire with the figures of /v1/exposures/measure, and a new one can be explained', async (t) => {
    const {story, token, write, daemon, of} = await stage(t, limits);
    await story.blocks(1);
    const {block} = await daemon.get('/v1/graph');
    await daemon.waitFor('the limits', () => ['too_much_weth', 'half_in_one', 'few_suppliers'].every((rule) => of(rule).length > 0));
    const {pairs} = await daemon.get(`/v1/exposures/measure?from=protocol:aave_v3&to=token&as_of=${of('too_much_weth')[0].block.number}`);
    const short = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
    const usd = pairs.filter((pair) => Number(pair.usd) > 1).map((pair) => [pair.to.id, short(pair.usd)]);
    assert.ok(usd.length > 1, 'the protocol holds several tokens');
    const number = of('too_much_weth')[0].block.number;
    const first = of('too_much_weth').filter((one) => one.block.number === number && one.transition === 'firing');
    assert.deepEqual(first.map((one) => [one.labels.to, short(one.figures.figure)]).sort(), usd.sort());
    assert.ok(block.number >= number);
    assert.match(first[0].summary, /^protocol:aave_v3 on token:0x[0-9a-f]{40}: exposure \d+(\.\d+)? USD is above 1 USD$/);

    const [share] = of('half_in_one');
    assert.equal(share.labels.to, `token:${token}`);
    const asked = `/v1/exposures/measure?from=protocol:aave_v3&to=token:${token}&measure=share_of_assets&reach=direct&as_of=${share.block.number}`;
    const told = (await daemon.get(asked)).pairs[0];
    assert.equal(Math.round(Number(share.figures.figure) * 10_000), Number(told.share_of_assets_bps));
    assert.match(of('few_suppliers')[0].labels.of, /suppliers/);

    write(`${limits}  - {name: later, kind: exposure_limit, from: protocol, to: market, above: 1}\n`);
    const {out: text} = await say('rules', 'explain', daemon.configFile, 'later');
    assert.match(text, /in breach[\s\S]*protocol:aave_v3[\s\S]*figure: \d/);
});
