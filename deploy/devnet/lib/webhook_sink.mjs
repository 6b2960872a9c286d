// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';

const bodyLimit = 1 << 20;

/**
 * A receiver of webhooks. `onDelivery` gets {headers, body, json} of each request that was answered
 * with success. `respond` decides the answer: {status, headers} to send, or null to accept the
 * request and never answer.
 */
export class WebhookSink {
    #server;
    #hanging = new Set();

    constructor({onDelivery = () => {}, respond = () => ({status: 204})} = {}) {
        this.onDelivery = onDelivery;
        this.respond = respond;
        this.attempts = 0;
    }

    async listen(port = 0) {
        this.#server = http.createServer((request, response) => this.#receive(request, response));
        await new Promise((resolve, reject) => {
            this.#server.once('error', reject);
            this.#server.listen(port, '127.0.0.1', resolve);
        });
        this.port = this.#server.address().port;
        this.url = `http://127.0.0.1:${this.port}/alerts`;
        return this;
    }

    async close() {
        this.#hanging.forEach((response) => response.destroy());
        const closed = new Promise((resolve) => this.#server.close(resolve));
        this.#server.closeAllConnections?.();
        await closed;
    }

    #receive(request, response) {
        const chunks = [];
        let size = 0;
        request.on('data', (chunk) => {
            size += chunk.length;
            if (size > bodyLimit) {
                request.destroy();
            }
            chunks.push(chunk);
        });
        request.on('end', () => this.#answer(request, response, Buffer.concat(chunks).toString()));
    }

    #answer(request, response, body) {
        this.attempts += 1;
        const delivery = {method: request.method, path: request.url, headers: request.headers, body, json: parse(body)};
        const answer = delivery.json === undefined ? {status: 400} : this.respond(delivery);
        if (answer === null) {
            this.#hanging.add(response);
            response.on('close', () => this.#hanging.delete(response));
            return;
        }
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
        if (answer.status >= 200 && answer.status < 300) {
            this.onDelivery(delivery);
        }
    }
}

function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
