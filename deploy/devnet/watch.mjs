#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Prints, every few blocks, what a running Faultline says about the devnet's accounts.
import {parseArgs} from 'node:util';
import {sleep} from './lib/process.mjs';

const usage = `usage: node watch.mjs --api URL [--every BLOCKS]

Follows the API of a running Faultline and prints a line every few blocks (default 5).`;
const pollMs = 500;
const wad = 10n ** 18n;

const {values} = parseArgs({
    options: {
        api: {type: 'string', default: 'http://127.0.0.1:9464'},
        every: {type: 'string', default: '5'},
        help: {type: 'boolean', short: 'h', default: false},
    },
});
if (values.help) {
    console.log(usage);
    process.exit(0);
}

async function answer(path) {
    const response = await fetch(new URL(path, values.api));
    return response.ok ? response.json() : undefined;
}

function describe({block, accounts}) {
    const indebted = accounts.filter((account) => account.total_debt_base !== '0');
    const health = indebted.map((account) => BigInt(account.health_factor_wad));
    const lowest = health.reduce((least, value) => (value < least ? value : least), health[0] ?? 0n);
    const dollars = indebted.reduce((sum, account) => sum + BigInt(account.total_debt_base), 0n) / 10n ** 12n;
    return (
        `block ${block.number}: following ${accounts.length} accounts, ${indebted.length} with debt, ` +
        `$${dollars / 100n}.${String(dollars % 100n).padStart(2, '0')} million in all, ` +
        `lowest health factor ${lowest / wad}.${String((lowest / 10n ** 16n) % 100n).padStart(2, '0')}`
    );
}

let shown = -Infinity;
for (;;) {
    try {
        const report = await answer('/v1/chains/devnet/aave/devnet/accounts');
        if (report?.accounts.length > 0 && report.block.number >= shown + Number(values.every)) {
            shown = report.block.number;
            console.log(describe(report));
        }
    } catch {
        // Not up yet, or on its way down: the next question tells.
    }
    await sleep(pollMs);
}
