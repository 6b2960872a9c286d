// SPDX-License-Identifier: Apache-2.0
// The exposure graph of real contracts: what its edges come to, what it was before, and what others read of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {followedIlks} from '../../deploy/devnet/lib/maker_addresses.mjs';
import {vaultViews} from '../../deploy/devnet/lib/maker_views.mjs';
import {ctokens, maker} from '../../deploy/devnet/lib/parts.mjs';
import {say} from './lib/commands.mjs';
import {assertComesTo, claims, debts, sumsBy} from './lib/edge_sums.mjs';
import {bootstrap, unknowing} from './lib/late.mjs';
import {World} from './lib/world.mjs';

const blocks = 120;
const cents = (usd) => BigInt(usd.replace('.', ''));

async function assertAddsUp(devnet, graph) {
    const {chain, market} = devnet;
    const [supplied, owed] = [sumsBy('token', graph, claims), sumsBy('token', graph, debts)];
    let compared = 0;
    const listed = Object.entries(market.manifest.reserves).filter(([, {a_token: aToken}]) => aToken);
    for (const [symbol, reserve] of listed) {
        const token = reserve.token.toLowerCase();
        assertComesTo(supplied.get(token), await chain.call(market.aToken.at(reserve.a_token), 'totalSupply'), `supplied ${symbol}`);
        assertComesTo(owed.get(token), await chain.call(market.debtToken.at(reserve.debt_token), 'totalSupply'), `owed ${symbol}`);
        compared += 2;
    }
    return compared;
}

/** Figures of the network, stresses of it, both as of earlier blocks, and what is asked wrongly. */
async function assertNetwork(daemon, last) {
    const network = await daemon.get('/v1/network');
    assert.equal(network.block.hash, last.block.hash);
    const aave = network.nodes.find(({id}) => id === 'protocol:aave_v3');
    const held = last.edges.filter(({kind}) => ['liquidity', 'debt'].includes(kind)).reduce((sum, {usd}) => sum + cents(usd ?? '0'), 0n);
    assert.equal(cents(aave.held_usd.value), held, 'a protocol holds what its markets hold and are owed, to the last digit');
    assert.equal(cents(network.whole.held_usd.value), held);
    for (const figure of [network.whole.density, network.whole.held.hhi, network.whole.leverage.multiplier, aave.if_it_fails.clearing_loss_usd]) {
        assert.ok(figure.value !== null && figure.reason === '', JSON.stringify(figure));
    }
    // Only one protocol holds anything: degrees do not vary, and that is said.
    for (const figure of Object.values(network.whole).filter((one) => one?.value === null)) {
        assert.ok(figure.reason.length > 0);
    }

    for (const model of ['contagion', 'debtrank', 'cascade', 'clearing']) {
        const stress = await daemon.get(`/v1/network/stress?shock=protocol:aave_v3&share=50%25&model=${model}`);
        assert.equal(stress.model, model);
        const all = BigInt(stress.held_usd.value.replace('.', '')) / 1_000_000n;
        const lost = cents(stress.lost_usd);
        // Issuers have nothing to lose, so half is lost and no more; who defaults loses all.
        const expected = model === 'cascade' ? all : all / 2n;
        assert.ok(lost - expected <= 1n && expected - lost <= 1n, `${model}: ${lost} of ${all} cents`);
    }
    const earlier = last.block.number - 3;
    const then = await daemon.get(`/v1/network?as_of=${earlier}`);
    assert.equal(then.block.number, earlier);
    assert.equal((await daemon.get(`/v1/network/stress?shock=protocol:aave_v3&share=1&as_of=${earlier}`)).block.hash, then.block.hash);

    const refused = async (resource) => {
        const response = await fetch(daemon.api + resource);
        return `${response.status} ${(await response.json()).error.message}`;
    };
    assert.match(await refused('/v1/network?as_of=noon'), /^400 .*Give a block number, or a time such as/);
    assert.match(await refused('/v1/network?as_of=1'), /^404 .*The oldest is of block/);
    for (const resource of ['/v1/graph?as_of=', '/v1/network?as_of=', '/v1/flows?as_of=', '/v1/flows?since=']) {
        assert.match(await refused(`${resource}999999999999`), /^404 .*no exposure graph of block 999999999999 yet.*The newest is of block/);
        assert.match(await refused(`${resource}9999-01-01T00:00:00Z`), /^404 .*yet to come.*The newest is of block/);
    }
    assert.match(await refused('/v1/network?top=3'), /^400 .*This path takes: chain, as_of$/);
    assert.match(await refused('/v1/network/stress?share=1'), /^400 .*shock is missing.*the id of a node/);
    assert.match(await refused('/v1/network/stress?shock=protocol:aave_v3&share=150%25'), /^400 .*share is.*0 to 1 or in percent/);
    assert.match(await refused('/v1/network/stress?shock=protocol:aave_v3&share=1&model=panic'), /^400 .*one of: contagion, debtrank/);
    assert.match(await refused('/v1/network/stress?shock=protocol:nobody&share=1'), /^404 .*\/v1\/network lists the nodes/);
    assert.match(await refused('/v1/network/stress?shock=protocol:aave_v3&share=1&as_of=x'), /^400 .*Give a block number/);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    for (const name of ['spillover_hhi', 'leverage_ratio', 'max_core', 'clearing_loss_usd']) {
        assert.match(metrics, new RegExp(`^faultline_network_${name}\\{`, 'm'));
    }
}

