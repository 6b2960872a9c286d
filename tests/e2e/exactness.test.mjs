// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import assert from 'node:assert/strict';
import {Random} from '../../deploy/devnet/lib/random.mjs';
import {accountData, balances, readMany} from '../../deploy/devnet/lib/views.mjs';
import {Comparison} from './lib/compare.mjs';
import {World} from './lib/world.mjs';

const blocks = 320;
const users = 55;
const compareEvery = 10;
const reorgEvery = 16;

/** The ways in which a chain changes its mind, each at every depth from 1 to 5. */
const reorgs = [
    {name: 'a longer branch', run: (devnet, depth) => devnet.workload.reorg(depth, depth + 1)},
    {name: 'a shorter branch', run: (devnet, depth) => devnet.workload.reorg(depth, 1)},
    {name: 'empty blocks', run: (devnet, depth) => devnet.chain.replaceByEmpty(depth)},
    {name: 'blocks that vanish', run: async (devnet, depth) => {
        await devnet.chain.rollBack(depth);
        await devnet.workload.step();
    }},
];

test('every account equals getUserAccountData at every tenth block and after every reorg', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users, seed: 20261121});
    const daemon = (await world.daemon(devnet)).start();
    const random = new Random(5);
    const comparison = new Comparison();
    let reorgCount = 0;
    for (let i = 1; i <= blocks; i++) {
        await devnet.workload.step();
        if (i % reorgEvery === 0) {
            if (random.chance(60)) {
                // So that the daemon has seen the blocks that go away.
                await daemon.accountsAt(devnet.chain.headHash);
            }
            const {name, run} = reorgs[reorgCount % reorgs.length];
            const depth = 1 + (reorgCount % 5);
            reorgCount += 1;
            await run(devnet, depth);
            await comparison.atHead(devnet, daemon);
            comparison.assertExact();
            t.diagnostic(`block ${devnet.chain.head}: reorg of ${depth} into ${name} followed`);
        } else if (i % compareEvery === 0) {
            await comparison.atHead(devnet, daemon);
            comparison.assertExact();
        }
    }
    t.diagnostic(comparison.summary());
    t.diagnostic(`${reorgCount} reorgs; ${describe(devnet.workload.stats)}`);
    assert.ok(comparison.withDebt > 1000, 'the comparison is about accounts with debt');
    const ofUsers = ['liquidationCall', 'repayWithATokens', 'transfer', 'setUserEMode', 'eliminateReserveDeficit'];
    const ofGovernance = [
        'dropReserve', 'configureReserveAsCollateral', 'setReserveFreeze', 'setReservePause(address,bool,uint40)', 'setSupplyCap',
        'setBorrowCap', 'setDebtCeiling', 'setEModeCategory', 'setAssetSources', 'confirmAggregator', 'setPriceOracle',
    ];
    for (const method of [...ofUsers, ...ofGovernance]) {
        assert.ok(devnet.workload.stats[method]?.done > 0, `the workload reached ${method}`);
    }
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /^faultline_blocks_unverified_total\{.*\} 0$/m, 'every block has the hash and the bloom it bears');
    assert.equal(await daemon.stop(), 0);
});

test('an asset without a price is an error for its holders, never a wrong figure, and it passes', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 20, seed: 12});
    const daemon = (await world.daemon(devnet)).start();
    const {workload} = devnet;
    await workload.step();
    const priceE8 = workload.priceE8.LINK;
    await workload.setPrice('LINK', 0n);
    await workload.mine();
    const during = new Comparison();
    await during.atHead(devnet, daemon);
    during.assertExact();
    assert.ok(during.unvalued > 0, 'somebody holds LINK');
    await workload.setPrice('LINK', priceE8);
    await workload.mine();
    const after = new Comparison();
    await after.atHead(devnet, daemon);
    after.assertExact();
    t.diagnostic(`without a price: ${during.summary()}, ${during.unvalued} without figures`);
});

/** Where DevAggregator keeps its answer. */
const answerSlot = '0x' + '2'.padStart(64, '0');

