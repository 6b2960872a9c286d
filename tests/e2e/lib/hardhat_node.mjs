// SPDX-License-Identifier: Apache-2.0
// A node of other authors than anvil's: Hardhat's, installed by tests/run into tests/e2e/peer.
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {ChildProgram, sleep} from '../../../deploy/devnet/lib/process.mjs';
import {anyFreePort} from '../../../deploy/devnet/lib/anvil.mjs';
import {Rpc} from '../../../deploy/devnet/lib/rpc.mjs';

const peerDirectory = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../peer');
const startLimitMs = 60_000;

/** What the devnet asks of anvil, in the words of Hardhat's node. */
class HardhatRpc extends Rpc {
    #snapshots = new Map(); // Of the state at each block's end, by its number.

    async call(method, params = []) {
        switch (method) {
            case 'anvil_setBlockTimestampInterval':
                return null;
            case 'evm_mine':
                await this.#remember();
                return super.call(method, params);
            case 'anvil_rollback':
                return this.#rollBack(params[0]);
            case 'eth_getBlockReceipts':
                return this.#receipts(params[0]);
            default:
                return super.call(method, params);
        }
    }

    async #head() {
        return Number(await super.call('eth_blockNumber'));
    }

    async #remember() {
        // A snapshot holds the pool of transactions, too, so what waits there is put back by nobody.
        this.#snapshots.set(await this.#head(), await super.call('evm_snapshot'));
    }

    async #rollBack(depth) {
        const target = (await this.#head()) - depth;
        const snapshot = this.#snapshots.get(target);
        if (!snapshot || !(await super.call('evm_revert', [snapshot]))) {
            throw new Error(`there is no snapshot of block ${target}`);
        }
        for (const {hash} of (await super.call('eth_getBlockByNumber', ['pending', true])).transactions) {
            await super.call('hardhat_dropTransaction', [hash]);
        }
        return null;
    }

    async #receipts(block) {
        const {transactions} = await super.call('eth_getBlockByNumber', [block, false]);
        const receipts = [];
        for (const hash of transactions) {
            receipts.push(await super.call('eth_getTransactionReceipt', [hash]));
        }
        return receipts;
    }
}

/** Offers what Anvil does to a Devnet. */
export class HardhatNode {
    static async start({directory, accounts, timestamp}) {
        fs.mkdirSync(directory, {recursive: true});
        const config = path.join(directory, 'hardhat.config.cjs');
        fs.writeFileSync(config, `module.exports = ${JSON.stringify({
            solidity: '0.8.27',
            networks: {hardhat: {
                chainId: 31337,
                hardfork: 'prague',
                blockGasLimit: 200_000_000,
                initialDate: new Date(timestamp * 1000).toISOString(),
                mining: {auto: false, interval: 0, mempool: {order: 'fifo'}},
                accounts: {count: accounts, accountsBalance: '1000000000000000000000000'},
            }},
        })};`);
        const port = await anyFreePort();
        const logFile = path.join(directory, 'hardhat.log');
        const log = fs.openSync(logFile, 'w');
        const cli = createRequire(path.join(peerDirectory, 'package.json')).resolve('hardhat/internal/cli/bootstrap');
        const args = [cli, '--config', config, 'node', '--hostname', '127.0.0.1', '--port', String(port)];
        const program = new ChildProgram(process.execPath, args, {
            stdout: log,
            stderr: log,
            cwd: peerDirectory,
            env: {...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true'},
        });
        fs.closeSync(log);
        const giveUpAt = Date.now() + startLimitMs;
        while (!fs.readFileSync(logFile, 'utf8').includes('Started HTTP and WebSocket JSON-RPC server')) {
            if (!program.alive || Date.now() > giveUpAt) {
                program.kill();
                throw new Error(`Hardhat's node did not start; its log says:\n${fs.readFileSync(logFile, 'utf8').slice(-2000)}`);
            }
            await sleep(50);
        }
        return new HardhatNode(program, port);
    }

    constructor(program, port) {
        this.program = program;
        this.httpUrl = `http://127.0.0.1:${port}`;
        this.wsUrl = `ws://127.0.0.1:${port}`;
        this.rpc = new HardhatRpc(this.httpUrl);
    }

    async stop() {
        this.rpc.close();
        await this.program.stop(2_000);
    }
}