test('edges come to what the tokens say, at every head, through reorgs; earlier graphs come back', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 200, seed: 6});
    const daemon = (await world.daemon(devnet)).start();
    const before = new Map();
    let compared = 0;
    for (let i = 1; i <= blocks; i++) {
        await devnet.workload.step();
        if (i % 20 === 0) {
            await daemon.reportAt(devnet.chain.headHash, '/v1/graph');
            await devnet.workload.reorg(3, 4);
        }
        if (i === 30) {
            await daemon.crash();
            daemon.start();
        }
        const graph = await daemon.reportAt(devnet.chain.headHash, '/v1/graph');
        if (i % 5 === 0) {
            compared += await assertAddsUp(devnet, graph);
        }
        before.set(graph.block.number, graph);
    }
    const last = await daemon.get('/v1/graph');
    const kinds = new Set(last.nodes.map(({kind}) => kind));
    for (const kind of ['protocol', 'market', 'token', 'oracle', 'account', 'others']) {
        assert.ok(kinds.has(kind), `there is a node of kind ${kind}`);
    }
    assert.ok(last.nodes.some(({kind, name}) => kind === 'token' && name === 'WETH'), 'tokens say what they are called');
    let same = 0;
    for (const [number, graph] of before) {
        const again = await daemon.get(`/v1/graph?as_of=${number}`);
        if (again?.block.hash === graph.block.hash) {
            assert.deepEqual(again.edges, graph.edges, `as of block ${number}`);
            same += 1;
        }
    }
    // Steps of the workload are minutes to hours apart, and blocks are kept for a day.
    assert.ok(same > 20, `${same} earlier graphs`);
    t.diagnostic(`${compared} totals, ${same} earlier graphs`);

    const exposure = await daemon.get('/v1/exposures/protocol/aave_v3');
    const ends = exposure.terminals.reduce((sum, {usd}) => sum + cents(usd), cents(exposure.circular_usd));
    assert.equal(ends, cents(exposure.total_usd), 'terminals come to the total');
    assert.ok(cents(exposure.total_usd) > 0n);

    const flows = await daemon.get(`/v1/flows?since=${last.block.number - 20}`);
    assert.ok(flows.links.length > 0 && flows.links.every(({size}) => size >= 0), JSON.stringify(flows).slice(0, 300));

    // The week up to now, or what is kept of it. 1970-01-01 was a Thursday.
    const week = await daemon.get('/v1/flows');
    const day = Math.floor(week.block.timestamp / 86_400);
    const monday = (day - ((day + 3) % 7)) * 86_400;
    const kept = [...before.values()].map(({block}) => block);
    const begun = kept.filter(({timestamp}) => timestamp <= monday).length > 0;
    assert.ok(begun ? week.since.timestamp <= monday : week.since.number <= kept[0].number, JSON.stringify([week.since, monday]));
    assert.equal(week.week, new Date(monday * 1000).toISOString().slice(0, 10));

    const pool = last.nodes.find(({kind}) => kind === 'market');
    const {concentration} = await daemon.get(`/v1/exposures/market/${pool.id.split(':')[1]}`);
    const {suppliers} = concentration;
    assert.equal(suppliers.hhi.status, 'value', suppliers.hhi.reason);
    const supplied = last.edges.filter(({to, kind}) => to === pool.id && ['supplied', 'collateral'].includes(kind));
    assert.equal(cents(suppliers.total.total_usd), supplied.reduce((sum, {usd}) => sum + cents(usd), 0n), 'suppliers have all that is supplied');
    const measured = await daemon.get(`/v1/exposures/measure?from=protocol:aave_v3&to=${pool.id}`);
    assert.equal(measured.pairs[0].usd, exposure.total_usd, 'all that the protocol has is in its market');

    await assertNetwork(daemon, last);

    const file = path.join(world.directory, 'graph.graphml');
    const said = await say('graph', 'export', daemon.configFile, '--out', file);
    assert.equal(said.status, 0, said.err);
    const read = 'import networkx, sys; g = networkx.read_graphml(sys.argv[1]); print(g.number_of_nodes(), g.number_of_edges())';
    const [nodes, edges] = execFileSync('/usr/bin/python3', ['-c', read, file], {encoding: 'utf8'}).trim().split(' ').map(Number);
    assert.deepEqual([nodes, edges], [last.nodes.length, last.edges.length]);
    for (const [format, name] of [['graphml', 'graph.graphml'], ['gexf', 'graph.gexf'], ['json', 'graph.json'], ['csv', 'graph'], ['dexposure', 'week.json']]) {
        const exported = await say('graph', 'export', daemon.configFile, '--format', format, '--out', path.join(world.directory, name));
        assert.equal(exported.status, 0, exported.err);
    }
    const compare = path.join(import.meta.dirname, '../property/read_graph_exports.py');
    t.diagnostic(execFileSync('/usr/bin/python3', [compare, '--stored', world.directory], {encoding: 'utf8'}).trim());
    const told = await say('dexposure', 'metrics', path.join(world.directory, 'week.json'), '--format', 'json');
    assert.equal(told.status, 0, told.err);
    const {whole} = await daemon.get('/v1/network');
    const [metrics] = JSON.parse(told.out).weeks;
    // Beside it the file has what a protocol holds of its own tokens.
    const pairs = whole.nodes * (whole.nodes - 1);
    assert.deepEqual([metrics.nodes, metrics.links - metrics.links_to_self], [whole.nodes, whole.links], 'the file is the network that is served');
    assert.ok(Math.abs(metrics.density - metrics.links / pairs) < 1e-12, `${metrics.density} ${metrics.links} ${pairs}`);
    assert.ok(Math.abs(whole.density.value - whole.links / pairs) < 1e-12, `${whole.density.value} ${whole.links} ${pairs}`);
    t.diagnostic(`${metrics.links_to_self} links of a node to itself`);
    assert.ok(Math.abs(metrics.tvl_usd / Number(whole.held_usd.value) - 1) < 1e-12, `${metrics.tvl_usd} ${whole.held_usd.value}`);
    const none = await say('graph', 'export', daemon.configFile, '--as-of', 'yesterday');
    assert.match(none.err, /is no block and no time/);
    assert.notEqual(none.status, 0);
    assert.equal(await daemon.stop(), 0);
});

