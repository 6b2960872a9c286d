// SPDX-License-Identifier: Apache-2.0
// Writes what a node says of a devnet's blocks as a tape (src/shell/tape/README.md): zstd-compressed JSON Lines.
import fs from 'node:fs';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {Contract} from './contract.mjs';
import {quantity} from './rpc.mjs';

/** What the formats call a market's contracts. */
function aaveManifest(manifest) {
    const reserves = Object.fromEntries(
        Object.entries(manifest.reserves)
            .filter(([, reserve]) => reserve.a_token)
            .map(([symbol, reserve]) => [symbol, {asset: reserve.token, aToken: reserve.a_token, vToken: reserve.debt_token}]),
    );
    return {
        version: manifest.version,
        pool: manifest.pool,
        configurator: manifest.configurator,
        oracle: manifest.oracle,
        provider: manifest.addresses_provider,
        acl: manifest.acl_manager,
        irs: manifest.rate_strategy,
        treasury: manifest.treasury,
        deployedAt: manifest.deployed_at,
        reserves,
    };
}

/** Records a chain as a follower would see it: blocks when they come, and those a reorg takes back. */
export class TapeRecorder {
    #chain = []; // {number, hash} of the applied blocks, oldest first
    #zstd;

    /** `accounts` are those whose figures are kept as truth. */
    constructor(devnet, {file, accounts}) {
        this.devnet = devnet;
        this.file = file;
        this.accounts = accounts;
        this.notes = [];
        this.counts = {applied: 0, reverted: 0, logs: 0, calls: 0, truth: 0};
    }

    async begin(about, seed) {
        const {market} = this.devnet;
        const tokens = Object.entries(market.manifest.reserves).map(([symbol, {token, decimals}]) => [symbol, {address: token, decimals}]);
        const feeds = Object.entries(market.manifest.reserves).map(([symbol, {feed, aggregator}]) => [
            symbol,
            {proxy: feed, aggregators: aggregator ? [aggregator] : [], kind: aggregator ? 'proxy' : 'ratio'},
        ]);
        const manifest = {
            tokens: Object.fromEntries(tokens),
            feeds: Object.fromEntries(feeds),
            aave: aaveManifest(market.manifest),
            accounts: this.accounts,
        };
        const out = fs.openSync(this.file, 'w');
        this.#zstd = spawn('zstd', ['-19', '-q', '-c'], {stdio: ['pipe', out, 'inherit']});
        fs.closeSync(out);
        this.#zstd.on('error', (error) => {
            throw new Error(`recording needs the program zstd (apt-get install zstd): ${error.message}`);
        });
        await this.#line({tape: 1, chainId: '0x7a69', about, seed, manifest});
    }

    /** Everything new since the last time. `truth` keeps the contract's figures at the head. */
    async catchUp({truth = false} = {}) {
        const {rpc, head} = this.devnet.chain;
        await this.#takeBack();
        for (let number = this.#chain.length; number <= head; number++) {
            await this.#apply(await rpc.call('eth_getBlockByNumber', [quantity(number), false]), truth && number === head);
        }
    }

    async end() {
        const ended = once(this.#zstd, 'close');
        this.#zstd.stdin.end();
        const [code] = await ended;
        if (code !== 0) {
            throw new Error(`zstd ended with exit code ${code}`);
        }
    }

    async #takeBack() {
        const {rpc} = this.devnet.chain;
        while (this.#chain.length > 0) {
            const tip = this.#chain[this.#chain.length - 1];
            const now = await rpc.call('eth_getBlockByNumber', [tip.number, false]);
            if (now?.hash === tip.hash) {
                return;
            }
            this.#chain.pop();
            this.counts.reverted += 1;
            await this.#line({reverted: tip});
        }
    }

    async #apply({transactions, ...header}, truth) {
        const {rpc} = this.devnet.chain;
        const block = {blockHash: header.hash};
        const line = {
            header,
            logs: await rpc.call('eth_getLogs', [block]),
            calls: await this.#answers(await this.#reads(block), block),
            truth: truth ? await this.#truth(block) : [],
            receipts: await rpc.call('eth_getBlockReceipts', [header.number]),
        };
        if (this.notes.length > 0) {
            line.notes = this.notes;
            this.notes = [];
        }
        this.#chain.push({number: header.number, hash: header.hash});
        this.counts.applied += 1;
        this.counts.logs += line.logs.length;
        this.counts.calls += line.calls.length;
        this.counts.truth += line.truth.length;
        await this.#line(line);
    }

    /** What no log carries and a follower may ask at this block. */
    async #reads(block) {
        const {chain, market} = this.devnet;
        const code = (address) => chain.rpc.call('eth_getCode', [address, block]);
        const reads = [];
        const has = async (address) => address !== undefined && (await code(address)) !== '0x';
        const call = (contract, method, args) => reads.push({to: contract.address, data: contract.encode(method, args)});
        if (await has(market.pool.address)) {
            call(market.pool, 'POOL_REVISION', []);
            call(market.pool.at(await this.#implementation(market.pool.address, block)), 'POOL_REVISION', []);
            if (await has(market.oracle.address)) {
                const assets = await chain.call(market.pool, 'getReservesList', [], block);
                call(market.oracle, 'getAssetsPrices', [[...assets]]);
            }
        }
        for (const {feed, aggregator} of Object.values(market.manifest.reserves)) {
            if (await has(feed)) {
                call(new Contract(feed, market.feedProxy.interface), aggregator ? 'aggregator' : 'latestRoundData', []);
            }
        }
        return reads;
    }

    async #implementation(proxy, block) {
        // EIP-1967: keccak256("eip1967.proxy.implementation") - 1.
        const slot = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
        const word = await this.devnet.chain.rpc.call('eth_getStorageAt', [proxy, slot, block]);
        return '0x' + word.slice(-40);
    }

    #answers(reads, block) {
        return Promise.all(reads.map(async (read) => ({...read, ...(await this.#answer(read, block))})));
    }

    /** {result}, and `reverted` when that is what it reverted with. */
    async #answer({to, data}, block) {
        try {
            return {result: await this.devnet.chain.rpc.call('eth_call', [{to, data}, block])};
        } catch (error) {
            if (error.code !== 3) {
                throw error;
            }
            return {result: error.data ?? '0x', reverted: true};
        }
    }

    async #truth(block) {
        const {pool} = this.devnet.market;
        const reads = this.accounts.map((account) => ({
            to: pool.address,
            data: pool.encode('getUserAccountData', [account]),
            label: `aave.getUserAccountData:${account.toLowerCase()}`,
        }));
        return (await this.#answers(reads, block)).map(({to, data, result, label, ...more}) => ({to, data, result, ...more, label}));
    }

    async #line(value) {
        if (!this.#zstd.stdin.write(JSON.stringify(value) + '\n')) {
            await once(this.#zstd.stdin, 'drain');
        }
    }
}
