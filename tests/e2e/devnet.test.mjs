// SPDX-License-Identifier: Apache-2.0
// The devnet itself: what the other tests rest on.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {Devnet} from '../../deploy/devnet/lib/devnet.mjs';
import {Rpc} from '../../deploy/devnet/lib/rpc.mjs';
import {World} from './lib/world.mjs';

async function run(directory, seed) {
    const devnet = await Devnet.start({directory, users: 20, seed});
    try {
        for (let i = 0; i < 40; i++) {
            await devnet.workload.step();
            if (i % 9 === 8) {
                await devnet.workload.reorg(1 + (i % 4), 2 + (i % 3));
                await devnet.chain.replaceByEmpty(1 + (i % 2));
            }
        }
        return devnet.chain.headHash;
    } finally {
        await devnet.stop();
    }
}

test('the same seed gives the same chain, reorgs included, and another seed another', async (t) => {
    const {directory} = new World(t);
    const [first, again, other] = [await run(`${directory}/1`, 7), await run(`${directory}/2`, 7), await run(`${directory}/3`, 8)];
    assert.equal(first, again);
    assert.notEqual(first, other);
});

test('while blocks are made, calls through the endpoint are answered from the block they name', async (t) => {
    const world = new World(t);
    const {chain, market, workload, endpoint} = await world.devnet({users: 7});
    const rpc = new Rpc(endpoint.httpUrl);
    t.after(() => rpc.close());
    await workload.refresh();
    const startE8 = workload.priceE8.WETH;
    const data = market.oracle.encode('getAssetPrice', [market.reserve('WETH').token]);
    const priceAt = async (blockHash) => BigInt(await rpc.call('eth_call', [{to: market.oracle.address, data}, {blockHash}]));
    let asked = 0;
    for (let i = 1n; i <= 100n; i++) {
        const {headHash} = chain;
        await workload.setPrice('WETH', startE8 + i);
        let mining = true;
        const mined = workload.mine().finally(() => (mining = false));
        while (mining) {
            assert.equal(await priceAt(headHash), startE8 + i - 1n);
            asked += 1;
        }
        await mined;
    }
    t.diagnostic(`${asked} calls`);
});

test('the lock file names no registry', () => {
    const file = new URL('../../deploy/devnet/package-lock.json', import.meta.url);
    const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
    assert.equal(lock.lockfileVersion, 3);
    for (const [name, entry] of Object.entries(lock.packages)) {
        assert.equal(entry.resolved, undefined, name);
        assert.ok(name === '' || entry.integrity, `${name} has a digest`);
    }
});

test('a node that cannot start says why', async (t) => {
    const {directory} = new World(t);
    const first = await Devnet.start({directory: path.join(directory, 'first'), users: 1});
    t.after(() => first.stop());
    const second = Devnet.start({directory: path.join(directory, 'second'), users: 1, port: first.anvil.port});
    await assert.rejects(second, /anvil did not start: .*second\/anvil\.log says: .*in use/s);
});