/** A devnet's life with reorgs; `look(graph)` every fifth block. */
async function live(devnet, daemon, count, look) {
    for (let i = 1; i <= count; i++) {
        await devnet.workload.step();
        if (i % 15 === 0) {
            await daemon.reportAt(devnet.chain.headHash, '/v1/graph');
            await devnet.workload.reorg(3, 4);
        }
        const graph = await daemon.reportAt(devnet.chain.headHash, '/v1/graph');
        if (i % 5 === 0) {
            await look(graph);
        }
    }
}

const ray = 10n ** 27n;

/** What is owed of each ilk is its Art, what is claimed all that vaults and clippers have, of the token of its join. */
async function assertIlksAddUp({chain, market, workload}, graph) {
    const block = {blockHash: chain.headHash};
    await workload.refresh();
    const accounts = await vaultViews(chain, market, workload.accounts(), block);
    const [claimed, owed] = [sumsBy('part', graph, claims), sumsBy('part', graph, debts)];
    for (const name of followedIlks) {
        const {name: ilk, gem, join} = market.ilk(name);
        const [art, rate] = await chain.call(market.vat, 'ilks', [ilk], block);
        assertComesTo(owed.get(name), (art * rate + ray - 1n) / ray, `owed of ${name}`);
        const has = accounts.map(({vaults}) => vaults.find(({ilk: of}) => of === name));
        const collateral = has.reduce((sum, {ink_wad: ink, gem_wad: free}) => sum + ink + free, 0n);
        const {sum = 0n, tokens = new Set()} = claimed.get(name) ?? {};
        assert.equal(sum, collateral, `claimed of ${name}`);
        assert.ok(sum === 0n || [...tokens].join() === gem.address.toLowerCase(), `${name} is of ${[...tokens]}`);
        assert.ok(sum <= (await chain.call(gem, 'balanceOf', [join.address], block)), `the join of ${name} covers it`);
        const held = graph.edges.find(({kind, part: of}) => kind === 'liquidity' && of === name);
        assert.equal(BigInt(held?.amount ?? 0), collateral, `the market has all of ${name}`);
    }
}

