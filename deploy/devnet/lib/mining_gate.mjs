// SPDX-License-Identifier: Apache-2.0

/**
 * Keeps calls out of the moments in which the chain changes.
 *
 * While anvil 1.7.1 makes a block, it answers a call at the block before, even one pinned by hash,
 * from the state of the new one; pinned calls at 150 heads while the next block was mined gave 58
 * wrong answers of 667. What a follower makes of such an answer says nothing about the follower.
 */
export class MiningGate {
    #calls = 0;
    #opened; // a promise while the chain changes
    #idle; // resolves what waits for the calls under way

    /** Runs `work` while the chain stands still. */
    async call(work) {
        while (this.#opened) {
            await this.#opened;
        }
        this.#calls += 1;
        try {
            return await work();
        } finally {
            this.#calls -= 1;
            if (this.#calls === 0) {
                this.#idle?.();
            }
        }
    }

    /** Runs `work`, which changes the chain, while no call is under way. One at a time. */
    async change(work) {
        let open;
        this.#opened = new Promise((resolve) => (open = resolve));
        if (this.#calls > 0) {
            await new Promise((resolve) => (this.#idle = resolve));
        }
        try {
            return await work();
        } finally {
            this.#idle = undefined;
            this.#opened = undefined;
            open();
        }
    }
}
