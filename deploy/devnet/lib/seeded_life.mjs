// SPDX-License-Identifier: Apache-2.0
// What the workloads of the smaller markets have in common: transactions, blocks, and counting them.
import {Interface} from 'ethers';
import {Random} from './random.mjs';

const hour = 3600;
const actionGas = 3_000_000;
const setupTransactionsPerBlock = 60;

/** A seeded life of a market, one block at a time. The same seed on the same chain gives the same blocks. */
export class SeededLife {
    /** `abis`: interfaces whose events are counted by name. */
    constructor(chain, market, {seed, abis}) {
        this.chain = chain;
        this.market = market;
        this.random = new Random(seed);
        this.index = 0;
        this.stats = {};
        this.events = {};
        this.names = new Map(abis.flatMap((abi) => {
            const found = [];
            Interface.from(abi).forEachEvent((event) => found.push([event.topicHash, event.name]));
            return found;
        }));
        this.queued = 0;
    }

    send(from, contract, method, args) {
        return this.chain.submit({from, to: contract.address, data: contract.encode(method, args), gas: actionGas, label: method});
    }

    /** As send(), in as many blocks as it takes. */
    async setUp(from, contract, method, args) {
        await this.send(from, contract, method, args);
        this.queued += 1;
        if (this.queued % setupTransactionsPerBlock === 0) {
            await this.mine();
        }
    }

    async mine(options) {
        const mined = await this.chain.mine(options);
        for (const {label, ok, logs} of mined.receipts) {
            const count = (this.stats[label] ??= {done: 0, reverted: 0});
            count[ok ? 'done' : 'reverted'] += 1;
            for (const {topics} of logs) {
                const name = this.names.get(topics[0]);
                if (name !== undefined) {
                    this.events[name] = (this.events[name] ?? 0) + 1;
                }
            }
        }
        return mined;
    }

    /** Takes back the last `depth` blocks and lives `blocks` others in their place. */
    async reorg(depth, blocks) {
        await this.chain.rollBack(depth);
        for (let i = 0; i < blocks; i++) {
            await this.step();
        }
    }

    /** One of a table's entries, {weight, run}, in proportion to its weight. */
    async runOne(table, user) {
        const weights = Object.fromEntries(Object.entries(table).map(([name, {weight}]) => [name, weight]));
        await table[this.random.weighted(weights)].run(this, user);
    }

    /** Mostly 12 s, now and then hours, so that interest matters. */
    nextTimestamp() {
        const seconds = this.random.chance(6) ? hour * this.random.between(1, 72) : this.chain.blockSeconds;
        return this.chain.timestamp + seconds;
    }
}

/** Some of an amount, never nothing. */
export const part = (amount, percent) => (amount * BigInt(percent)) / 100n + 1n;
