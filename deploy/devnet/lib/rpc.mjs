// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';

/** An `error` member of a JSON-RPC answer. */
export class RpcError extends Error {
    constructor(method, error) {
        super(`${method}: ${error.message ?? JSON.stringify(error)}`);
        this.name = 'RpcError';
        this.code = error.code;
        this.data = error.data;
    }
}

/** A JSON-RPC client over one kept-alive HTTP connection; calls are answered in order. */
export class Rpc {
    #agent = new http.Agent({keepAlive: true, maxSockets: 1});
    #nextId = 1;

    constructor(url) {
        this.url = new URL(url);
    }

    async call(method, params = []) {
        const id = this.#nextId++;
        const answer = await this.#post(JSON.stringify({jsonrpc: '2.0', id, method, params}));
        if (answer.error) {
            throw new RpcError(method, answer.error);
        }
        return answer.result;
    }

    close() {
        this.#agent.destroy();
    }

    #post(body) {
        return new Promise((resolve, reject) => {
            const request = http.request(
                {
                    agent: this.#agent,
                    host: this.url.hostname,
                    port: this.url.port,
                    path: this.url.pathname,
                    method: 'POST',
                    headers: {
                        'content-type': 'application/json',
                        'content-length': Buffer.byteLength(body),
                    },
                },
                (response) => {
                    const chunks = [];
                    response.on('data', (chunk) => chunks.push(chunk));
                    response.on('error', reject);
                    response.on('end', () => {
                        try {
                            resolve(JSON.parse(Buffer.concat(chunks).toString()));
                        } catch (error) {
                            reject(error);
                        }
                    });
                },
            );
            request.on('error', reject);
            request.end(body);
        });
    }
}

/** An unsigned integer as JSON-RPC writes it. */
export const quantity = (value) => '0x' + BigInt(value).toString(16);
