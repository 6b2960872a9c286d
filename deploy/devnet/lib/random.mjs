// SPDX-License-Identifier: Apache-2.0
// Seeded randomness: the same seed gives the same run on every machine. Integers only, so that no
// rounding of a floating-point library can make two machines disagree.

const GOLDEN = 0x9e3779b9;

/** The sfc32 generator, seeded from one integer. */
export class Random {
    #a;
    #b;
    #c;
    #counter = 1;

    constructor(seed) {
        this.#a = seed >>> 0;
        this.#b = GOLDEN;
        this.#c = 0x243f6a88;
        for (let i = 0; i < 15; i++) {
            this.#next();
        }
    }

    #next() {
        const result = (this.#a + this.#b + this.#counter) | 0;
        this.#counter = (this.#counter + 1) | 0;
        this.#a = this.#b ^ (this.#b >>> 9);
        this.#b = (this.#c + (this.#c << 3)) | 0;
        this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
        return result >>> 0;
    }

    /** An integer in [0, bound). */
    below(bound) {
        return Math.floor((this.#next() / 2 ** 32) * bound);
    }

    /** An integer in [low, high]. */
    between(low, high) {
        return low + this.below(high - low + 1);
    }

    /** True in `percent` of 100 cases. */
    chance(percent) {
        return this.below(10_000) < percent * 100;
    }

    pick(items) {
        return items[this.below(items.length)];
    }

    /** Picks a key of `weights` ({name: weight}) in proportion to its weight. */
    weighted(weights) {
        const entries = Object.entries(weights);
        const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
        let left = this.below(total);
        for (const [name, weight] of entries) {
            left -= weight;
            if (left < 0) {
                return name;
            }
        }
        throw new Error('weights must be positive integers');
    }
}
