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
    const cents = (usd) => BigInt(usd.replace('.', ''));
    const ends = exposure.terminals.reduce((sum, {usd}) => sum + cents(usd), cents(exposure.circular_usd));
    assert.equal(ends, cents(exposure.total_usd), 'terminals come to the total');
    assert.ok(cents(exposure.total_usd) > 0n);

    const flows = await daemon.get(`/v1/flows?since=${last.block.number - 20}`);
    assert.ok(flows.links.length > 0 && flows.links.every(({size}) => size >= 0), JSON.stringify(flows).slice(0, 300));

    const pool = last.nodes.find(({kind}) => kind === 'market');
    const {concentration} = await daemon.get(`/v1/exposures/market/${pool.id.split(':')[1]}`);
    const {suppliers} = concentration;
    assert.equal(suppliers.hhi.status, 'value', suppliers.hhi.reason);
    const supplied = last.edges.filter(({to, kind}) => to === pool.id && ['supplied', 'collateral'].includes(kind));
    assert.equal(cents(suppliers.total.total_usd), supplied.reduce((sum, {usd}) => sum + cents(usd), 0n), 'suppliers have all that is supplied');
    const measured = await daemon.get(`/v1/exposures/measure?from=protocol:aave_v3&to=${pool.id}`);
    assert.equal(measured.pairs[0].usd, exposure.total_usd, 'all that the protocol has is in its market');

    const file = path.join(world.directory, 'graph.graphml');
    const said = await say('graph', 'export', daemon.configFile, '--out', file);
    assert.equal(said.status, 0, said.err);
    const read = 'import networkx, sys; g = networkx.read_graphml(sys.argv[1]); print(g.number_of_nodes(), g.number_of_edges())';
    const [nodes, edges] = execFileSync('/usr/bin/python3', ['-c', read, file], {encoding: 'utf8'}).trim().split(' ').map(Number);
    assert.deepEqual([nodes, edges], [last.nodes.length, last.edges.length]);
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
