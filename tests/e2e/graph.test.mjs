// SPDX-License-Identifier: Apache-2.0
// The exposure graph of real contracts: what its edges come to, what it was before, and what others read of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {say} from './lib/commands.mjs';
import {World} from './lib/world.mjs';

const blocks = 120;

/** What a market's edges of these kinds come to, by token, and how many there are. */
function sums(graph, kinds) {
    const out = new Map();
    for (const {kind, token, amount} of graph.edges) {
        if (kinds.includes(kind)) {
            const {sum, edges} = out.get(token) ?? {sum: 0n, edges: 0n};
            out.set(token, {sum: sum + BigInt(amount), edges: edges + 1n});
        }
    }
    return out;
}

/** Every amount is rounded as its holder's own view rounds, so sums are off by less than a unit for each. */
function assertComesTo(found, total, what) {
    const {sum, edges} = found ?? {sum: 0n, edges: 0n};
    const off = sum > total ? sum - total : total - sum;
    assert.ok(off <= edges, `${what}: edges come to ${sum}, the token says ${total}`);
}

async function assertAddsUp(devnet, graph) {
    const {chain, market} = devnet;
    const supplied = sums(graph, ['supplied', 'collateral']);
    const owed = sums(graph, ['debt']);
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
