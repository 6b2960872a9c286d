// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {createRequire} from 'node:module';
import {ChildProgram, sleep} from './process.mjs';
import {Rpc} from './rpc.mjs';

const startLimitMs = 30_000;

function anvilPath() {
    const platform = `${process.platform}-${process.arch}`;
    if (platform !== 'linux-x64') {
        throw new Error(`the devnet needs anvil, which is installed for linux-x64 only; this is ${platform}`);
    }
    return createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/bin/anvil');
}

/** True when nobody listens on that port of 127.0.0.1. */
export function portIsFree(port) {
    return new Promise((resolve) => {
        const server = net.createServer();
        server.once('error', () => resolve(false));
        server.listen({port, host: '127.0.0.1', exclusive: true}, () => server.close(() => resolve(true)));
    });
}

/** The first free port at or after `first`. */
export async function nextFreePort(first) {
    for (let port = first; port < first + 200; port++) {
        if (await portIsFree(port)) {
            return port;
        }
    }
    throw new Error(`no free port on 127.0.0.1 between ${first} and ${first + 199}`);
}

/** A port the kernel gives out as free. */
export function anyFreePort() {
    return new Promise((resolve, reject) => {
        const server = net.createServer();
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const {port} = server.address();
            server.close(() => resolve(port));
        });
    });
}

/** A local Ethereum node that mines only when told to, so that a run can be repeated exactly. */
export class Anvil {
    /**
     * Starts a node; `port` 0 lets it choose one. Its log and its cache go to `directory`.
     * `timestamp` is that of the genesis block. View calls work as far back as `historyBlocks`;
     * without a limit each block takes about a megabyte of disk. `init` is a genesis file.
     */
    static async start({directory, port = 0, accounts = 64, chainId = 31337, timestamp, historyBlocks, init}) {
        fs.mkdirSync(directory, {recursive: true});
        const logFile = path.join(directory, 'anvil.log');
        const log = fs.openSync(logFile, 'w');
        const args = [
            '--host', '127.0.0.1',
            '--port', String(port),
            '--chain-id', String(chainId),
            '--hardfork', 'prague',
            '--accounts', String(accounts),
            '--balance', '1000000',
            '--order', 'fifo',
            '--gas-limit', '200000000',
            '--no-mining',
            '--auto-impersonate',
            '--cache-path', path.join(directory, 'anvil-cache'),
            '--color', 'never',
            '--timestamp', String(timestamp),
            ...(historyBlocks ? ['--prune-history', String(historyBlocks)] : []),
            ...(init ? ['--init', init] : []),
        ];
        const program = new ChildProgram(anvilPath(), args, {stdout: log, stderr: log});
        fs.closeSync(log);
        const listening = await waitForAddress(program, logFile);
        return new Anvil(program, listening, logFile);
    }

    constructor(program, port, logFile) {
        this.program = program;
        this.port = port;
        this.logFile = logFile;
        this.httpUrl = `http://127.0.0.1:${port}`;
        this.wsUrl = `ws://127.0.0.1:${port}`;
        this.rpc = new Rpc(this.httpUrl);
    }

    /** The whole state as the gzipped JSON that --load-state takes once unpacked. */
    async dumpState() {
        const hex = await this.rpc.call('anvil_dumpState');
        return Buffer.from(hex.slice(2), 'hex');
    }

    async stop() {
        this.rpc.close();
        await this.program.stop();
    }
}

async function waitForAddress(program, logFile) {
    const giveUpAt = Date.now() + startLimitMs;
    for (;;) {
        const log = fs.readFileSync(logFile, 'utf8');
        const match = /Listening on 127\.0\.0\.1:(\d+)/.exec(log);
        if (match) {
            return Number(match[1]);
        }
        if (!program.alive || Date.now() > giveUpAt) {
            program.kill();
            const reason = program.alive ? `no answer within ${startLimitMs / 1000} s` : 'it ended';
            throw new Error(`anvil did not start: ${reason}; its log ${logFile} says: ${log.trim().slice(-400)}`);
        }
        await sleep(20);
    }
}