/** The health factor that the contract says with another price of that asset, in the same block. */
async function healthAt(devnet, account, symbol, price) {
    const {aggregator, spare_aggregator: spare} = devnet.market.reserve(symbol);
    const feeds = [aggregator, spare].filter((address) => address !== undefined);
    const {rpc} = devnet.anvil;
    const before = await Promise.all(feeds.map((feed) => rpc.call('eth_getStorageAt', [feed, answerSlot, 'latest'])));
    const write = (feed, word) => rpc.call('anvil_setStorageAt', [feed, answerSlot, word]);
    await Promise.all(feeds.map((feed) => write(feed, '0x' + price.toString(16).padStart(64, '0'))));
    const [data] = await accountData(devnet.chain, devnet.market, [account]);
    await Promise.all(feeds.map((feed, i) => write(feed, before[i])));
    return data;
}

test('balances are those of the tokens, and at its liquidation price the contract would let an account be liquidated', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 25, seed: 31});
    const daemon = (await world.daemon(devnet)).start();
    for (let i = 0; i < 40; i++) {
        await devnet.workload.step();
    }
    await daemon.accountsAt(devnet.chain.headHash);
    const symbols = devnet.workload.listed();
    const wad = 10n ** 18n;
    let compared = 0;
    let crossed = 0;
    for (const account of devnet.workload.accounts()) {
        const {block, status, positions} = await daemon.get(`/v1/chains/devnet/aave/devnet/accounts/${account}`);
        assert.equal(block.hash, devnet.chain.headHash);
        assert.equal(status, 'value');
        const byAsset = new Map(positions.map((position) => [position.asset, position]));
        const held = await balances(devnet.chain, devnet.market, account, symbols);
        for (const {symbol, aTokens, debt} of held) {
            const ours = byAsset.get(devnet.market.reserve(symbol).token.toLowerCase());
            assert.deepEqual([BigInt(ours?.supplied ?? 0), BigInt(ours?.borrowed ?? 0)], [aTokens, debt], `${account} ${symbol}`);
            compared += 1;
            const {aggregator} = devnet.market.reserve(symbol);
            // A ratio feed moves with another asset's price.
            const single = aggregator !== undefined && !held.some((other) => other.aTokens + other.debt > 0n && devnet.market.reserve(other.symbol).aggregator === undefined);
            if (ours?.liquidation_price.status === 'value' && single && crossed < 60) {
                const price = BigInt(ours.liquidation_price.price_base);
                const at = await healthAt(devnet, account, symbol, price === 0n ? 1n : price);
                const above = await healthAt(devnet, account, symbol, price + 1n);
                assert.ok(price === 0n || at.health_factor_wad < wad, `${account} ${symbol} at ${price}: ${at.health_factor_wad}`);
                assert.ok(above.health_factor_wad >= wad, `${account} ${symbol} above ${price}: ${above.health_factor_wad}`);
                crossed += 1;
            }
        }
    }
    const {reserves} = await daemon.get('/v1/chains/devnet/aave/devnet/reserves');
    for (const symbol of symbols) {
        const {token, a_token: aToken, debt_token: debtToken} = devnet.market.reserve(symbol);
        const {totals} = reserves.find(({asset}) => asset === token.toLowerCase());
        const supplies = await readMany(devnet.chain, devnet.market, [
            {contract: devnet.market.aToken.at(aToken), method: 'totalSupply', args: []},
            {contract: devnet.market.debtToken.at(debtToken), method: 'totalSupply', args: []},
        ]);
        assert.deepEqual([totals.supplied, totals.borrowed].map(BigInt), supplies, symbol);
        assert.ok(BigInt(totals.supplied_of_cap) >= BigInt(totals.supplied));
    }
    t.diagnostic(`${compared} balances, ${crossed} liquidation prices`);
    assert.ok(compared > 100 && crossed > 5);
    assert.equal(await daemon.stop(), 0);
});

function describe(stats) {
    return Object.entries(stats).map(([method, {done}]) => `${method} ${done}`).join(', ');
}
