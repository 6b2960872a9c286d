// SPDX-License-Identifier: Apache-2.0
// Child processes that cannot outlive us: killed when we exit, and by the kernel when we are killed.
import fs from 'node:fs';
import {spawn} from 'node:child_process';

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => fs.existsSync(path));
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A running program. It has its own session, so a Ctrl-C in our terminal reaches it through us only. */
export class ChildProgram {
    #exit;

    /** stdio of `options` is as for child_process.spawn; stdin is always closed. */
    constructor(command, args, {stdout = 'ignore', stderr = 'ignore', cwd, env} = {}) {
        const tied = setpriv ? [setpriv, '--pdeathsig', 'KILL', command, ...args] : [command, ...args];
        this.process = spawn(tied[0], tied.slice(1), {
            stdio: ['ignore', stdout, stderr],
            detached: true,
            cwd,
            env,
        });
        running.add(this.process);
        this.#exit = new Promise((resolve) => {
            const finish = (outcome) => {
                running.delete(this.process);
                this.outcome = outcome;
                resolve(outcome);
            };
            this.process.once('exit', (code, signal) => finish({code, signal}));
            this.process.once('error', (error) => finish({code: 127, signal: null, error}));
        });
    }

    get pid() {
        return this.process.pid;
    }

    get alive() {
        return this.outcome === undefined;
    }

    /** Resolves to {code, signal} when the program has ended. */
    exited() {
        return this.#exit;
    }

    kill(signal = 'SIGKILL') {
        this.process.kill(signal);
    }

    /** SIGTERM, then SIGKILL after `graceMs`. */
    async stop(graceMs = 10_000) {
        this.kill('SIGTERM');
        const timer = setTimeout(() => this.kill('SIGKILL'), graceMs);
        const outcome = await this.#exit;
        clearTimeout(timer);
        return outcome;
    }
}
