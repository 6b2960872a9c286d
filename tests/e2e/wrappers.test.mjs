// SPDX-License-Identifier: Apache-2.0
// How much there is behind tokens that stand for others: real vaults, and wrappers that only a label knows.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {Contract} from '../../deploy/devnet/lib/contract.mjs';
import {listReserve} from '../../deploy/devnet/lib/governance.mjs';
import {quantity} from '../../deploy/devnet/lib/rpc.mjs';
import {World} from './lib/world.mjs';

const ether = 10n ** 18n;
/** Amounts are asked again once in so many blocks. */
const every = 256;

/** OpenZeppelin's ERC-4626 vault over WETH, listed as a reserve, with half of its shares supplied. */
async function listVault({chain, market, workload}) {
    const {admin, provider} = workload.roles;
    const {DevVault} = market.artifacts;
    const weth = market.token.at(market.reserve('WETH').token);
    const vault = new Contract(await chain.deploy(admin, DevVault, [weth.address, 'vWETH']), DevVault.abi);
    market.manifest.reserves.vWETH = {token: vault.address, decimals: 18, feed: market.reserve('WETH').feed};
    await listReserve(workload, 'vWETH');
    await workload.mine();
    const does = async (contract, method, args) => {
        const data = contract.encode(method, args);
        await chain.execute({from: provider, to: contract.address, data, label: method});
    };
    await does(weth, 'mint', [provider, 2_000n * ether]);
    await does(weth, 'approve', [vault.address, 2_000n * ether]);
    await does(vault, 'deposit', [1_000n * ether + 7n, provider]);
    await does(vault, 'approve', [market.pool.address, 1_000n * ether]);
    await does(market.pool, 'supply', [vault.address, 500n * ether, provider, 0]);
    return {weth, vault, does};
}

/** As its wrapped token has no asset(), a label says what it stands for. */
function label(world, daemon, wrapper, wraps) {
    const text = `chain_id: 31337
names: [{slug: lido, title: Lido, category: Liquid Staking}]
tokens: [{at: "${wrapper}", symbol: wstETH, issuer: lido, decimals: 18, wraps: "${wraps}"}]
`;
    fs.writeFileSync(path.join(world.directory, 'wrappers.yaml'), text);
    fs.appendFileSync(daemon.configFile, 'labels: [wrappers.yaml]\n');
}

test('what there is behind vaults and wrappers is what the contracts say at that block, through a reorg', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 20, seed: 8});
    const {chain, market} = devnet;
    const {weth, vault, does} = await listVault(devnet);
    const wrapper = market.reserve('wstETH').token;
    await does(weth, 'mint', [wrapper, 321n * ether + 1n]);
    // So that the blocks before are history, of which nobody asks tokens.
    for (let i = 0; i < 150; i++) {
        await chain.mine();
    }
    const daemon = await world.daemon(devnet);
    label(world, daemon, wrapper, weth.address);
    daemon.start();

    const wraps = ({edges}, token) => edges.find(({from, kind}) => kind === 'wraps' && from === `token:${token.toLowerCase()}`);
    const next = async () => {
        await chain.mine();
        return daemon.reportAt(chain.headHash, '/v1/graph');
    };
    const until = async (done) => {
        for (let i = 0; i < 2 * every; i++) {
            const graph = await next();
            if (done(graph)) {
                return graph;
            }
        }
        return assert.fail('it was not asked within two turns');
    };
    let compared = 0;
    const assertEdges = async (graph) => {
        const said = async (token, contract, method, args) => {
            const edge = wraps(graph, token);
            const expected = await chain.call(contract, method, args, quantity(edge.amount_block));
            assert.equal(BigInt(edge.amount), expected, `${method} at block ${edge.amount_block}`);
            assert.equal(edge.token, weth.address.toLowerCase());
            assert.equal(edge.to, `token:${weth.address.toLowerCase()}`);
            assert.equal(edge.decimals, 18);
            assert.ok(Number(edge.usd) > 0, JSON.stringify(edge));
            compared += 1;
            return edge;
        };
        assert.equal((await said(vault.address, vault, 'totalAssets', [])).proof, 'claimed');
        assert.equal((await said(wrapper, weth, 'balanceOf', [wrapper])).proof, 'labelled');
    };

    const asked = (graph) => [vault.address, wrapper].map((token) => wraps(graph, token)?.amount_block);
    const first = await until((graph) => asked(graph).every((block) => block !== undefined));
    await assertEdges(first);

    // A gift: everybody's shares are worth more, and no share moves.
    await does(weth, 'mint', [vault.address, 50n * ether]);
    await does(weth, 'mint', [wrapper, 9n]);
    const later = await until((graph) => asked(graph).every((block, i) => block > asked(first)[i]));
    await assertEdges(later);
    assert.equal(BigInt(wraps(later, vault.address).amount), 1_050n * ether + 7n);

    // The newest of the two was asked in a block that is no more.
    const newest = Math.max(...asked(later));
    const depth = chain.head - newest + 1;
    await chain.rollBack(depth);
    await does(weth, 'mint', [wrapper, 1n]);
    const again = await until(({block}) => block.number > newest);
    assert.deepEqual(asked(again), asked(later), 'each has its own block');
    await assertEdges(again);
    t.diagnostic(`${compared} amounts, the last as of ${asked(again).join(' and ')}; ${depth} blocks taken back`);

    // A claim is worth what the market has of the token, and not what it says.
    const total = async (token) => (await daemon.get(`/v1/exposures/token/${token.toLowerCase()}`)).total_usd;
    assert.equal(await total(vault.address), again.edges.find(({to, kind}) => kind === 'liquidity' && to === `token:${vault.address.toLowerCase()}`).usd);
    assert.equal(await daemon.stop(), 0);
});
