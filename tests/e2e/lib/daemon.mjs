// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ChildProgram, sleep} from '../../../deploy/devnet/lib/process.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** The program under test; ctest says which build. */
export const faultline = process.env.FAULTLINE_BINARY ?? path.join(root, 'build/release/faultline');

const pollMs = 20;

/** A running `faultline run`, its API and its log. */
export class Daemon {
    /** Writes `config` to `directory` and starts; `api` is the URL of its listen address. */
    constructor({directory, config, api, name = 'faultline'}) {
        this.configFile = path.join(directory, `${name}.yaml`);
        this.logFile = path.join(directory, `${name}.log`);
        this.api = api;
        fs.writeFileSync(this.configFile, config);
        fs.writeFileSync(this.logFile, '');
    }

    /** Gives an endpoint of the configuration another name. */
    rename(from, to) {
        const config = fs.readFileSync(this.configFile, 'utf8');
        fs.writeFileSync(this.configFile, config.replace(`name: ${from},`, `name: ${to},`));
    }

    /** `env` is our own unless given. */
    start(env, options = []) {
        const log = fs.openSync(this.logFile, 'a');
        this.program = new ChildProgram(faultline, ['run', this.configFile, ...options], {stdout: log, stderr: log, env});
        fs.closeSync(log);
        return this;
    }

    /** As a power cut would: nothing is flushed, nothing is said. */
    async crash() {
        this.program.kill('SIGKILL');
        await this.program.exited();
    }

    /** Asks it to stop; resolves to its exit code. */
    async stop() {
        const {code, signal} = await this.program.stop(20_000);
        return signal ?? code;
    }

    /** Its exit code once it has ended by itself. */
    async exitCode(limitMs = 20_000) {
        const ended = await Promise.race([this.program.exited(), sleep(limitMs).then(() => undefined)]);
        if (ended === undefined) {
            throw new Error(`faultline still runs after ${limitMs / 1000} s; its log:\n${this.log()}`);
        }
        return ended.signal ?? ended.code;
    }

    log() {
        return fs.readFileSync(this.logFile, 'utf8');
    }

    /** The parsed answer; undefined when there is none, or it is not a success. */
    async get(resource) {
        try {
            const response = await fetch(this.api + resource, {signal: AbortSignal.timeout(10_000)});
            return response.ok ? await response.json() : undefined;
        } catch {
            return undefined;
        }
    }

    /** The HTTP status; 0 when nobody answers. */
    async status(resource) {
        try {
            return (await fetch(this.api + resource, {signal: AbortSignal.timeout(10_000)})).status;
        } catch {
            return 0;
        }
    }

    /** Waits until `probe` gives something other than undefined or false. Only a broken program waits out the limit. */
    async waitFor(what, probe, limitMs = 120_000) {
        const giveUpAt = Date.now() + limitMs;
        for (;;) {
            const found = await probe();
            if (found !== undefined && found !== false) {
                return found;
            }
            if (!this.program.alive) {
                throw new Error(`faultline ended while waiting for ${what}; its log:\n${this.log()}`);
            }
            if (Date.now() > giveUpAt) {
                throw new Error(`no ${what} within ${limitMs / 1000} s; the end of the log:\n${this.log().slice(-4000)}`);
            }
            await sleep(pollMs);
        }
    }

    /** The accounts as of the block with that hash, once it is processed. */
    accountsAt(hash, limitMs) {
        return this.reportAt(hash, '/v1/chains/devnet/aave/devnet/accounts', limitMs);
    }

    /** What that resource answers as of the block with that hash. */
    reportAt(hash, resource, limitMs) {
        return this.waitFor(`${resource} at ${hash}`, async () => {
            const report = await this.get(resource);
            return report?.block?.hash === hash ? report : undefined;
        }, limitMs);
    }

    /** Waits until it stands no more than so many blocks below the chain's head. */
    waitWithin(blocks, chain) {
        return this.waitFor(`block within ${blocks} of ${chain.head}`, async () => {
            const answer = await this.get('/v1/status');
            const processed = answer?.chains[0].processed?.number ?? 0;
            return processed + blocks >= chain.head;
        });
    }

    waitForLog(pattern, limitMs) {
        return this.waitFor(`log line ${pattern}`, () => pattern.exec(this.log()) ?? undefined, limitMs);
    }
}
