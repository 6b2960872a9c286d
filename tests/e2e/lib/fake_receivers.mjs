// SPDX-License-Identifier: Apache-2.0
// How each service takes messages and refuses them, as its documentation has it. Lengths in UTF-16 units are what JavaScript counts.
export const secret = 'hunter2';

const json = (status, body, headers = {}) => ({status, body, headers: {'content-type': 'application/json', ...headers}});
const blank = (text) => typeof text !== 'string' || text.trim() === '';
const longer = (text, most) => blank(text) || text.length > most;

// ---- Discord ----

function discordFault(message) {
    if (message === undefined || (!message.content && !message.embeds?.length)) {
        return 'empty message';
    }
    if (message.content !== undefined && longer(message.content, 2000)) {
        return 'content';
    }
    const texts = [];
    for (const embed of message.embeds ?? []) {
        const {title, description, fields = [], footer} = embed;
        if (longer(title, 256) || longer(description, 4096) || fields.length > 25 || longer(footer?.text ?? '', 2048)) {
            return 'embeds';
        }
        if (fields.some(({name, value}) => longer(name, 256) || longer(value, 1024))) {
            return 'embeds.fields';
        }
        texts.push(title, description, footer?.text ?? '', ...fields.flatMap(({name, value}) => [name, value]));
    }
    return texts.join('').length > 6000 ? 'embeds: over 6000' : undefined;
}

export const discord = {
    path: `/api/webhooks/1/${secret}`,
    taken: json(200, {id: '1'}, {'x-ratelimit-bucket': 'b', 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '4', 'x-ratelimit-reset-after': '0.400'}),
    check({path, json: message}) {
        const url = new URL(path, 'http://x');
        if (url.pathname !== discord.path) {
            return json(404, {message: 'Unknown Webhook', code: 10015});
        }
        if (url.searchParams.get('wait') !== 'true') {
            return {status: 204};
        }
        const fault = discordFault(message);
        return fault && json(400, {message: 'Invalid Form Body', code: 50035, errors: {_errors: fault}});
    },
    // Several alerts in one message have no key.
    key: (message) => message.embeds?.[0].footer?.text ?? (message.embeds?.[0].description ?? message.content).split('\n').at(-1),
    limited: (seconds, scope = 'user') => () =>
        json(429, {message: 'You are being rate limited.', retry_after: seconds, global: scope === 'global'}, {
            'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': scope}),
    /** Without the header, only the body has the fraction. */
    limitedExactly: (seconds) => () => json(429, {message: 'You are being rate limited.', retry_after: seconds, global: false}),
    embedsRefused: ({json: message}) => (message.embeds ? json(400, {embeds: ['0']}) : undefined),
    gone: () => json(404, {message: 'Unknown Webhook', code: 10015}),
    badToken: () => json(401, {message: 'Invalid Webhook Token', code: 50027}),
};

// ---- Telegram ----

