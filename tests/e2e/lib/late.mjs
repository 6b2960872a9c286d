// SPDX-License-Identifier: Apache-2.0
// Daemons that meet a market in mid-life, and `faultline bootstrap`, which reads it for them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {spawn} from 'node:child_process';
import {sleep} from '../../../deploy/devnet/lib/process.mjs';
import {faultline} from './daemon.mjs';

/** A daemon whose configuration does not say where the market begins. */
export async function unknowing(world, devnet, name, overrides = {}) {
    const daemon = await world.daemon(devnet, {name, ...overrides});
    const config = fs.readFileSync(daemon.configFile, 'utf8');
    fs.writeFileSync(daemon.configFile, config.replace(/ *start_block: 0\n/, '').replace(/ *deployed_at: .*\n/, ''));
    return daemon;
}

/** Runs it to its end, or kills it so long after it said something; a status of null is a kill. */
export async function bootstrap(daemon, {more = [], killAt, killAfterMs = 0} = {}) {
    const program = spawn(faultline, ['bootstrap', daemon.configFile, ...more], {stdio: ['ignore', 'pipe', 'pipe']});
    let text = '';
    const said = async (bytes) => {
        text += bytes;
        if (killAt?.test(text)) {
            await (killAfterMs > 0 ? sleep(killAfterMs) : undefined);
            program.kill('SIGKILL');
        }
    };
    program.stdout.on('data', said);
    program.stderr.on('data', said);
    return {status: await new Promise((resolve) => program.on('close', resolve)), text};
}

/** As bootstrap(), killed on its way; resolves to how often it went on with what it had read. */
export async function bootstrapThroughKills(daemon) {
    let resumed = 0;
    for (const killAt of [/reading at the finalized block/, /searched the logs/, /accounts read/, undefined]) {
        const {status, text} = await bootstrap(daemon, {killAt});
        resumed += /going on with the bootstrap at block/.test(text) ? 1 : 0;
        if (status === 0) {
            return resumed;
        }
        assert.equal(status, null, text);
    }
    throw new Error('it was killed, and nobody killed it');
}
