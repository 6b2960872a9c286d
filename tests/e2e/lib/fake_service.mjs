// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';
import https from 'node:https';

const bodyLimit = 1 << 20;

/**
 * A service that alerts are sent to. `rules` says how one kind of it works: `check(request)` gives the answer to what is wrong with
 * a request, or undefined; `taken` the answer to what it takes; `key(json, request)` the key that a message carries. What the test
 * puts into `faults` comes first: functions that give {status, headers, body}, or
 *   hang: it is taken and never answered;  slowMs: the body of the answer comes so much later.
 */
export class FakeService {
    attempts = [];
    accepted = [];
    faults = [];
    #hanging = new Set();

    constructor(rules, {tls} = {}) {
        this.rules = rules;
        this.tls = tls;
    }

    async listen(port = 0) {
        const listener = (request, response) => this.#receive(request, response);
        this.server = this.tls ? https.createServer(this.tls, listener) : http.createServer(listener);
        await new Promise((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(port, '127.0.0.1', resolve);
        });
        this.port = this.server.address().port;
        this.url = `${this.tls ? 'https' : 'http'}://localhost:${this.port}`;
        return this;
    }

    async close() {
        this.#hanging.forEach((response) => response.destroy());
        const closed = new Promise((resolve) => this.server.close(resolve));
        this.server.closeAllConnections?.();
        await closed;
    }

    /** Every key that was accepted, each once, in the order of its first acceptance; not those about other receivers. */
    keys() {
        const {accepted} = this;
        const alert = (key) => key.split('/')[0];
        const about = new Set(accepted.filter(({body}) => /receiver.{0,4}stopped|any more until a restart|is sent to again/.test(body)).map(({key}) => alert(key)));
        return [...new Set(accepted.map(({key}) => key))].filter((key) => !about.has(alert(key)));
    }

    /** "firing", "resolved", "retracted-firing", ... of those keys. */
    story() {
        return this.keys().map((key) => /([a-z-]+)@[^/]*$/.exec(key)[1]);
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
        request.on('end', () => {
            const body = Buffer.concat(chunks).toString();
            const got = {method: request.method, path: request.url, headers: request.headers, body, json: parse(body), at: Date.now()};
            this.attempts.push(got);
            this.#answer(got, response);
        });
    }

    #answer(got, response) {
        const fault = this.faults.shift()?.(got);
        const answer = fault ?? this.rules.check(got) ?? this.rules.taken;
        got.status = answer.status;
        if (answer.status >= 200 && answer.status < 300) {
            this.accepted.push({...got, key: this.rules.key(got.json, got)});
        }
        if (answer.hang) {
            this.#hanging.add(response);
            response.on('close', () => this.#hanging.delete(response));
            return;
        }
        response.writeHead(answer.status, answer.headers);
        response.flushHeaders();
        const end = () => response.end(typeof answer.body === 'object' ? JSON.stringify(answer.body) : answer.body);
        answer.slowMs ? setTimeout(end, answer.slowMs).unref() : end();
    }
}

function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
