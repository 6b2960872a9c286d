// SPDX-License-Identifier: Apache-2.0
// kill -9 at each step of the delivery of one alert, from its firing to its end, to two receivers.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {anyFreePort} from '../../deploy/devnet/lib/anvil.mjs';
import {faultlineConfig} from '../../deploy/devnet/lib/faultline_config.mjs';
import {Daemon} from './lib/daemon.mjs';
import {Deliveries} from './lib/deliveries.mjs';
import {SimNode, crashTape, readTape} from './lib/sim_node.mjs';
import {World} from './lib/world.mjs';

const library = process.env.FAULTLINE_KILL_LIBRARY;
const account = '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955';
const [calm, end] = [224, 230]; // The alert fires at 225, and ends at the last block.
const kinds = ['write', 'fdatasync', 'connect', 'send', 'receive'];
const maxSteps = 200;
const stands = ['--pace', '0', '--safe', '1000', '--finalized', '1000']; // Nothing is final, so every block is judged.
const {aave} = readTape(crashTape).manifest;

/** A node, two receivers, and what daemons are like here. */
class Stage {
    static async open(t) {
        const stage = new Stage();
        stage.world = new World(t);
        stage.port = await anyFreePort();
        stage.receivers = [];
        for (const name of ['first', 'second']) {
            const receiver = {name};
            receiver.sink = await stage.world.sink({onDelivery: (delivery) => receiver.deliveries.record(delivery)});
            stage.receivers.push(receiver);
        }
        stage.forget();
        const before = await stage.node('calm', calm);
        stage.live = await stage.node('live', end);
        stage.calm = path.join(stage.world.directory, 'calm-store');
        const daemon = stage.daemon('calm', before.wsUrl, stage.calm).start();
        await isAt(daemon, calm);
        assert.equal(await daemon.stop(), 0);
        return stage;
    }

    async node(name, head) {
        const node = await SimNode.start({directory: this.world.directory, name, args: ['--from-head', String(head), ...stands]});
        this.world.onClose(() => node.program.alive && node.stop());
        return node;
    }

    daemon(name, wsUrl, storeDir) {
        const apiListen = `127.0.0.1:${this.port}`;
        const receivers = this.receivers.map(({name: receiver, sink}) => `{name: ${receiver}, kind: webhook, url: "${sink.url}", allow_private: true}`);
        const config = faultlineConfig({
            market: {addresses_provider: aave.provider, pool: aave.pool, configurator: aave.configurator, oracle: aave.oracle, deployed_at: aave.deployedAt},
            wsUrl,
            chainId: 31337,
            storeDir,
            apiListen,
            overrides: {pollInterval: '50ms', maxHeadAge: '87600h', rule: {accounts: [account]}, receivers},
        });
        const daemon = new Daemon({directory: this.world.directory, config, api: `http://${apiListen}`, name});
        this.world.onClose(() => daemon.program?.alive && daemon.crash());
        return daemon;
    }

    /** From the last calm block on, with nobody having heard of anything. */
    begin(name) {
        this.forget();
        const store = path.join(this.world.directory, `${name}-store`);
        fs.cpSync(this.calm, store, {recursive: true});
        const daemon = this.daemon(name, this.live.wsUrl, store);
        daemon.storeDir = path.join(store, 'devnet');
        daemon.trace = path.join(this.world.directory, `${name}.steps`);
        fs.writeFileSync(daemon.trace, '');
        return daemon;
    }

    forget() {
        this.receivers.forEach((receiver) => (receiver.deliveries = new Deliveries()));
    }

    /** What a receiver got, as letters in order of arrival: "FE" when all went well. */
    heard({deliveries}) {
        const letters = {firing: 'F', resolved: 'E'};
        return deliveries.all.map(({transition}) => letters[transition] ?? transition).join('');
    }

    allHeard() {
        return this.receivers.every((receiver) => this.heard(receiver).endsWith('E'));
    }

    environment(daemon, at) {
        return {
            ...process.env,
            LD_PRELOAD: library,
            FAULTLINE_KILL_AT: at,
            FAULTLINE_KILL_STORE: daemon.storeDir,
            FAULTLINE_KILL_PORTS: this.receivers.map(({sink}) => sink.port).join(),
            FAULTLINE_KILL_TRACE: daemon.trace,
        };
    }

    /** Each in order, and what came twice came under the same key with the same body. */
    check(about) {
        const keys = this.receivers.map((receiver) => {
            assert.match(this.heard(receiver), /^F+E+$/, `${about}: ${receiver.name}`);
            const {deliveries} = receiver;
            assert.equal(deliveries.unique().length, 2, `${about}: ${receiver.name}`);
            for (const {at, ...said} of deliveries.all) {
                const {at: _, ...first} = deliveries.all.find(({key}) => key === said.key);
                assert.deepEqual(said, first, `${about}: ${receiver.name} is told the same again`);
            }
            return deliveries.unique().map(({key}) => key);
        });
        assert.deepEqual(keys[0], keys[1], about);
        return this.receivers.reduce((sum, {deliveries}) => sum + deliveries.all.length - 2, 0);
    }
}

const isAt = (daemon, number) =>
    daemon.waitFor(`block ${number}`, async () => (await daemon.get('/v1/status'))?.chains[0].processed?.number === number);

const nothingWaits = async (daemon) => (await daemon.get('/v1/outbox'))?.waiting.length === 0;

async function isQuiet(daemon) {
    await isAt(daemon, end);
    await daemon.waitFor('an empty outbox', () => nothingWaits(daemon));
}

/** Kills at each step in turn until there is none left; what was hit, as "write 12". */
async function killAtEach(t, when) {
    const stage = await Stage.open(t);
    const hit = [];
    let repeated = 0;
    for (let step = 1; ; step++) {
        assert.ok(step < maxSteps, 'there is an end of steps');
        const about = `${when} ${step}`;
        const daemon = stage.begin(`${when}-${step}`);
        daemon.start(stage.environment(daemon, about));
        const killed = await Promise.race([
            daemon.program.exited().then(({signal}) => signal === 'SIGKILL'),
            allSteps(stage, daemon).then(() => false),
        ]);
        if (!killed) {
            assert.equal(await daemon.stop(), 0);
            t.diagnostic(`${hit.length} kills, ${repeated} deliveries repeated: ${kinds.map((kind) => `${kind} ${hit.filter((one) => one === kind).length}`).join(', ')}`);
            return hit;
        }
        hit.push(fs.readFileSync(daemon.trace, 'utf8').split('\n').find((line) => line.startsWith(`${step} `)).split(' ')[1]);
        daemon.start();
        await daemon.waitFor('the last delivery', () => stage.allHeard());
        await isQuiet(daemon);
        assert.equal(await daemon.stop(), 0);
        repeated += stage.check(`${about}, ${hit.at(-1)}`);
        fs.rmSync(path.dirname(daemon.storeDir), {recursive: true});
    }
}

/** The daemon lived through all of it. */
async function allSteps(stage, daemon) {
    while (daemon.program.alive && !(stage.allHeard() && (await nothingWaits(daemon)))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (!daemon.program.alive) {
        await new Promise(() => {}); // Whoever waits for its end tells.
    }
}

test('killed at each step of delivery, both receivers hear of firing and end, in order', {concurrency: 2}, async (t) => {
    await Promise.all(['before', 'after'].map((when) =>
        t.test(`${when} each`, async (sub) => {
            const hit = await killAtEach(sub, when);
            for (const kind of kinds) {
                assert.ok(hit.includes(kind), `some ${kind} was hit, of ${hit.join(' ')}`);
            }
        })));
});
