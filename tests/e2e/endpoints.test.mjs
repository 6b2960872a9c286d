// SPDX-License-Identifier: Apache-2.0
// An endpoint that misbehaves: nothing ends, one message says so, and the figures are right later.
import test from 'node:test';
import assert from 'node:assert/strict';
import {CutConnection, RawAnswer} from '../../deploy/devnet/lib/fault_proxy.mjs';
import {Comparison} from './lib/compare.mjs';
import {World, sleep} from './lib/world.mjs';

const never = new Promise(() => {});
const page = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

const isBlockQuery = ({method}) => method === 'eth_getBlockByNumber' || method === 'eth_getBlockByHash';
const everyCall = (answer) => () => answer();
const callsTo = (methods, answer) => (call) => (methods.includes(call.method) ? answer(call) : undefined);

/** What goes wrong, and what the one message must name. */
const faults = {
    'never answers': {fault: everyCall(() => never), says: /longer than 1.5 s/},
    'answers with a page of HTML': {
        fault: everyCall(() => {
            throw new RawAnswer({headers: {'content-type': 'text/html'}, body: page});
        }),
        says: /JSON/i,
    },
    'answers HTTP 502': {
        fault: everyCall(() => {
            throw new RawAnswer({status: 502, body: page});
        }),
        says: /502/,
    },
    'answers with half a JSON text': {
        fault: everyCall(() => {
            throw new RawAnswer({body: '{"jsonrpc":"2.0","id":1,"result":{"number":"0x'});
        }),
        says: /JSON/i,
    },
    'answers with nothing': {
        fault: everyCall(() => {
            throw new RawAnswer({body: ''});
        }),
        says: /JSON|empty/i,
    },
    'cuts the connection': {
        fault: everyCall(() => {
            throw new CutConnection();
        }),
        says: /connection|closed|reset|end of stream/i,
    },
    'puts an error inside HTTP 200': {
        fault: everyCall(() => ({error: {code: -32603, message: 'internal gremlins'}})),
        says: /internal gremlins/,
    },
    'limits the rate': {
        fault: everyCall(() => {
            throw new RawAnswer({status: 429, headers: {'retry-after': '1'}, body: '{}'});
        }),
        says: /429/,
    },
    'has null for every block': {
        fault: (call) => (isBlockQuery(call) ? {result: null} : undefined),
        says: /block/i,
    },
    'has no logs for a block': {
        fault: callsTo(['eth_getLogs'], () => ({error: {code: -32000, message: 'unknown block'}})),
        says: /unknown block/,
    },
    'has null for the logs': {
        fault: callsTo(['eth_getLogs'], () => ({result: null})),
        says: /eth_getLogs|logs/,
    },
    'fails the view calls': {
        fault: callsTo(['eth_call'], () => ({error: {code: -32000, message: 'missing trie node'}})),
        says: /missing trie node/,
    },
};

async function stage(t, options = {}) {
    const world = new World(t);
    const devnet = await world.devnet({users: 12, seed: 4});
    const proxy = await world.proxy(devnet);
    const daemon = await world.daemon(devnet, {wsUrl: proxy.wsUrl, endpoint: ', request_timeout: 1500ms', ...options});
    return {devnet, proxy, daemon};
}

async function steps(devnet, count) {
    for (let i = 0; i < count; i++) {
        await devnet.workload.step();
    }
}

async function assertExact(devnet, daemon) {
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    assert.ok(comparison.withDebt > 0);
}

const linesWith = (text, pattern) => text.split('\n').filter((line) => pattern.test(line));

for (const [name, {fault, says}] of Object.entries(faults)) {
    test(`an endpoint that ${name} is named once, waited for, and nothing is lost`, async (t) => {
        const {devnet, proxy, daemon} = await stage(t);
        daemon.start();
        await assertExact(devnet, daemon);
        proxy.fault = fault;
        await steps(devnet, 4);
        // On a busy machine a request may have taken too long before the fault.
        await daemon.waitForLog(new RegExp(`endpoint_error.*(${says.source})`, says.flags));
        const before = proxy.calls;
        await daemon.waitFor('several attempts', () => sum(proxy.calls) >= sum(before) + 4 || sum(proxy.calls) > 40);
        assert.equal(await daemon.status('/healthz'), 200, 'the process is alive');
        const complaints = linesWith(daemon.log(), /endpoint_error/);
        assert.ok(complaints.some((line) => says.test(line)), complaints.join('\n'));
        assert.ok(complaints.length <= 3, `one message, not one per attempt:\n${complaints.join('\n')}`);
        assert.ok(!/panic|assert|terminate/i.test(daemon.log()), daemon.log());
        proxy.reset();
        await assertExact(devnet, daemon);
        await steps(devnet, 2);
        await assertExact(devnet, daemon);
        assert.equal(await daemon.stop(), 0);
    });
}

const sum = (calls) => Object.values(calls).reduce((total, count) => total + count, 0);

test('faults that come and go while the market moves and reorganises leave exact figures', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    daemon.start();
    const random = devnet.workload.random;
    const kinds = Object.values(faults).map(({fault}) => fault);
    for (let i = 0; i < 60; i++) {
        const fault = random.pick(kinds);
        proxy.fault = (call) => (random.chance(25) ? fault(call) : undefined);
        if (random.chance(20)) {
            proxy.dropSockets();
        }
        await devnet.workload.step();
        if (i % 10 === 9) {
            await devnet.workload.reorg(random.between(1, 4), random.between(1, 5));
        }
    }
    proxy.reset();
    await assertExact(devnet, daemon);
});

