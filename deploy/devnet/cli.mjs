#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import {parseArgs} from 'node:util';
import {nextFreePort} from './lib/anvil.mjs';
import {defaultCacheDir, loadArtifacts} from './lib/artifacts.mjs';
import {Demo} from './lib/demo.mjs';
import {Devnet} from './lib/devnet.mjs';
import {faultlineConfig} from './lib/faultline_config.mjs';

const usage = `usage: node cli.mjs COMMAND [options]

A local chain (anvil) with the real Aave V3.6 contracts and a seeded market.

commands
  serve      keep a market running in which prices fall and recover; Ctrl-C ends it
  build      deploy and seed a market, write its state, stop
  compile    compile the contracts into the cache, nothing else

options
  --out DIR          where manifest.json, faultline.yaml and logs go (default build/devnet/out)
  --cache DIR        where compiled contracts are kept (default build/devnet of the repository)
  --port N           first port to try (default 8545; the next free one is taken)
  --users N          number of users (default 40)
  --seed N           seed of everything random (default 1)
  --block-ms N       serve: milliseconds between blocks (default 1000)
  --store DIR        serve: store folder written into faultline.yaml (default DIR/store)
  --api HOST:PORT    serve: API address written into faultline.yaml (default 127.0.0.1:9464)
  --sink URL         serve: webhook written into faultline.yaml (default http://127.0.0.1:9465/alerts)
`;

const options = {
    out: {type: 'string', default: path.join(defaultCacheDir, 'out')},
    cache: {type: 'string', default: defaultCacheDir},
    port: {type: 'string', default: '8545'},
    users: {type: 'string', default: '40'},
    seed: {type: 'string', default: '1'},
    'block-ms': {type: 'string', default: '1000'},
    store: {type: 'string'},
    api: {type: 'string', default: '127.0.0.1:9464'},
    sink: {type: 'string', default: 'http://127.0.0.1:9465/alerts'},
    help: {type: 'boolean', short: 'h', default: false},
};
const secondsBeforeNow = 3600;
// As far back as a follower of the demo may have to look.
const historyBlocks = 300;

const say = (text) => console.log(text);

/** A file that is there is complete: readers may wait for its name. */
function writeFile(file, content) {
    fs.writeFileSync(`${file}.new`, content);
    fs.renameSync(`${file}.new`, file);
}

async function startDevnet(values, extra) {
    fs.mkdirSync(values.out, {recursive: true});
    return Devnet.start({
        directory: values.out,
        users: Number(values.users),
        seed: Number(values.seed),
        cacheDir: values.cache,
        progress: say,
        ...extra,
    });
}

async function serve(values) {
    const stop = stopRequested();
    const port = await nextFreePort(Number(values.port));
    if (port !== Number(values.port)) {
        say(`port ${values.port} is taken, using ${port}`);
    }
    const genesis = Math.floor(Date.now() / 1000) - secondsBeforeNow;
    const devnet = await startDevnet(values, {port, genesis, historyBlocks});
    devnet.anvil.program.exited().then(({code, signal}) => {
        if (!stop.requested) {
            console.error(`anvil ended by itself (${signal ?? code}); its log is ${devnet.anvil.logFile}`);
            process.exit(1);
        }
    });
    const demo = new Demo(devnet.workload, say);
    await demo.prepare();
    const manifest = devnet.manifest();
    writeFile(path.join(values.out, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
    const config = faultlineConfig({
        market: manifest.aave_v3,
        wsUrl: manifest.ws_url,
        chainId: manifest.chain_id,
        storeDir: path.resolve(values.store ?? path.join(values.out, 'store')),
        apiListen: values.api,
        sinkUrl: values.sink,
    });
    writeFile(path.join(values.out, 'faultline.yaml'), config);
    say(`chain ${manifest.chain_id} is up at ${manifest.ws_url}, head ${manifest.head.number}, ${demo.borrowers.length} borrowers`);
    await demo.play({blockMs: Number(values['block-ms']), stopped: () => stop.requested});
    await devnet.stop();
    say('stopped');
}

async function build(values) {
    const devnet = await startDevnet(values, {});
    const state = zlib.gunzipSync(await devnet.anvil.dumpState());
    writeFile(path.join(values.out, 'state.json'), state);
    writeFile(path.join(values.out, 'manifest.json'), JSON.stringify(devnet.manifest(), null, 2) + '\n');
    say(`head ${devnet.chain.head} ${devnet.chain.headHash}, state in ${values.out}`);
    await devnet.stop();
}

function stopRequested() {
    const stop = {requested: false};
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.on(signal, () => {
            if (stop.requested) {
                process.exit(130);
            }
            stop.requested = true;
        });
    }
    return stop;
}

async function main() {
    const {values, positionals} = parseArgs({options, allowPositionals: true});
    const [command] = positionals;
    if (values.help) {
        say(usage);
    } else if (command === 'serve') {
        await serve(values);
    } else if (command === 'build') {
        await build(values);
    } else if (command === 'compile') {
        await loadArtifacts({cacheDir: values.cache, progress: say});
    } else {
        console.error(usage);
        process.exitCode = 2;
    }
}

try {
    await main();
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}
