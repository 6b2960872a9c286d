// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

/** Everything a sink has acknowledged, in the order of arrival. */
export class Deliveries {
    all = [];

    /** To be given to a sink. */
    record = (delivery) => {
        const {headers, json} = delivery;
        assert.equal(headers['idempotency-key'], json.key, 'the header and the body carry the same key');
        assert.ok(json.key.startsWith(`${json.fingerprint}/${json.episode}/`), `${json.key} is fingerprint/episode/transition`);
        this.all.push({...json, at: Date.now()});
    };

    /** Each transition once, as a receiver that honours the key sees it. */
    unique() {
        return [...new Map(this.all.map((delivery) => [delivery.key, delivery])).values()];
    }

    /** "firing", "resolved", "retracted firing", ... of one account, each key once. */
    story(account) {
        return this.unique()
            .filter(({labels}) => labels.account.toLowerCase() === account.toLowerCase())
            .map(({transition, retracts}) => (transition === 'retracted' ? `retracted ${retracts}` : transition));
    }

    /**
     * Keys of what still stands: a transition and its retraction cancel out. The end of a pending
     * is taken back as "retracted-pending" too, at the block in which it ended.
     */
    standingKeys() {
        const keys = new Set(this.unique().map(({key}) => key));
        for (const key of [...keys]) {
            const [, alert, kind, block] = /^(.*\/.*\/)retracted-(\w+)@(.*)$/.exec(key) ?? [];
            if (alert !== undefined) {
                const taken = kind === 'pending' ? ['pending', 'resolved'] : [kind];
                [key, ...taken.map((name) => `${alert}${name}@${block}`)].forEach((gone) => keys.delete(gone));
            }
        }
        return [...keys].sort();
    }
}
