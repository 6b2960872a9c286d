// SPDX-License-Identifier: Apache-2.0
// Stands between a follower and the node, and misbehaves on request.
import http from 'node:http';
import WebSocket, {WebSocketServer} from 'ws';

/** A whole HTTP answer in place of JSON-RPC; throw one from a fault. */
export class RawAnswer extends Error {
    constructor({status = 200, headers = {}, body = ''}) {
        super(`HTTP ${status}`);
        Object.assign(this, {status, headers, body});
    }
}

/** Thrown from a fault: the connection is cut without an answer. */
export class CutConnection extends Error {}

/**
 * An HTTP and WebSocket proxy for JSON-RPC. What passes over HTTP passes through `gate`, the
 * chain's MiningGate.
 *
 * `fault` is asked about every call, {method, params}, and may answer in the node's place with
 * {result} or {error}, change what the node says with {edit: (response) => response}, wait, throw
 * RawAnswer or CutConnection, or return undefined to let it pass. `mute` holds back what the node
 * sends on sockets, `refuseSockets` answers the handshake with 503.
 */
export class FaultProxy {
    #server;
    #sockets = new Set();
    #connections = new Set();

    constructor(target, gate) {
        this.target = new URL(target);
        this.gate = gate;
        this.reset();
    }

    reset() {
        this.fault = () => undefined;
        this.mute = false;
        this.refuseSockets = false;
        this.calls = {};
    }

    async listen(port = 0) {
        this.#server = http.createServer((request, response) => this.#onRequest(request, response));
        this.#server.on('connection', (connection) => {
            this.#connections.add(connection);
            connection.on('close', () => this.#connections.delete(connection));
        });
        const upgrades = new WebSocketServer({noServer: true});
        this.#server.on('upgrade', (request, connection, head) => {
            if (this.refuseSockets) {
                connection.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n');
                return;
            }
            upgrades.handleUpgrade(request, connection, head, (client) => this.#onSocket(client));
        });
        await new Promise((resolve, reject) => {
            this.#server.once('error', reject);
            this.#server.listen(port, '127.0.0.1', resolve);
        });
        this.port = this.#server.address().port;
        this.wsUrl = `ws://127.0.0.1:${this.port}`;
        this.httpUrl = `http://127.0.0.1:${this.port}`;
        return this;
    }

    get openSockets() {
        return this.#sockets.size;
    }

    /** Cuts every WebSocket, as a node that restarts does. */
    dropSockets() {
        this.#sockets.forEach((client) => client.terminate());
    }

    async close() {
        const closed = new Promise((resolve) => this.#server.close(resolve));
        this.dropSockets();
        this.#connections.forEach((connection) => connection.destroy());
        await closed;
    }

    #onSocket(client) {
        const node = new WebSocket(`ws://${this.target.host}`);
        const waiting = [];
        this.#sockets.add(client);
        client.on('message', (data) => {
            if (node.readyState === WebSocket.OPEN) {
                node.send(data.toString());
            } else {
                waiting.push(data.toString());
            }
        });
        node.on('open', () => waiting.forEach((message) => node.send(message)));
        node.on('message', (data) => {
            if (!this.mute) {
                client.send(data.toString());
            }
        });
        client.on('close', () => {
            this.#sockets.delete(client);
            node.terminate();
        });
        node.on('close', () => client.terminate());
        for (const end of [client, node]) {
            end.on('error', () => client.terminate());
        }
    }

    #onRequest(request, response) {
        const chunks = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', async () => {
            try {
                const body = await this.#answer(JSON.parse(Buffer.concat(chunks).toString()));
                response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(body));
            } catch (error) {
                if (error instanceof RawAnswer) {
                    response.writeHead(error.status, error.headers).end(error.body);
                } else {
                    request.socket.destroy();
                }
            }
        });
    }

    #answer(message) {
        if (!Array.isArray(message)) {
            return this.#answerOne(message);
        }
        return Promise.all(message.map((call) => this.#answerOne(call)));
    }

    async #answerOne(call) {
        this.calls[call.method] = (this.calls[call.method] ?? 0) + 1;
        const fault = await this.fault(call);
        const envelope = {jsonrpc: '2.0', id: call.id};
        if (fault && ('result' in fault || 'error' in fault)) {
            return {...envelope, ...fault};
        }
        const answer = await this.gate.call(() => this.#forward(call));
        return fault?.edit ? fault.edit(answer) : answer;
    }

    async #forward(call) {
        const answer = await fetch(this.target, {
            method: 'POST',
            headers: {'content-type': 'application/json'},
            body: JSON.stringify(call),
        });
        return answer.json();
    }
}
