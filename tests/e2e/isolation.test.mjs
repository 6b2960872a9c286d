// SPDX-License-Identifier: Apache-2.0
// Two chains in one process: whatever happens to one, the other is followed, and exactly.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {CutConnection, RawAnswer} from '../../deploy/devnet/lib/fault_proxy.mjs';
import {Comparison} from './lib/compare.mjs';
import {World} from './lib/world.mjs';

const rubbish = '{"jsonrpc":"2.0","id":1,"result":[' + '0,'.repeat(20_000_000) + '0]}';

/** The same devnet as another chain: one endpoint lies about its id. */
const asElsewhere = ({method}) => (method === 'eth_chainId' ? {result: '0x1'} : undefined);

const cutLogs = (call) => asElsewhere(call) ?? (call.method === 'eth_getLogs' ? {
    edit: (answer) => {
        for (const log of answer.result ?? []) {
            log.data = log.data.slice(0, 66);
        }
        return answer;
    },
} : undefined);

/** What goes wrong with "elsewhere" once it is followed, and what is said of it then. */
const troubles = {
    'cuts its connections': {
        fault: () => {
            throw new CutConnection();
        },
        seen: ({endpoint_error}) => endpoint_error !== '',
    },
    'never answers': {fault: () => new Promise(() => {}), seen: ({endpoint_error}) => endpoint_error !== ''},
    'answers with 40 MB of rubbish': {
        fault: () => {
            throw new RawAnswer({body: rubbish});
        },
        seen: ({endpoint_error}) => endpoint_error !== '',
    },
    'turns into another chain': {
        fault: () => undefined,
        act: (devnet) => devnet.workload.reorg(2, 3),
        seen: ({endpoint_error}) => /serves chain 31337|wrong_chain/.test(endpoint_error),
    },
    'cuts its logs short': {
        fault: cutLogs,
        seen: ({markets}) => markets[0].status === 'error',
        shown: async (daemon) => {
            const {block, total, logs} = await daemon.get('/v1/chains/elsewhere/aave/twin/quarantine');
            assert.ok(total > 0 && logs.length === total);
            for (const log of logs) {
                assert.ok(log.why !== '' && log.data_bytes <= 32 && log.block.number <= block.number);
            }
            // A block may come between one answer and the other.
            const metrics = await daemon.waitFor('both to say the same', async () => {
                const said = await daemon.get('/v1/chains/elsewhere/aave/twin/quarantine');
                const text = await (await fetch(`${daemon.api}/metrics`)).text();
                return text.includes(`\nfaultline_quarantined_logs{chain="elsewhere"} ${said.total}\n`) && text;
            });
            assert.match(metrics, /^faultline_quarantined_logs\{chain="devnet"\} 0$/m);
        },
    },
    'reorganises beyond its undo window': {
        fault: asElsewhere,
        act: (devnet) => devnet.workload.reorg(6, 8),
        seen: ({halted}) => /undo window is 3 blocks/.test(halted),
    },
};

async function stage(t) {
    const world = new World(t);
    const devnet = await world.devnet({users: 6, seed: 12});
    const proxy = await world.proxy(devnet);
    proxy.fault = asElsewhere;
    const daemon = await world.daemon(devnet);
    const config = fs.readFileSync(daemon.configFile, 'utf8');
    const [, chain] = /^chains:\n([^]*)^rules:/m.exec(config);
    const elsewhere = chain
        .replace('name: devnet', 'name: elsewhere')
        .replace('chain_id: 31337', 'chain_id: 1\n    undo_window_blocks: 3\n    verification: off')
        .replace(/url: "[^"]*"/, `url: "${proxy.wsUrl}", request_timeout: 2s`)
        .replace('- name: devnet', '- name: twin');
    fs.writeFileSync(daemon.configFile, config.replace(chain, elsewhere + chain));
    const status = async (name) => (await daemon.get('/v1/status')).chains.find((one) => one.name === name);
    return {world, devnet, proxy, daemon, status};
}

async function assertExact(devnet, daemon) {
    const comparison = new Comparison();
    await comparison.atHead(devnet, daemon);
    comparison.assertExact();
    assert.ok(comparison.withDebt > 0);
}

for (const [name, {fault, act, seen, shown}] of Object.entries(troubles)) {
    test(`a chain whose endpoint ${name} leaves the other one alone`, async (t) => {
        const {devnet, proxy, daemon, status} = await stage(t);
        daemon.start();
        await assertExact(devnet, daemon);
        await daemon.waitFor('both', async () => (await status('elsewhere')).processed?.hash === devnet.chain.headHash);
        proxy.fault = fault;
        for (let i = 0; i < 3; i++) {
            await devnet.workload.step();
            await assertExact(devnet, daemon);
        }
        await act?.(devnet);
        await assertExact(devnet, daemon);
        await daemon.waitFor('it to be said', async () => seen(await status('elsewhere')));
        await shown?.(daemon);
        const {halted, endpoint_error: error, storage_error: storage, markets} = await status('devnet');
        assert.deepEqual([halted, error, storage, markets[0].status], ['', '', '', 'value']);
        await devnet.workload.step();
        await assertExact(devnet, daemon);
        assert.equal(await daemon.status('/healthz'), 200);
        assert.equal(await daemon.stop(), 0);
    });
}

test('a chain whose store cannot be opened leaves the other one alone, and says so everywhere', async (t) => {
    const {world, devnet, daemon, status} = await stage(t);
    fs.mkdirSync(`${world.directory}/faultline-store`);
    fs.writeFileSync(`${world.directory}/faultline-store/elsewhere`, 'a file');
    daemon.start();
    await assertExact(devnet, daemon);
    assert.match((await status('elsewhere')).halted, /faultline-store\/elsewhere/);
    assert.match(daemon.log(), /chain_halted.*elsewhere/);
    const {chains} = await daemon.get('/v1/alerts');
    assert.deepEqual(chains.map(({name, halted}) => [name, halted !== '']), [['elsewhere', true], ['devnet', false]]);
    assert.match(await (await fetch(daemon.api)).text(), /CHAIN elsewhere IS NOT FOLLOWED ANY MORE/);
    assert.match(await (await fetch(`${daemon.api}/metrics`)).text(), /^faultline_chain_halted\{chain="elsewhere"\} 1$/m);
    assert.equal(await daemon.status('/v1/chains/elsewhere/aave/twin/accounts'), 503);
    assert.equal(await daemon.status('/readyz'), 503);
    assert.equal(await daemon.stop(), 0);
});
