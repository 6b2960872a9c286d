// SPDX-License-Identifier: Apache-2.0
// Two endpoints, of which the first fails in every way in turn: the daemon keeps following, and exactly.
import test from 'node:test';
import assert from 'node:assert/strict';
import {CutConnection, RawAnswer} from '../../deploy/devnet/lib/fault_proxy.mjs';
import {Comparison} from './lib/compare.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {World} from './lib/world.mjs';

/** Nothing may stop the daemon from following for longer. */
const limitMs = 60_000;

const everyCall = (answer) => () => answer();

const asksFor = ({method, params}, ...tags) => method === 'eth_getBlockByNumber' && tags.includes(params[0]);

/** Each answer another block, a thousand above the head, that nobody has. */
const inventsHead = (devnet) => {
    let invented = 0;
    return async (call) => {
        if (!asksFor(call, 'latest')) {
            return undefined;
        }
        const head = await devnet.anvil.rpc.call(call.method, call.params);
        const hash = '0x' + (invented += 1).toString(16).padStart(64, 'e');
        return {result: {...head, hash, number: '0x' + (Number(head.number) + 1000).toString(16)}};
    };
};

/** Says that its newest block, and with it every block, is final. */
const callsAllFinal = (devnet) => async (call) =>
    (asksFor(call, 'finalized', 'safe') ? {result: await devnet.anvil.rpc.call(call.method, ['latest', false])} : undefined);

/** The first endpoint's troubles, one after the other; `says` is what the log must name. */
const troubles = (devnet) => ({
    'limits the rate': {
        fault: everyCall(() => {
            throw new RawAnswer({status: 429, headers: {'retry-after': '2'}, body: '{}'});
        }),
        says: /endpoint=flaky.*429/,
    },
    'wants to be paid': {
        fault: everyCall(() => {
            throw new RawAnswer({status: 402, body: 'your plan is used up'});
        }),
        says: /endpoint=flaky.*402/,
    },
    'puts errors into HTTP 200': {
        fault: everyCall(() => ({error: {code: -32603, message: 'internal gremlins'}})),
        says: /endpoint=flaky.*internal gremlins/,
    },
    'is silent': {fault: everyCall(() => new Promise(() => {})), says: /endpoint=flaky.*slower than usual|endpoint=flaky.*longer than/},
    'answers all but questions for logs': {
        fault: ({method}) => (method === 'eth_getLogs' ? new Promise(() => {}) : undefined),
        says: /endpoint=flaky.*slower than usual|endpoint=flaky.*longer than/,
    },
    'lags': {
        fault: async (call) => {
            const behind = '0x' + Math.max(0, devnet.chain.head - 12).toString(16);
            return asksFor(call, 'latest') ? {result: await devnet.anvil.rpc.call(call.method, [behind, false])} : undefined;
        },
    },
    'invents a head far ahead': {fault: inventsHead(devnet)},
    'is dead': {
        fault: everyCall(() => {
            throw new CutConnection();
        }),
        stands: 'shut_out',
    },
    'is back': {fault: () => undefined, stands: 'ok'},
});

async function assertExact(devnet, daemon) {
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon, limitMs);
    comparison.assertExact();
    assert.ok(comparison.withDebt > 0);
}

/** What /v1/status says of each endpoint. */
async function standing(daemon) {
    const {chains: [{endpoints}]} = await daemon.get('/v1/status');
    return Object.fromEntries(endpoints.map(({name, state}) => [name, state]));
}

async function stage(t, {second = '', chain = {}} = {}) {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 6});
    const proxy = await world.proxy(devnet);
    const daemon = await world.daemon(devnet, {
        wsUrl: proxy.wsUrl,
        endpoint: `, request_timeout: 2s}, {name: steady, url: "${devnet.endpoint.wsUrl}"${second}`,
        ...chain,
    });
    daemon.rename('anvil', 'flaky');
    return {devnet, proxy, daemon};
}