const shown = (html) => html.replace(/<\/?(b|code)>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const telegramError = (code, description, parameters) => json(code, {ok: false, error_code: code, description, parameters});

export const telegram = {
    path: `/bot1:${secret}/sendMessage`,
    taken: json(200, {ok: true, result: {message_id: 1}}),
    check({path, json: message}) {
        if (path !== telegram.path) {
            return telegramError(404, 'Not Found');
        }
        if (String(message?.chat_id) !== '-100') {
            return telegramError(400, 'Bad Request: chat not found');
        }
        const html = message.parse_mode === 'HTML';
        if (html && shown(message.text).length < message.text.length && /<(?!\/?(b|code)>)|&(?!(lt|gt|amp);)/.test(message.text)) {
            return telegramError(400, "Bad Request: can't parse entities: Unsupported start tag");
        }
        const text = html ? shown(message.text) : message.text;
        if (blank(text)) {
            return telegramError(400, 'Bad Request: message text is empty');
        }
        return text.length > 4096 ? telegramError(400, 'Bad Request: message is too long') : undefined;
    },
    key: (message) => shown(message.text).split('\n').at(-1),
    limited: (seconds) => () => telegramError(429, `Too Many Requests: retry after ${seconds}`, {retry_after: seconds}),
    cannotParse: ({json: message}) =>
        message.parse_mode && telegramError(400, "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 5"),
    badToken: () => telegramError(401, 'Unauthorized'),
};

// ---- Slack ----

export const slack = {
    path: `/services/T/B/${secret}`,
    taken: {status: 200, body: 'ok'},
    check({path, json: message}) {
        if (path !== slack.path) {
            return {status: 404, body: 'no_service'};
        }
        if (blank(message?.text)) {
            return {status: 400, body: 'no_text'};
        }
        const blocks = message.blocks ?? [];
        const wrong = blocks.length > 50 || blocks.some((block) =>
            (block.type === 'header' && longer(block.text.text, 150)) || (block.type === 'section' && longer(block.text.text, 3000)));
        return wrong ? {status: 400, body: 'invalid_blocks'} : undefined;
    },
    key: (message) => message.blocks?.at(-1).elements?.[0].text ?? message.text.replace(/&gt;/g, '>').split('\n').at(-1),
    limited: (seconds) => () => json(429, {retry_after: seconds, ok: false, error: 'rate_limited'}, {'retry-after': String(seconds)}),
    blocksRefused: ({json: message}) => (message.blocks ? {status: 400, body: 'invalid_blocks'} : undefined),
    gone: () => ({status: 404, body: 'no_service'}),
};

// ---- PagerDuty ----

export const pagerduty = {
    taken: json(202, {status: 'success', message: 'Event processed'}),
    check({path, body, json: event}) {
        if (path !== '/v2/enqueue' || event?.routing_key !== secret) {
            return json(400, {status: 'invalid event', message: 'Invalid routing key'});
        }
        const {payload, dedup_key: dedupKey, event_action: action} = event;
        const wrong = body.length > 512 * 1024 || longer(dedupKey, 255) || !['trigger', 'resolve'].includes(action) ||
            longer(payload.summary, 1024) || blank(payload.source) || !['critical', 'error', 'warning', 'info'].includes(payload.severity);
        return wrong ? json(400, {status: 'invalid event', errors: ['payload']}) : undefined;
    },
    key: (event) => event.payload.custom_details.key,
    busy: () => json(429, {}),
};

// ---- Opsgenie ----

export const opsgenie = {
    taken: json(202, {result: 'Request will be processed', took: 0.1, requestId: 'r'}),
    check({path, headers, json: alert}) {
        if (headers.authorization !== `GenieKey ${secret}`) {
            return json(401, {message: 'Could not authenticate'});
        }
        if (path === '/v2/alerts') {
            const wrong = longer(alert.message, 130) || longer(alert.alias, 512) || longer(alert.description, 15000) ||
                Object.entries(alert.details).flat().join('').length > 8000;
            return wrong ? json(422, {message: 'Request body is not processable'}) : undefined;
        }
        return /^\/v2\/alerts\/[^/]+\/close\?identifierType=alias$/.test(path) ? undefined : json(404, {message: 'no such api'});
    },
    key: (alert) => (alert.note ?? alert.description).split('\n').at(-1),
    throttled: (seconds) => () =>
        json(429, {message: 'You are making too many requests!'}, {'x-ratelimit-state': 'THROTTLED', 'x-ratelimit-period-in-sec': String(seconds)}),
};

// ---- Alertmanager ----

export const alertmanager = {
    taken: {status: 200},
    check({path, json: alerts}) {
        const wrong = path !== '/api/v2/alerts' || !Array.isArray(alerts) || alerts.some(({labels, annotations, startsAt, endsAt}) =>
            !labels.alertname || !Object.keys({...labels, ...annotations}).every((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) ||
            (startsAt && endsAt && startsAt > endsAt));
        return wrong ? json(400, 'bad request') : undefined;
    },
    key: (alerts) => alerts.at(-1).annotations.key,
};
