// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';

/** Passes TCP connections on to `port`, until it falls silent: then nothing passes on those it has, and none is closed. */
export class Relay {
    #server;
    #pairs = new Set();

    constructor(port) {
        this.target = port;
    }

    async listen() {
        this.#server = net.createServer((client) => {
            const node = net.connect(this.target, '127.0.0.1');
            const pair = [client, node];
            this.#pairs.add(pair);
            for (const [from, to] of [pair, [node, client]]) {
                from.pipe(to);
                from.on('error', () => to.destroy());
                from.on('close', () => {
                    to.destroy();
                    this.#pairs.delete(pair);
                });
            }
        });
        await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
        this.port = this.#server.address().port;
        return this;
    }

    /** Stops forwarding on every connection there is, both ways; new ones pass. Returns how many. */
    silence() {
        for (const [client, node] of this.#pairs) {
            client.unpipe(node);
            node.unpipe(client);
            client.pause();
            node.pause();
        }
        return this.#pairs.size;
    }

    async close() {
        const closed = new Promise((resolve) => this.#server.close(resolve));
        this.#pairs.forEach((pair) => pair.forEach((side) => side.destroy()));
        await closed;
    }
}
