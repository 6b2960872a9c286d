// SPDX-License-Identifier: Apache-2.0
// Plants bugs one at a time in a copy of the sources and says which seed of the simulation finds
// each. Ends with 1 when one is not found that should be, or cannot be planted because the code has
// changed.
//
//   node tests/sim/planted_bugs.mjs [--seeds N] [--only TEXT]
import fs from 'node:fs';
import path from 'node:path';
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {bugs} from './planted_bug_list.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const copy = path.join(root, 'build/planted');
const build = path.join(copy, 'build/release');
const seedsAtOnce = 20;
const {values: options} = parseArgs({options: {seeds: {type: 'string', default: '500'}, only: {type: 'string', default: ''}}});
const seeds = Number(options.seeds);

function must(command, args, settings = {}) {
    const said = spawnSync(command, args, {encoding: 'utf8', maxBuffer: 1 << 28, ...settings});
    if (said.status !== 0) {
        throw new Error(`${command} ${args.join(' ')} failed:\n${said.stdout?.slice(-3000)}${said.stderr?.slice(-3000)}`);
    }
    return said.stdout;
}

/** The files that git knows, as they are now; what is unchanged keeps its time, so little is built again. */
function copySources() {
    for (const file of must('git', ['-C', root, 'ls-files', '-z']).split('\0').filter(Boolean)) {
        const [from, to] = [path.join(root, file), path.join(copy, file)];
        const text = fs.readFileSync(from);
        if (!fs.existsSync(to) || !fs.readFileSync(to).equals(text)) {
            fs.mkdirSync(path.dirname(to), {recursive: true});
            fs.writeFileSync(to, text);
        }
    }
    if (!fs.existsSync(path.join(build, 'build.ninja'))) {
        must('cmake', ['-S', copy, '--preset', 'release']);
    }
}

function plant({edits}) {
    return edits.map(({file, from, to}) => {
        const name = path.join(copy, file);
        const text = fs.readFileSync(name, 'utf8');
        if (text.split(from).length !== 2) {
            throw new Error(`${file} has no single place that reads\n${from}\nthe code has changed: say how to plant this bug now`);
        }
        fs.writeFileSync(name, text.replace(from, () => to));
        return {name, text};
    });
}

/** The first seed whose invariants do not hold, with what the simulation says; undefined if all hold. */
function firstFailure() {
    for (let first = 1; first <= seeds; first += seedsAtOnce) {
        const said = spawnSync(path.join(build, 'tests/sim/sim_run'), ['--from', String(first), '--count', String(seedsAtOnce)],
            {encoding: 'utf8', maxBuffer: 1 << 28, timeout: 600_000});
        const failed = /^seed (\d+): FAILED: (.*)$/m.exec(said.stdout);
        if (failed) {
            return {seed: Number(failed[1]), says: failed[2]};
        }
        if (said.status !== 0) {
            return {seed: first, says: said.signal ? 'it never ends or breaks down' : said.stderr.slice(-300)};
        }
    }
    return undefined;
}

copySources();
must('ninja', ['-C', build, 'sim_run'], {stdio: ['ignore', 'inherit', 'inherit']});
const sound = options.only ? undefined : firstFailure();
if (sound) {
    throw new Error(`without a planted bug, seed ${sound.seed} fails: ${sound.says}`);
}
let missed = 0;
console.log('| planted bug | first seed that finds it | by |\n| --- | --- | --- |');
for (const bug of bugs.filter(({name}) => name.includes(options.only))) {
    const before = plant(bug);
    try {
        must('ninja', ['-C', build, 'sim_run']);
        const found = firstFailure();
        missed += found || bug.missed ? 0 : 1;
        console.log(`| ${bug.name} | ${found?.seed ?? `none of ${seeds}`} | ${found?.says.slice(0, 100) ?? bug.missed ?? ''} |`);
    } finally {
        before.reverse().forEach(({name, text}) => fs.writeFileSync(name, text));
    }
}
process.exitCode = missed > 0 ? 1 : 0;
