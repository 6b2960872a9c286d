// SPDX-License-Identifier: Apache-2.0
// The commands beside `faultline run`.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {execFile} from 'node:child_process';
import {ChildProgram, sleep} from '../../../deploy/devnet/lib/process.mjs';
import {faultline} from './daemon.mjs';

const limitMs = 180_000;

/** What `faultline ...` said and ended with. Asynchronous: the node's proxy lives in this process. */
export function say(...args) {
    return new Promise((resolve) => {
        execFile(faultline, args, (error, out, err) => resolve({status: error?.code ?? 0, out, err}));
    });
}

/** Of the rows that a replay arrived at. */
export const digest = (said) => /state: (\d+ rows, digest 0x[0-9a-f]{64})/.exec(said.out)?.[1];
/** How many views a replay held against the rows, all of which were equal; -1 otherwise. */
export const compared = (said) => Number(/verify: (\d+) compared, 0 mismatches/.exec(said.out)?.[1] ?? -1);

/** Waits until a replay of the tape reaches that block. */
export async function recorded(tape, hash) {
    const giveUpAt = Date.now() + limitMs;
    for (;;) {
        const said = await say('replay', '--tape', tape);
        if (said.out.includes(hash)) {
            return;
        }
        assert.ok(Date.now() < giveUpAt, `the tape does not reach ${hash}: ${said.out}${said.err}`);
        await sleep(200);
    }
}

/** A running `faultline record` of the daemon's chain, with every fifth block's truth. */
export function record(world, daemon, tape, logFile) {
    const log = fs.openSync(logFile, 'a');
    const program = new ChildProgram(
        faultline, ['record', daemon.configFile, '--tape', tape, '--truth-every', '5'], {stdout: log, stderr: log});
    fs.closeSync(log);
    world.onClose(() => program.alive && program.kill());
    return program;
}
