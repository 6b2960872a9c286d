#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A local webhook receiver: prints every alert it is sent and appends it to a file.
import fs from 'node:fs';
import {parseArgs} from 'node:util';
import {nextFreePort} from './lib/anvil.mjs';
import {WebhookSink} from './lib/webhook_sink.mjs';

const usage = `usage: node sink.mjs [--port N] [--file FILE] [--url-file FILE]

Receives webhooks on 127.0.0.1. Prints one line and the JSON for each, appends the JSON to --file.
--port is the first port tried (default 9465); the URL in use is written to --url-file.`;

const {values} = parseArgs({
    options: {
        port: {type: 'string', default: '9465'},
        file: {type: 'string'},
        'url-file': {type: 'string'},
        help: {type: 'boolean', short: 'h', default: false},
    },
});
if (values.help) {
    console.log(usage);
    process.exit(0);
}

function show({body, json}) {
    const state = String(json.transition ?? json.kind ?? 'delivered').toUpperCase();
    console.log(`${state} ${json.summary ?? json.rule ?? ''}`);
    console.log(JSON.stringify(json));
    if (values.file) {
        fs.appendFileSync(values.file, body.trim() + '\n');
    }
}

const sink = await new WebhookSink({onDelivery: show}).listen(await nextFreePort(Number(values.port)));
if (values['url-file']) {
    fs.writeFileSync(`${values['url-file']}.new`, sink.url + '\n');
    fs.renameSync(`${values['url-file']}.new`, values['url-file']);
}
console.log(`listening on ${sink.url}`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, async () => {
        await sink.close();
        process.exit(0);
    });
}
