// SPDX-License-Identifier: Apache-2.0
// What Maker's governance does, by the proxy that its delay acts through.
import {followedIlks} from './maker_addresses.mjs';
import {bytes32, rad, ray, wad} from './maker.mjs';

const ofIlk = 'file(bytes32,bytes32,uint256)';
const ofAll = 'file(bytes32,uint256)';
// A rate per second of so many parts of 10^18: some percent a year.
const rate = (w) => ray + BigInt(w.random.between(0, 6)) * 10n ** 18n;
const anyIlk = (w) => w.market.ilk(w.random.pick(followedIlks)).name;

async function setMat(w) {
    const ilk = anyIlk(w);
    await w.govern(w.market.spotter, ofIlk, [ilk, bytes32('mat'), (ray * BigInt(w.random.between(130, 190))) / 100n]);
    await w.send(w.roles.poker, w.market.spotter, 'poke', [ilk]);
}

/** Past the Spotter, as governance may. */
async function setSpot(w) {
    const name = w.random.pick(followedIlks);
    const spot = (w.state[name].spot * BigInt(w.random.between(85, 105))) / 100n;
    await w.govern(w.market.vat, ofIlk, [w.market.ilk(name).name, bytes32('spot'), spot]);
}

async function setDuty(w) {
    const ilk = anyIlk(w);
    await w.govern(w.market.jug, 'drip', [ilk]);
    await w.govern(w.market.jug, ofIlk, [ilk, bytes32('duty'), rate(w)]);
}

async function setSavings(w) {
    await w.govern(w.market.pot, 'drip', []);
    await w.govern(w.market.pot, ofAll, [bytes32('dsr'), rate(w)]);
}

const setLine = (w) => w.govern(w.market.vat, ofIlk, [anyIlk(w), bytes32('line'), BigInt(w.random.between(300, 600)) * 1_000_000n * rad]);
const setDust = (w) => w.govern(w.market.vat, ofIlk, [anyIlk(w), bytes32('dust'), BigInt(w.random.between(1_000, 3_000)) * rad]);
const setHole = (w) => w.govern(w.market.dog, ofIlk, [anyIlk(w), bytes32('hole'), BigInt(w.random.between(10, 40)) * 1_000_000n * rad]);
const setChop = (w) => w.govern(w.market.dog, ofIlk, [anyIlk(w), bytes32('chop'), (wad * BigInt(w.random.between(105, 120))) / 100n]);

async function setClip(w) {
    const {clip} = w.market.ilk(w.random.pick(followedIlks));
    const [what, value] = w.random.pick([
        ['buf', (ray * BigInt(w.random.between(105, 130))) / 100n],
        ['tail', BigInt(w.random.between(1_800, 14_400))],
        ['cusp', (ray * BigInt(w.random.between(30, 50))) / 100n],
        ['stopped', BigInt(w.random.pick([0, 0, 0, 1]))],
        ['chip', wad / 1000n],
        ['tip', BigInt(w.random.between(0, 300)) * rad],
    ]);
    await w.govern(clip, ofAll, [bytes32(what), value]);
}

/** Dai that the Vow owes for from then on. */
async function suck(w) {
    const {address} = w.random.pick(w.users);
    await w.govern(w.market.vat, 'suck', [w.market.vow.address, address, BigInt(w.random.between(1, 5_000)) * rad]);
}

/** Every change with its share among all. */
export const governance = {
    setMat: {weight: 4, run: setMat},
    setSpot: {weight: 2, run: setSpot},
    setDuty: {weight: 4, run: setDuty},
    setSavings: {weight: 2, run: setSavings},
    setLine: {weight: 1, run: setLine},
    setDust: {weight: 1, run: setDust},
    setHole: {weight: 1, run: setHole},
    setChop: {weight: 1, run: setChop},
    setClip: {weight: 4, run: setClip},
    suck: {weight: 2, run: suck},
};
