// SPDX-License-Identifier: Apache-2.0
// What the random workload never reaches for sure: the last cent below a ceiling, dust, somebody
// who acts for another, and pools that are upgraded.
import test from 'node:test';
import assert from 'node:assert/strict';
import {isolated} from '../../deploy/devnet/lib/market_parameters.mjs';
import {Comparison} from './lib/compare.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {earlyFinality} from './lib/finality.mjs';
import {World} from './lib/world.mjs';

const variableRate = 2;
const all = 2n ** 256n - 1n;
const day = 24 * 3600;
const implementationSlot = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';

async function stage(t, options = {}) {
    const world = new World(t);
    const devnet = await world.devnet({users: 8, seed: 77});
    const daemon = (await world.daemon(devnet, options.daemon === undefined ? {} : await options.daemon(world))).start();
    const comparison = new Comparison();
    const {workload: w, chain, market} = devnet;
    await w.refresh();
    const token = (symbol) => market.reserve(symbol).token;
    /** Mines what was submitted; everything of it goes through, and all figures are the contract's. */
    const exact = async (mined = w.mine()) => {
        const {receipts} = await mined;
        assert.deepEqual(receipts.filter(({ok}) => !ok).map(({label}) => label), []);
        await comparison.atHead(devnet, daemon);
        comparison.assertExact();
    };
    const refused = async () => {
        const {receipts} = await w.mine();
        assert.deepEqual(receipts.map(({ok}) => ok), [false]);
    };
    await exact();
    return {world, devnet, daemon, comparison, w, chain, market, token, exact, refused};
}

test('isolated debt up to the last cent of its ceiling, and not one more', async (t) => {
    const {daemon, comparison, w, chain, market, token, exact, refused} = await stage(t);
    const user = w.users.find(({home}) => home === isolated).address;
    const borrow = (units) => w.pool(user, 'borrow', [token('USDC'), units, variableRate, 0, user]);
    const owedCents = async () => (await chain.call(market.pool, 'getReserveData', [token(isolated)])).isolationModeTotalDebt;
    const ceiling = (await owedCents()) + 123_45n;
    await w.configure('setDebtCeiling', [token(isolated), ceiling]);
    await exact();
    await borrow(123_450_000n);
    await exact();
    assert.equal(await owedCents(), ceiling);
    await borrow(10_000n);
    await refused();
    // Less than a cent does not count.
    await borrow(1n);
    await exact();
    assert.equal(await owedCents(), ceiling);
    await exact(w.mine({timestamp: chain.timestamp + 30 * day}));
    await w.pool(user, 'repay', [token('USDC'), all, variableRate, user]);
    await exact();
    assert.equal(await owedCents(), 0n);
    const {reserves} = await daemon.get('/v1/chains/devnet/aave/devnet/reserves');
    const reserve = reserves.find(({asset}) => asset === token(isolated).toLowerCase());
    assert.equal(BigInt(reserve.debt_ceiling_cents), ceiling);
    t.diagnostic(comparison.summary());
});

test('dust, and withdrawals and repayments of all there is', async (t) => {
    const {comparison, w, chain, market, token, exact} = await stage(t);
    const [owner, debtor] = ['USDC', 'WETH'].map((home) => w.users.find((user) => user.home === home && user.eMode === 0).address);
    const held = (symbol, account) => chain.call(market.aToken.at(market.reserve(symbol).a_token), 'balanceOf', [account]);
    await w.pool(owner, 'supply', [token('LINK'), 1n, owner, 0]);
    await w.pool(debtor, 'borrow', [token('USDT'), 1n, variableRate, 0, debtor]);
    await exact();
    await exact(w.mine({timestamp: chain.timestamp + 40 * day}));
    await w.pool(owner, 'withdraw', [token('USDC'), (await held('USDC', owner)) - 1n, owner]);
    await exact();
    assert.ok((await held('USDC', owner)) > 0n, 'dust is left');
    await w.send(owner, market.aToken.at(market.reserve('LINK').a_token), 'transfer', [debtor, 1n]);
    await exact();
    await w.pool(owner, 'withdraw', [token('USDC'), all, owner]);
    await w.pool(debtor, 'repay', [token('USDT'), all, variableRate, debtor]);
    await exact();
    assert.equal(await held('USDC', owner), 0n);
    t.diagnostic(comparison.summary());
});

