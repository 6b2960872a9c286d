// SPDX-License-Identifier: Apache-2.0
// A seeded price path: calm, crash, trough, recovery, again and again, with gaps and a depeg.
import {reserves, stables, volatile} from './market_parameters.mjs';

const cycleSteps = 60;
const phases = [
    {name: 'calm', until: 28},
    {name: 'crash', until: 40},
    {name: 'trough', until: 45},
    {name: 'recovery', until: cycleSteps},
];
const startPrice = Object.fromEntries(reserves.map((reserve) => [reserve.symbol, reserve.priceE8]));
const gapAtStep = 36;
const pegE8 = 100_000_000n;

export const phaseAt = (step) => phases.find((phase) => step % cycleSteps < phase.until).name;

/** That price moved by so much, never to nothing. */
export const scaled = (price, bps) => {
    const moved = (price * BigInt(10_000 + bps)) / 10_000n;
    return moved > 0n ? moved : 1n;
};

/** The prices that change at `step`: [{symbol, priceE8}]; `current` maps symbols to prices now. */
export function priceMoves(random, step, current) {
    const phase = phaseAt(step);
    const moves = [];
    for (const symbol of volatile) {
        const bps = moveBps(random, phase, current[symbol], startPrice[symbol]);
        if (bps !== 0) {
            moves.push({symbol, priceE8: scaled(current[symbol], bps)});
        }
    }
    if (step % cycleSteps === gapAtStep) {
        // A fall of a third or more at once leaves debt that the collateral no longer covers.
        const symbol = random.pick(['LINK', 'WBTC', 'LINK', 'WETH']);
        moves.push({symbol, priceE8: scaled(current[symbol], -random.between(3300, 4800))});
    }
    for (const symbol of stables) {
        if (random.chance(3)) {
            moves.push({symbol, priceE8: scaled(pegE8, random.between(-150, 50))});
        }
    }
    return moves;
}

/** By how much one price moves at `step`; in each crash it loses a quarter at once. */
export function moveAt(random, step, price, start) {
    return step % cycleSteps === gapAtStep ? -2500 : moveBps(random, phaseAt(step), price, start);
}

function moveBps(random, phase, price, start) {
    switch (phase) {
        case 'crash':
            return random.chance(60) ? -random.between(0, 450) : 0;
        case 'trough':
            return random.chance(30) ? random.between(-150, 150) : 0;
        case 'recovery': {
            const wayBackBps = Number(((start - price) * 10_000n) / price);
            return random.chance(70) ? Math.trunc(wayBackBps / 5) + random.between(-100, 100) : 0;
        }
        default:
            return random.chance(12) ? random.between(-80, 80) : 0;
    }
}
