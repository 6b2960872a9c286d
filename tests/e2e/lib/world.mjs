// SPDX-License-Identifier: Apache-2.0
// What a test lives in: a folder, a devnet, a sink, daemons. All of it is gone when the test ends.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {Devnet} from '../../../deploy/devnet/lib/devnet.mjs';
import {anyFreePort} from '../../../deploy/devnet/lib/anvil.mjs';
import {faultlineConfig} from '../../../deploy/devnet/lib/faultline_config.mjs';
import {FaultProxy} from '../../../deploy/devnet/lib/fault_proxy.mjs';
import {sleep} from '../../../deploy/devnet/lib/process.mjs';
import {WebhookSink} from '../../../deploy/devnet/lib/webhook_sink.mjs';
import {Daemon} from './daemon.mjs';

export {sleep};

export class World {
    #closers = [];

    constructor(t) {
        this.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faultline-e2e-'));
        t.after(() => this.close());
    }

    async close() {
        for (const close of this.#closers.reverse()) {
            await close();
        }
        fs.rmSync(this.directory, {recursive: true, force: true});
    }

    onClose(close) {
        this.#closers.push(close);
    }

    /** Daemons reach it through `endpoint`, a proxy that changes nothing but respects the gate. */
    async devnet(options = {}) {
        const devnet = await Devnet.start({directory: path.join(this.directory, 'chain'), ...options});
        this.onClose(() => devnet.stop());
        devnet.endpoint = await this.proxy(devnet);
        return devnet;
    }

    async sink(options) {
        const sink = await new WebhookSink(options).listen();
        this.onClose(() => sink.close());
        return sink;
    }

    async proxy(devnet) {
        const proxy = await new FaultProxy(devnet.anvil.httpUrl, devnet.chain.gate).listen();
        this.onClose(() => proxy.close());
        return proxy;
    }

    /** A daemon with its own store; not started. `overrides` is as for faultlineConfig(). */
    async daemon(devnet, {name = 'faultline', wsUrl = devnet.endpoint.wsUrl, sink, chainId = 31337, storeDir, port, ...overrides} = {}) {
        const apiListen = `127.0.0.1:${port ?? (await anyFreePort())}`;
        const config = faultlineConfig({
            section: devnet.part.section(devnet.market.manifest),
            wsUrl,
            chainId,
            storeDir: storeDir ?? path.join(this.directory, `${name}-store`),
            apiListen,
            sinkUrl: sink?.url ?? 'http://127.0.0.1:9/nobody',
            // The devnet's blocks have times of their own.
            overrides: {pollInterval: '100ms', maxHeadAge: '87600h', ...overrides},
        });
        const daemon = new Daemon({directory: this.directory, config, api: `http://${apiListen}`, name});
        this.onClose(async () => {
            if (daemon.program?.alive) {
                await daemon.crash();
            }
        });
        return daemon;
    }
}