test('an endpoint that is down at the start is waited for', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    const {port} = proxy;
    await proxy.close();
    daemon.start();
    await daemon.waitForLog(/endpoint_error/);
    assert.equal(await daemon.status('/readyz'), 503);
    await proxy.listen(port);
    await assertExact(devnet, daemon);
    assert.equal(await daemon.waitFor('readiness', async () => (await daemon.status('/readyz')) === 200), true);
});

test('an endpoint that falls behind does not take blocks back', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    daemon.start();
    await assertExact(devnet, daemon);
    const behind = devnet.chain.head - 5;
    const lag = (call) => {
        const asksHead = call.method === 'eth_getBlockByNumber' && call.params[0] === 'latest';
        return asksHead ? {...call, params: ['0x' + behind.toString(16), call.params[1]]} : call;
    };
    proxy.mute = true;
    proxy.fault = async (call) => {
        const answer = await devnet.anvil.rpc.call(lag(call).method, lag(call).params);
        return {result: answer};
    };
    const before = sum(proxy.calls);
    await daemon.waitFor('several polls', () => sum(proxy.calls) > before + 5);
    assert.equal((await daemon.get('/v1/status')).chains[0].processed.hash, devnet.chain.headHash);
    proxy.reset();
    await steps(devnet, 3);
    await assertExact(devnet, daemon);
});

test('a socket that is cut is opened again, and polling bridges the gap', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    daemon.start();
    await assertExact(devnet, daemon);
    await daemon.waitFor('a socket', () => proxy.openSockets > 0);
    proxy.refuseSockets = true;
    proxy.dropSockets();
    await steps(devnet, 3);
    await assertExact(devnet, daemon);
    proxy.refuseSockets = false;
    await daemon.waitFor('a socket again', () => proxy.openSockets > 0);
    await steps(devnet, 1);
    await assertExact(devnet, daemon);
});

test('a socket that falls silent does not stop the daemon', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    daemon.start();
    await assertExact(devnet, daemon);
    proxy.mute = true;
    await steps(devnet, 5);
    await assertExact(devnet, daemon);
    // Half a minute without a word is no fault by itself; that polling sees the head move is.
    const lost = /newheads_lost.*reason=silent.*while the head moved/;
    await daemon.waitFor('the silence to be noticed', async () => {
        await steps(devnet, 1);
        await sleep(1000);
        return lost.test(daemon.log());
    });
    const metrics = await (await fetch(`${daemon.api}/metrics`)).text();
    assert.match(metrics, /^faultline_ws_reconnects_total\{.*reason="silent".*\} [1-9]/m);
    proxy.reset();
    await steps(devnet, 1);
    await assertExact(devnet, daemon);
});

/** A node that is no archive: calls at blocks more than 127 below its head fail. */
const keepsRecentStates = (devnet) => async ({method, params}) => {
    if (method !== 'eth_call') {
        return undefined;
    }
    const block = await devnet.anvil.rpc.call('eth_getBlockByHash', [params[1].blockHash, false]);
    const tooOld = block === null || devnet.chain.head - Number(block.number) > 127;
    return tooOld ? {error: {code: -32000, message: 'missing trie node'}} : undefined;
};

const withoutFinality = ({method, params}) =>
    (method === 'eth_getBlockByNumber' && ['finalized', 'safe'].includes(params[0]) ? {result: null} : undefined);

for (const [name, alsoFails] of Object.entries({'': () => undefined, ' and knows no finality': withoutFinality})) {
    test(`a node that keeps the states of 128 blocks${name} is enough for the whole history`, async (t) => {
        const {devnet, proxy, daemon} = await stage(t);
        await steps(devnet, 200);
        const noOldState = keepsRecentStates(devnet);
        proxy.fault = (call) => alsoFails(call) ?? noOldState(call);
        daemon.start();
        await assertExact(devnet, daemon);
        await steps(devnet, 2);
        await assertExact(devnet, daemon);
        assert.doesNotMatch(daemon.log(), /missing trie node/);
    });
}

test('an endpoint whose head is old is not taken for the present', async (t) => {
    const {devnet, daemon} = await stage(t, {maxHeadAge: '1m'});
    daemon.start();
    await assertExact(devnet, daemon);
    const [line, ...others] = linesWith(daemon.log(), /head_is_old/);
    assert.match(line, /stuck, syncing or cut off/);
    assert.deepEqual(others, [], 'it is said once');
    assert.equal(await daemon.status('/readyz'), 503);
    const {chains} = await daemon.get('/v1/status');
    assert.match(chains[0].reasons.join(), /newest block is \d+ s old/);
});

test('a log that does not decode is never skipped quietly', async (t) => {
    const {devnet, proxy, daemon} = await stage(t);
    daemon.start();
    await assertExact(devnet, daemon);
    const supply = devnet.market.pool.interface.getEvent('Supply').topicHash;
    let broken = 0;
    proxy.fault = ({method}) =>
        method !== 'eth_getLogs' ? undefined : {
            edit: (answer) => {
                for (const log of answer.result ?? []) {
                    if (log.topics[0] === supply) {
                        log.data = log.data.slice(0, 66);
                        broken += 1;
                    }
                }
                return answer;
            },
        };
    await devnet.workload.refresh();
    const [user] = devnet.workload.users;
    const {token} = devnet.market.reserve('USDC');
    await devnet.workload.pool(user.address, 'supply', [token, 1_000_000n, user.address, 0]);
    await devnet.workload.mine();
    await daemon.waitFor('the log to be read', () => broken > 0);
    const [line] = await daemon.waitForLog(/.*(decode|malformed|quarantine).*/i);
    assert.match(line, /Supply|0x2b627736|block/i, 'it says which log');
});
