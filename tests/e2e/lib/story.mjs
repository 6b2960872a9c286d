// SPDX-License-Identifier: Apache-2.0
// One borrower whose health factor follows a price that the test sets.
import assert from 'node:assert/strict';
import {accountData} from '../../../deploy/devnet/lib/views.mjs';

const hundred = 100n;
const wadDecimals = 18;

export class Story {
    static async begin(world, options) {
        const devnet = await world.devnet({users: 7, ...options});
        const story = new Story(devnet);
        await devnet.workload.refresh();
        [story.start] = await accountData(devnet.chain, devnet.market, [story.borrower]);
        assert.ok(story.start.total_debt_base > 0n);
        story.startPriceE8 = devnet.workload.priceE8.WETH;
        return story;
    }

    constructor(devnet) {
        this.devnet = devnet;
        this.borrower = devnet.workload.users.find((user) => user.home === 'WETH').address;
    }

    /** A rule about the borrower alone that fires at 90 % of the present health and resolves at 95 %. */
    rule(forBlocks) {
        return {
            below: this.#percentOfStart(90n),
            resolveAt: this.#percentOfStart(95n),
            forBlocks,
            minDebt: 0,
            accounts: [this.borrower],
        };
    }

    /** One block in which the borrower's health factor goes to that percentage of the start's. */
    async health(percent) {
        const {workload} = this.devnet;
        await workload.setPrice('WETH', (this.startPriceE8 * BigInt(percent)) / hundred);
        return (await workload.mine()).block;
    }

    async blocks(count) {
        for (let i = 0; i < count; i++) {
            await this.devnet.workload.mine();
        }
    }

    #percentOfStart(percent) {
        const value = (this.start.health_factor_wad * percent) / hundred;
        const digits = value.toString().padStart(wadDecimals + 1, '0');
        return `${digits.slice(0, -wadDecimals)}.${digits.slice(-wadDecimals)}`;
    }
}