test('what Maker\'s edges come to is what the Vat says, of the tokens that joins name, through a bootstrap and reorgs', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({part: maker, users: 60, seed: 3});
    for (let i = 0; i < 70; i++) {
        await devnet.workload.step();
    }
    const daemon = await unknowing(world, devnet, 'faultline');
    const read = await bootstrap(daemon);
    assert.equal(read.status, 0, read.text);
    daemon.start();
    let compared = 0;
    let others = 0;
    await live(devnet, daemon, 60, async (graph) => {
        await assertIlksAddUp(devnet, graph);
        compared += followedIlks.length;
        others += graph.edges.filter(({kind, from}) => kind === 'supplied' && from.startsWith('others:')).length;
    });
    t.diagnostic(`${compared} ilks at a block, ${others} of everybody else`);
    assert.ok(others > 0, 'somebody is no node of his own');
    assert.equal(await daemon.stop(), 0);
});

test('what edges of cTokens come to is what the cTokens say, through reorgs', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({part: ctokens, users: 60, seed: 4});
    const daemon = (await world.daemon(devnet)).start();
    const {chain, market} = devnet;
    const wad = 10n ** 18n;
    let compared = 0;
    await live(devnet, daemon, 60, async (graph) => {
        const block = {blockHash: chain.headHash};
        const [claimed, owed] = [sumsBy('token', graph, claims), sumsBy('token', graph, debts)];
        for (const address of await chain.call(market.comptroller, 'getAllMarkets', [], block)) {
            const ctoken = market.cToken.at(address);
            const say = (method) => chain.call(ctoken, method, [], block);
            const token = (await say('underlying')).toLowerCase();
            const [supply, rate, borrows] = [await say('totalSupply'), await say('exchangeRateStored'), await say('totalBorrows')];
            assertComesTo(claimed.get(token), (supply * rate) / wad, `supplied to ${address}`);
            // totalBorrows and the index are rounded apart, at each accrual.
            assertComesTo(owed.get(token), borrows, `owed to ${address}`, borrows / 10n ** 12n + 1_000n);
            compared += 2;
        }
    });
    t.diagnostic(`${compared} totals`);
    assert.ok(compared > 0);
    assert.equal(await daemon.stop(), 0);
});

/** Code that answers `asset()` with one address and some getters with another, and reverts otherwise. */
function liar(asset, market, getters) {
    const answer = (address) => `5b73${address.slice(2)}5f5260205ff3`;
    const jump = (selector, to) => `8063${selector}1460${to.toString(16).padStart(2, '0')}57`;
    const [head, each, end, body] = [5, 10, 3, 28];
    const first = head + each * (1 + getters.length) + end;
    const jumps = [jump('38d52e0f', first), ...getters.map((selector) => jump(selector, first + body))];
    return `0x5f3560e01c${jumps.join('')}5f5ffd${answer(asset)}${answer(market)}`;
}

for (const accomplice of [false, true]) {
    test(`a token that lies about what it wraps is only believed on its word${accomplice ? ', whoever helps it' : ''}`, async (t) => {
        const world = new World(t);
        const devnet = await world.devnet({users: 20, seed: 6});
        const {reserves} = devnet.market.manifest;
        const [token, asset] = [reserves.LINK.token.toLowerCase(), reserves.WBTC.token.toLowerCase()];
        const market = '0x6666666666666666666666666666666666666666';
        for (let i = 0; i < 5; i++) {
            await devnet.workload.step();
        }
        // factory(), token0(), token1(); and a factory that answers with the token whatever it is asked.
        await devnet.chain.rpc.call('anvil_setCode', [token, liar(asset, market, accomplice ? ['c45a0155', '0dfe1681', 'd21220a7'] : [])]);
        if (accomplice) {
            await devnet.chain.rpc.call('anvil_setCode', [market, `0x73${token.slice(2)}5f5260205ff3`]);
        }
        // So that the blocks before are history, of which nobody asks tokens.
        for (let i = 0; i < 150; i++) {
            await devnet.chain.mine();
        }
        const daemon = (await world.daemon(devnet)).start();
        const find = ({edges}) => edges.find(({from, kind}) => from === `token:${token}` && kind === 'wraps');
        const next = async () => {
            await devnet.chain.mine();
            return daemon.reportAt(devnet.chain.headHash, '/v1/graph');
        };
        // Sixteen tokens are asked a block; the market that one names, later.
        let graph = await next();
        for (let i = 0; i < 60 && !find(graph); i++) {
            graph = await next();
        }
        for (let i = 0; i < 12; i++) {
            graph = await next();
        }
        const wraps = find(graph);
        assert.ok(wraps, 'the token is followed');
        assert.equal(wraps.to, `token:${asset}`);
        assert.equal(wraps.proof, 'claimed');
        const of = async (claimed) => (await daemon.get(`/v1/exposures/measure?from=protocol:aave_v3&to=token:${asset}&claimed=${claimed}`)).pairs[0];
        const [all, proven] = [await of(true), await of(false)];
        assert.ok(cents(all.claimed_usd) > 0n);
        assert.equal(cents(all.usd) - cents(all.claimed_usd), cents(proven.usd));
    });
}
