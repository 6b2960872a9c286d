// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';

/** A contract's answer as our API writes figures: decimal strings, lower-case addresses, booleans. */
function written(value) {
    return typeof value === 'string' ? value.toLowerCase() : typeof value === 'boolean' ? value : value.toString();
}

/** Figures of our API beside what contracts answered, and counts. */
export class SheetComparison {
    blocks = 0;
    figures = 0;
    withheld = 0;
    mismatches = [];

    /** Figures may be missing for a reason that matches `excuse`, and for no other. */
    constructor({excuse} = {}) {
        this.excuse = excuse;
    }

    /** Every figure that `truth` has. */
    compare(where, truth, ours) {
        for (const [name, value] of Object.entries(truth)) {
            this.figure(`${where} ${name}`, value, ours?.[name]);
        }
    }

    /** A view that reverts has an undefined value; then we must not have one either. */
    figure(where, value, ours) {
        const none = ours === undefined || (typeof ours === 'object' && 'status' in ours);
        if (none && this.excuse?.test(ours?.reason)) {
            this.withheld += 1;
            return;
        }
        this.figures += 1;
        if (value === undefined ? !none : none || written(value) !== written(ours)) {
            this.mismatches.push({where, ours: none ? (ours?.reason ?? 'nothing') : ours, contract: value});
        }
    }

    summary() {
        const withheld = this.withheld > 0 ? `, ${this.withheld} withheld` : '';
        return `${this.figures} figures compared at ${this.blocks} blocks, ${this.mismatches.length} mismatches${withheld}`;
    }

    assertExact() {
        assert.deepEqual(this.mismatches.slice(0, 10), [], this.summary());
    }
}
