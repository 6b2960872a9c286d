#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Records the demo's market as a tape, which deploy/run plays: deploy/demo/README.md.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {defaultCacheDir} from './lib/artifacts.mjs';
import {Demo, rounds} from './lib/demo.mjs';
import {Devnet} from './lib/devnet.mjs';
import {TapeRecorder} from './lib/tape_recorder.mjs';

const usage = `usage: node record.mjs [--out FILE] [--cache DIR] [--users N] [--seed N]

Deploys the real Aave V3.6 contracts on a local chain, plays the demo's rounds of falling and
recovering prices, and records what the node says as a tape (default deploy/demo/devnet-crash.jsonl.zst).
The same options give the same tape. Needs deploy/setup devnet, and the program zstd.`;

const demoDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../demo');
const {values} = parseArgs({
    options: {
        out: {type: 'string', default: path.join(demoDir, 'devnet-crash.jsonl.zst')},
        cache: {type: 'string', default: defaultCacheDir},
        users: {type: 'string', default: '20'},
        seed: {type: 'string', default: '1'},
        help: {type: 'boolean', short: 'h', default: false},
    },
});
if (values.help) {
    console.log(usage);
    process.exit(0);
}

const blockSeconds = 12;
const truthEvery = 4;
// In the third round, where its alerts fire, two blocks are taken back and others take their place.
const reorg = {round: 2, block: 13, depth: 2};

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faultline-record-'));
const say = (text) => console.log(text);
try {
    const devnet = await Devnet.start({
        directory,
        users: Number(values.users),
        seed: Number(values.seed),
        cacheDir: values.cache,
        progress: say,
    });
    try {
        const {chain, workload} = devnet;
        const recorder = new TapeRecorder(devnet, {file: values.out, accounts: workload.accounts()});
        const note = (text) => {
            say(text);
            recorder.notes.push(text);
        };
        const demo = new Demo(workload, note, () => chain.timestamp + blockSeconds);
        await demo.prepare();
        say('recording the deployment');
        await recorder.begin('prices crash in an Aave V3.6 market on a local chain, and recover', Number(values.seed));
        await recorder.catchUp({truth: true});
        const begins = chain.head;
        for (const [index, round] of rounds.entries()) {
            let count = 0;
            for await (const block of demo.round(round)) {
                await demo.mine(block);
                count += 1;
                const orphaned = index === reorg.round && count === reorg.block;
                await recorder.catchUp({truth: orphaned || chain.head % truthEvery === 0});
                if (orphaned) {
                    note(`${reorg.depth} blocks are orphaned`);
                    await chain.rollBack(reorg.depth);
                }
            }
        }
        await workload.refresh();
        await workload.mine();
        await recorder.catchUp({truth: true});
        await recorder.end();
        const {applied, reverted, logs, calls, truth} = recorder.counts;
        const {size} = fs.statSync(values.out);
        say(`${values.out}: ${size} bytes, ${applied} blocks (${reverted} orphaned), ${logs} logs, ${calls} calls, ${truth} truths`);
        say(`the story begins after block ${begins} and ends at ${chain.head}`);
        const {market} = devnet;
        say(JSON.stringify({provider: market.manifest.addresses_provider, pool: market.manifest.pool, configurator: market.manifest.configurator, oracle: market.manifest.oracle, deployed_at: market.manifest.deployed_at}));
    } finally {
        await devnet.stop();
    }
} finally {
    fs.rmSync(directory, {recursive: true, force: true});
}