test('a position manager switches collateral and eMode of another until it may not any more', async (t) => {
    const {comparison, w, token, exact, refused} = await stage(t);
    const user = w.users.find(({home, eMode}) => home === 'DAI' && eMode === 2).address;
    const manager = w.roles.keeper;
    const collateral = (on) => w.pool(manager, 'setUserUseReserveAsCollateralOnBehalfOf', [token('LINK'), on, user]);
    await w.pool(user, 'approvePositionManager', [manager, true]);
    await w.pool(user, 'supply', [token('LINK'), w.amount('LINK', 500_000), user, 0]);
    await exact();
    await collateral(false);
    await exact();
    await collateral(true);
    await exact();
    for (const category of [0, 2]) {
        await w.pool(manager, 'setUserEModeOnBehalfOf', [category, user]);
        await exact();
    }
    await w.pool(manager, 'renouncePositionManagerRole', [user]);
    await exact();
    await collateral(false);
    await refused();
    await exact();
    t.diagnostic(comparison.summary());
});

test('a pool that runs other code of its revision stays exact; one of a revision nobody knows is degraded, with its names', async (t) => {
    const deliveries = new Deliveries();
    const {devnet, daemon, comparison, w, chain, market, exact} = await stage(t, {
        daemon: async (world) => ({
            sink: await world.sink({onDelivery: deliveries.record}),
            chain: '\n    audit: {requests_per_minute: 100000, accounts_per_sample: 100}',
        }),
    });
    const word = await chain.rpc.call('eth_getStorageAt', [market.pool.address, implementationSlot, 'latest']);
    const upgrade = async (revision) => {
        const args = ['0x' + word.slice(-40), revision];
        const code = await chain.deploy(w.roles.admin, market.artifacts.DevPoolRelease, args);
        await w.send(w.roles.admin, market.provider, 'setPoolImpl', [code]);
        return code;
    };
    const lived = async (blocks) => {
        for (let i = 0; i < blocks; i++) {
            await w.step();
            await comparison.atHead(devnet, daemon);
            comparison.assertExact();
        }
    };
    const metric = async (name) => Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(await (await fetch(`${daemon.api}/metrics`)).text())[1]);

    await upgrade(10);
    await exact();
    await lived(5);
    const future = await upgrade(99);
    await w.mine();
    const {status, reason, accounts} = await daemon.accountsAt(chain.headHash);
    assert.equal(status, 'error');
    assert.ok(accounts.length > 0 && accounts.every((account) => account.status === 'error'));
    for (const name of [market.pool.address, future]) {
        assert.ok(reason.toLowerCase().includes(name.toLowerCase()), `${reason} names ${name}`);
    }
    assert.match(reason, /99/);
    const told = () => deliveries.unique().filter(({rule}) => rule === 'market_degraded');
    await daemon.waitFor('the alert', () => told().length > 0);
    assert.equal(told()[0].block.hash, chain.headHash);
    for (const name of [market.pool.address, future]) {
        assert.ok(told()[0].summary.toLowerCase().includes(name.toLowerCase()), told()[0].summary);
    }
    assert.equal(await metric('faultline_degraded_markets'), 1);
    // The log is as it should be; it is we who do not know what it names.
    assert.equal(await metric('faultline_quarantined_logs'), 0);
    await w.step();
    assert.equal((await daemon.accountsAt(chain.headHash)).status, 'error', 'it is followed on, without figures');
    // The upgrade and what came with it are taken back, and so is what was said.
    await chain.rollBack(2);
    await lived(3);
    await daemon.waitFor('the retraction', () => told().length > 1);
    assert.deepEqual(told().map(({transition}) => transition), ['firing', 'retracted']);
    assert.equal(await metric('faultline_degraded_markets'), 0);

    // For good this time. What it does is what it did, and audits find that out.
    devnet.endpoint.fault = earlyFinality(devnet);
    await upgrade(99);
    for (let i = 0; i < 12; i++) {
        await w.step();
        await daemon.accountsAt(chain.headHash);
    }
    const audit = await daemon.waitFor('audits of the degraded market', async () => {
        const found = (await daemon.get('/v1/status')).chains[0].markets[0].audit;
        return found?.equal > 200 ? found : undefined;
    });
    assert.equal(audit.mismatch, 0, audit.first_mismatch);
    assert.equal(await metric('faultline_audit_mismatches_total'), 0);
    t.diagnostic(`${comparison.summary()}; degraded: ${audit.equal} views equal`);
    assert.equal(await daemon.stop(), 0);
});
