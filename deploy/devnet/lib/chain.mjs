// SPDX-License-Identifier: Apache-2.0
import {getAddress} from 'ethers';
import {creationCode} from './contract.mjs';
import {MiningGate} from './mining_gate.mjs';
import {quantity} from './rpc.mjs';
import {sleep} from './process.mjs';

const setupGas = 30_000_000;
const maxFeePerGas = quantity(500_000_000_000n);

/**
 * Sends transactions and mines the blocks that hold them, one at a time, each with a timestamp
 * given beforehand: the same calls give the same chain, hashes included.
 */
export class Chain {
    #nonces = new Map();
    #submitted = [];

    static async connect(rpc) {
        const head = await rpc.call('eth_getBlockByNumber', ['latest', false]);
        const accounts = await rpc.call('eth_accounts');
        // Blocks that the node makes by itself, in a reorg, take no time from its clock.
        await rpc.call('anvil_setBlockTimestampInterval', [1]);
        return new Chain(rpc, head, accounts.map((account) => getAddress(account)));
    }

    constructor(rpc, head, accounts) {
        this.rpc = rpc;
        this.accounts = accounts;
        this.gate = new MiningGate();
        this.blockSeconds = 12;
        this.#moveTo(head);
    }

    /** Queues a transaction for the next block. `label` comes back with its receipt. */
    async submit({from, to, data, value = 0n, gas = 3_000_000, label}) {
        const nonce = this.#nonces.get(from) ?? Number(await this.rpc.call('eth_getTransactionCount', [from, 'latest']));
        this.#nonces.set(from, nonce + 1);
        const transaction = {from, data, nonce: quantity(nonce), gas: quantity(gas), maxFeePerGas, maxPriorityFeePerGas: '0x1'};
        if (to !== undefined) {
            transaction.to = to;
        }
        if (value > 0n) {
            transaction.value = quantity(value);
        }
        const hash = await this.rpc.call('eth_sendTransaction', [transaction]);
        this.#submitted.push({hash, label});
    }

    /** Mines everything submitted into one block; resolves to {block, receipts}, each with its label. */
    async mine({timestamp = this.timestamp + this.blockSeconds} = {}) {
        await this.rpc.call('evm_setNextBlockTimestamp', [timestamp]);
        const block = await this.gate.change(async () => {
            await this.rpc.call('evm_mine');
            return this.#block(this.head + 1);
        });
        const receipts = block.transactions.length > 0 ? await this.rpc.call('eth_getBlockReceipts', [block.number]) : [];
        const byHash = new Map(receipts.map((receipt) => [receipt.transactionHash, receipt]));
        for (const {hash, label} of this.#submitted) {
            const receipt = byHash.get(hash);
            if (!receipt) {
                throw new Error(`the transaction "${label}" (${hash}) was not mined in block ${this.head + 1}`);
            }
            receipt.label = label;
            receipt.ok = receipt.status === '0x1';
        }
        this.#submitted = [];
        this.#moveTo(block);
        return {block, receipts};
    }

    /** Sends one transaction in a block of its own; throws when it reverts. */
    async execute({from, to, data, label}) {
        await this.submit({from, to, data, label, gas: setupGas});
        const {receipts} = await this.mine();
        const receipt = receipts[receipts.length - 1];
        if (!receipt.ok) {
            throw new Error(`"${label}" reverted: ${await this.#revertReason({from, to, data})}`);
        }
        return receipt;
    }

    async deploy(from, artifact, args = [], libraries = {}) {
        const data = creationCode(artifact, args, libraries);
        const receipt = await this.execute({from, data, label: `deploy ${artifact.name}`});
        return getAddress(receipt.contractAddress);
    }

    /** A view call as of `block`: a tag or {blockHash}. */
    async call(contract, method, args = [], block = 'latest') {
        const data = contract.encode(method, args);
        return contract.decode(method, await this.rpc.call('eth_call', [{to: contract.address, data}, block]));
    }

    /** Takes the last `depth` blocks off the chain; the node says nothing until the next block. */
    async rollBack(depth) {
        await this.gate.change(() => this.rpc.call('anvil_rollback', [depth]));
        await this.#reload();
    }

    /** Replaces the last `depth` blocks by empty ones at the same heights. */
    async replaceByEmpty(depth) {
        await this.gate.change(() => this.rpc.call('anvil_reorg', [depth, []]));
        await this.#reload();
    }

    async #reload() {
        this.#nonces.clear();
        this.#submitted = [];
        this.#moveTo(await this.rpc.call('eth_getBlockByNumber', ['latest', false]));
    }

    #moveTo(block) {
        this.head = Number(block.number);
        this.headHash = block.hash;
        this.timestamp = Number(block.timestamp);
    }

    /** The node may answer evm_mine a moment before it serves the block. */
    async #block(number) {
        for (let attempt = 0; attempt < 400; attempt++) {
            const block = await this.rpc.call('eth_getBlockByNumber', [quantity(number), false]);
            if (block) {
                return block;
            }
            await sleep(5);
        }
        throw new Error(`the node mined block ${number} but does not serve it`);
    }

    async #revertReason({from, to, data}) {
        try {
            await this.rpc.call('eth_call', [{from, to, data}, 'latest']);
            return 'no reason given';
        } catch (error) {
            return `${error.message} ${JSON.stringify(error.data ?? '')}`;
        }
    }
}
