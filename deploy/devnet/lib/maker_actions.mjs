// SPDX-License-Identifier: Apache-2.0
// What users of Maker do. Each looks at the chain and submits its transactions for the next block.
import {followedIlks} from './maker_addresses.mjs';
import {ray, wad} from './maker.mjs';
import {part} from './seeded_life.mjs';

/** Debt for so much collateral: from a hair below what is allowed to half of it. */
const debtFor = (w, ilk, ink) => (w.mostArt(ilk, ink) * 1000n) / BigInt(w.random.between(1005, 2000));

async function open(w, {address}) {
    const ilk = w.random.pick(followedIlks);
    const {join, name} = w.market.ilk(ilk);
    const ink = w.amount(ilk, w.random.between(6_000, 60_000));
    await w.send(address, join, 'join', [address, ink]);
    await w.vat(address, 'frob', [name, address, address, address, ink, debtFor(w, ilk, ink)]);
}

async function openCdp(w, {address}) {
    await w.send(address, w.market.manager, 'open', [w.market.ilk(w.random.pick(followedIlks)).name, address]);
}

async function fillCdp(w) {
    if (w.cdps.length > 0) {
        const {id, urn, owner, ilk} = w.random.pick(w.cdps);
        const ink = w.amount(ilk, w.random.between(6_000, 40_000));
        const art = debtFor(w, ilk, ink);
        await w.send(owner, w.market.ilk(ilk).join, 'join', [urn, ink]);
        await w.send(owner, w.market.manager, 'frob', [id, ink, art]);
        await w.send(owner, w.market.manager, 'move', [id, owner, art * ray]);
    }
}

const ownVault = (w, {address}) => w.random.pick(w.vaults.filter(({urn}) => urn === address));

async function frob(w, {ilk, urn}, ink, art) {
    await w.vat(urn, 'frob', [w.market.ilk(ilk).name, urn, urn, urn, ink, art]);
}

async function draw(w, user) {
    const vault = ownVault(w, user);
    if (vault && !w.unsafe(vault)) {
        await frob(w, vault, 0n, part(w.mostArt(vault.ilk, vault.ink) - vault.art, w.random.between(10, 99)) - 1n);
    }
}

async function wipe(w, user) {
    const vault = ownVault(w, user);
    if (vault) {
        const all = w.random.chance(30);
        await frob(w, vault, all ? -vault.ink : 0n, all ? -vault.art : -(vault.art * BigInt(w.random.between(1, 40))) / 100n);
    }
}

async function free(w, user) {
    const vault = ownVault(w, user);
    if (vault) {
        await frob(w, vault, -part(vault.ink, w.random.between(1, 25)), 0n);
    }
}

/** Splits a vault with somebody who agrees. */
async function fork(w, user) {
    const vault = ownVault(w, user);
    const {address: other} = w.random.pick(w.users);
    if (vault && other !== user.address) {
        const share = BigInt(w.random.pick([1, 2]));
        await w.vat(other, 'hope', [user.address]);
        await w.vat(user.address, 'fork', [w.market.ilk(vault.ilk).name, vault.urn, other, vault.ink / share, vault.art / share]);
    }
}

async function flux(w, {address}) {
    const ilk = w.random.pick(followedIlks);
    const {join, name} = w.market.ilk(ilk);
    const amount = w.amount(ilk, w.random.between(100, 2_000));
    await w.send(address, join, 'join', [address, amount]);
    await w.vat(address, 'flux', [name, address, w.random.pick(w.users).address, amount / 2n]);
    await w.send(address, join, 'exit', [address, amount / 4n]);
}

async function withDai(w, user, most, act) {
    const dai = await w.daiOf(user.address);
    if (dai > 1n) {
        await act(part(dai * most, w.random.between(10, 90)));
    }
}

const move = (w, user) => withDai(w, user, ray * wad, (amount) =>
    w.vat(user.address, 'move', [user.address, w.random.pick(w.users).address, amount]));

const exitDai = (w, user) => withDai(w, user, wad, async (amount) => {
    await w.send(user.address, w.market.dai_join, 'exit', [user.address, amount]);
    await w.send(user.address, w.market.dai, 'transfer', [w.random.pick(w.users).address, amount / 3n]);
    await w.send(user.address, w.market.dai_join, 'join', [user.address, amount / 3n]);
});

const save = (w, user) => withDai(w, user, wad, async (amount) => {
    await w.send(user.address, w.market.pot, 'drip', []);
    await w.send(user.address, w.market.pot, 'join', [amount / 2n]);
});

async function unsave(w, {address}) {
    const pie = await w.chain.call(w.market.pot, 'pie', [address]);
    if (pie > 0n) {
        await w.send(address, w.market.pot, 'exit', [part(pie - 1n, w.random.between(20, 99))]);
    }
}

async function drip(w, {address}) {
    await w.send(address, w.market.jug, 'drip', [w.market.ilk(w.random.pick(followedIlks)).name]);
}

/** What anybody may do with the Vow's debt. */
async function settle(w, {address}) {
    const {vow, vat} = w.market;
    for (const era of w.eras) {
        if ((await w.chain.call(vow, 'sin', [era])) > 0n) {
            await w.send(address, vow, 'flog', [era]);
            break;
        }
    }
    const [dai, sin, queued, ash] = await Promise.all([
        w.chain.call(vat, 'dai', [vow.address]), w.chain.call(vat, 'sin', [vow.address]),
        w.chain.call(vow, 'Sin'), w.chain.call(vow, 'Ash'),
    ]);
    const most = [dai, sin - queued - ash].reduce((a, b) => (a < b ? a : b));
    if (most > 0n) {
        await w.send(address, vow, 'heal', [part(most - 1n, w.random.between(30, 99))]);
    }
}

/** Every action with its share among all. */
export const actions = {
    open: {weight: 26, run: open},
    openCdp: {weight: 4, run: openCdp},
    fillCdp: {weight: 8, run: fillCdp},
    draw: {weight: 10, run: draw},
    wipe: {weight: 9, run: wipe},
    free: {weight: 6, run: free},
    fork: {weight: 5, run: fork},
    flux: {weight: 3, run: flux},
    move: {weight: 4, run: move},
    exitDai: {weight: 6, run: exitDai},
    save: {weight: 6, run: save},
    unsave: {weight: 3, run: unsave},
    drip: {weight: 8, run: drip},
    settle: {weight: 5, run: settle},
};
