// SPDX-License-Identifier: Apache-2.0
// The keeper of Maker's liquidations: barks at unsafe vaults, takes and restarts auctions.
import {followedIlks} from './maker_addresses.mjs';
import {ray, wad} from './maker.mjs';

const barksPerBlock = 2;
const takesPerClip = 1;

export async function liquidate(w) {
    const {keeper} = w.roles;
    const unsafe = w.vaults.filter((vault) => w.unsafe(vault));
    for (const {ilk, urn} of unsafe.slice(0, barksPerBlock)) {
        await w.send(keeper, w.market.dog, 'bark', [w.market.ilk(ilk).name, urn, keeper]);
    }
    for (const name of followedIlks) {
        const {clip} = w.market.ilk(name);
        const ids = await w.chain.call(clip, 'list');
        for (const id of [...ids].slice(0, takesPerClip)) {
            await goOn(w, name, clip, id);
        }
    }
}

async function goOn(w, name, clip, id) {
    const {keeper} = w.roles;
    const [needsRedo, price, lot] = await w.chain.call(clip, 'getStatus', [id]);
    const market = (w.price[name.split('-')[0]] * ray) / wad;
    if (needsRedo) {
        await w.send(keeper, clip, 'redo', [id, keeper]);
    } else if (price <= market || w.random.chance(10)) {
        const amount = w.random.chance(60) ? lot : lot / BigInt(w.random.between(2, 9));
        await w.send(keeper, clip, 'take', [id, amount, (price * 11n) / 10n, keeper, '0x']);
    }
}
