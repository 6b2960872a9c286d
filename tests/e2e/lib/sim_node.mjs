// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {ChildProgram, sleep} from '../../../deploy/devnet/lib/process.mjs';
import {faultline} from './daemon.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const startLimitMs = 30_000;
const maxTapeBytes = 1 << 30;

/** The tape that deploy/run plays. */
export const crashTape = path.join(root, 'deploy/demo/devnet-crash.jsonl.zst');

/** A tape read by a program that is not ours: its manifest, its blocks by number, the last branch only. */
export function readTape(file) {
    const lines = execFileSync('zstd', ['-dcq', file], {maxBuffer: maxTapeBytes}).toString().trimEnd().split('\n').map((line) => JSON.parse(line));
    const [{manifest}, ...steps] = lines;
    const blocks = [];
    let reverted = 0;
    for (const step of steps) {
        if (step.reverted) {
            blocks.pop();
            reverted += 1;
        } else {
            blocks[Number(step.header.number)] = step;
        }
    }
    return {manifest, blocks, reverted, last: blocks[blocks.length - 1]};
}

/** A running `faultline simnode`. */
export class SimNode {
    static async start({directory, name = 'simnode', tape = crashTape, args = []}) {
        const file = path.join(directory, `${name}.log`);
        const log = fs.openSync(file, 'w');
        const program = new ChildProgram(faultline, ['simnode', '--tape', tape, '--listen', '127.0.0.1:0', ...args], {stdout: log, stderr: log});
        fs.closeSync(log);
        const node = new SimNode(program, file);
        const giveUpAt = Date.now() + startLimitMs;
        while (node.port === undefined) {
            node.port = /^serving +https?:\/\/127\.0\.0\.1:(\d+)/m.exec(node.output())?.[1];
            if (!program.alive || Date.now() > giveUpAt) {
                throw new Error(`the simulated node did not start:\n${node.output()}`);
            }
            await sleep(10);
        }
        const secure = args.includes('--tls-cert') ? 's' : '';
        node.httpUrl = `http${secure}://127.0.0.1:${node.port}`;
        node.wsUrl = `ws${secure}://127.0.0.1:${node.port}`;
        return node;
    }

    constructor(program, file) {
        this.program = program;
        this.file = file;
    }

    output() {
        return fs.readFileSync(this.file, 'utf8');
    }

    /** Its exit code. */
    async stop() {
        const {code, signal} = await this.program.stop();
        return signal ?? code;
    }

    async call(method, params = []) {
        const response = await fetch(this.httpUrl, {
            method: 'POST',
            headers: {'content-type': 'application/json'},
            body: JSON.stringify({jsonrpc: '2.0', id: 1, method, params}),
        });
        return response.json();
    }

    /** How often each kind of fault struck; known once it has stopped. */
    faults() {
        const [, text] = /^faults +(.*)$/m.exec(this.output()) ?? [];
        return Object.fromEntries((text ?? '').split(', ').filter(Boolean).map((one) => {
            const [kind, count] = one.split(' ');
            return [kind, Number(count)];
        }));
    }
}