test('an endpoint that fails in every way in turn leaves the daemon following and exact', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    daemon.start();
    await assertExact(devnet, daemon);
    for (const [name, {fault, says, stands}] of Object.entries(troubles(devnet))) {
        proxy.fault = fault;
        proxy.mute = true;
        for (let i = 0; i < 3; i++) {
            await devnet.workload.step();
            await assertExact(devnet, daemon);
        }
        if (says) {
            await daemon.waitForLog(says);
        }
        if (stands) {
            await daemon.waitFor(`flaky to be ${stands}`, async () => (await standing(daemon)).flaky === stands);
            assert.equal((await standing(daemon)).steady, 'ok');
        }
        t.diagnostic(`${name}: followed`);
    }
    assert.doesNotMatch(daemon.log(), /chain_halted|chain_reorg/);
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    for (const metric of ['provider_lag_blocks', 'breaker_state', 'budget_calls_per_second', 'hedges_total', 'endpoint_failures_total']) {
        assert.match(metrics, new RegExp(`faultline_rpc_${metric}{[^}]*provider="flaky"`), metric);
    }
    assert.equal(await daemon.stop(), 0);
});

test('an endpoint of another chain is left out by name, and the other one followed', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    proxy.fault = ({method}) => (method === 'eth_chainId' ? {result: '0x1'} : undefined);
    daemon.start();
    await assertExact(devnet, daemon);
    await daemon.waitForLog(/endpoint_wrong_chain.*flaky serves chain 1/);
    assert.equal(proxy.calls.eth_getLogs ?? 0, 0, 'nothing was taken from it');
});

test('an endpoint that calls every block final does not keep the daemon on a branch that is gone', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    proxy.fault = callsAllFinal(devnet);
    daemon.start();
    await assertExact(devnet, daemon);
    for (let i = 0; i < 3; i++) {
        await devnet.workload.step();
        await assertExact(devnet, daemon);
        await devnet.workload.reorg(3, 4);
        await assertExact(devnet, daemon);
    }
    assert.match(daemon.log(), /chain_reorg/);
    assert.doesNotMatch(daemon.log(), /chain_halted/);
    assert.equal(await daemon.stop(), 0);
});

/** Leaves out the first log of every answer. */
const hidesLogs = ({method}) => (method !== 'eth_getLogs' ? undefined : {
    edit: (answer) => (answer.result?.length > 0 ? {...answer, result: answer.result.slice(1)} : answer),
});

test('of three endpoints that have to agree, one that leaves out logs is named and left out', async (t) => {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 6});
    const [liar, second, third] = [await world.proxy(devnet), await world.proxy(devnet), await world.proxy(devnet)];
    const deliveries = new Deliveries();
    const sink = await world.sink({onDelivery: deliveries.record});
    const daemon = await world.daemon(devnet, {
        wsUrl: liar.wsUrl,
        sink,
        endpoint: `}, {name: second, url: "${second.wsUrl}"}, {name: third, role: verify_only, url: "${third.wsUrl}"`,
        // What receipts would prove is left to the others' word here.
        chain: '\n    quorum: 2\n    verification: quorum\n    blooms: ignored',
    });
    daemon.rename('anvil', 'flaky');
    daemon.start();
    await assertExact(devnet, daemon);
    liar.fault = hidesLogs;
    for (let i = 0; i < 4; i++) {
        await devnet.workload.step();
        await assertExact(devnet, daemon);
    }
    await daemon.waitForLog(/endpoint_quarantined.*endpoint=flaky/);
    assert.deepEqual(await standing(daemon), {flaky: 'quarantined', second: 'ok', third: 'ok'});
    assert.ok(third.calls.eth_getLogs > 0, 'a verify-only endpoint has its vote');
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /^faultline_rpc_quorum_total\{.*result="agreed".*\} [1-9]/m);
    const told = await daemon.waitFor('an alert', () => deliveries.all.at(-1));
    assert.ok(told.evidence.endpoints.length >= 2, 'its evidence names who agreed');
    assert.equal(await daemon.stop(), 0);
});
