// SPDX-License-Identifier: Apache-2.0
// What Maker's contracts answer, by the names of our API.
import {followedIlks} from './maker_addresses.mjs';
import {readMany} from './views.mjs';

const queries = (list) => list.map(([contract, method, ...args]) => ({contract, method, args}));
const named = (names, values) => Object.fromEntries(names.map((name, i) => [name, values?.[i]]).filter(([name]) => name !== null));

/** As of `block`: of the whole, and lists by ilk and by auction. */
export async function systemViews(chain, market, block) {
    const {vat, jug, spotter, dog, vow, pot, dai} = market;
    const names = {
        debt_rad: [vat, 'debt'], line_rad: [vat, 'Line'], vice_rad: [vat, 'vice'], vat_live: [vat, 'live'], base_ray: [jug, 'base'],
        par_ray: [spotter, 'par'], spotter_live: [spotter, 'live'], hole_rad: [dog, 'Hole'], dirt_rad: [dog, 'Dirt'],
        dog_live: [dog, 'live'], vow_dai_rad: [vat, 'dai', vow.address], vow_sin_rad: [vat, 'sin', vow.address],
        queued_rad: [vow, 'Sin'], on_flop_rad: [vow, 'Ash'], vow_live: [vow, 'live'], dsr_ray: [pot, 'dsr'], pot_pie_wad: [pot, 'Pie'],
        pot_live: [pot, 'live'], dai_supply_wad: [dai, 'totalSupply'],
    };
    const system = named(Object.keys(names), await readMany(chain, market, queries(Object.values(names)), block));
    for (const name of Object.keys(system).filter((key) => key.endsWith('_live'))) {
        system[name] = system[name] === 1n;
    }
    system.surplus_rad = system.vow_dai_rad - system.vow_sin_rad;
    const ilks = [];
    const auctions = [];
    for (const name of followedIlks) {
        ilks.push({ilk: name, ...(await ilkViews(chain, market, name, block))});
        auctions.push(...(await auctionViews(chain, market, name, block)));
    }
    // The last, for it changes what others would see; refused once the Pot is caged.
    const [chi] = await readMany(chain, market, queries([[pot, 'drip']]), block);
    return {system: chi === undefined ? system : {...system, pot_chi_now_ray: chi}, ilks, auctions};
}

async function ilkViews(chain, market, name, block) {
    const {vat, jug, spotter, dog} = market;
    const {name: ilk} = market.ilk(name);
    const [ofVat, ofJug, ofSpotter, ofDog] = await readMany(chain, market, queries([
        [vat, 'ilks', ilk], [jug, 'ilks', ilk], [spotter, 'ilks', ilk], [dog, 'ilks', ilk],
    ]), block);
    const [art, rate] = ofVat;
    return {
        debt_rad: art * rate,
        ...named(['art_wad', 'rate_ray', 'spot_ray', 'line_rad', 'dust_rad'], ofVat),
        ...named(['duty_ray', 'rho'], ofJug),
        ...named(['pip', 'mat_ray'], ofSpotter),
        ...named(['clip', 'chop_wad', 'hole_rad', 'dirt_rad'], ofDog),
    };
}

/** Each running auction: Clipper.sales and getStatus. */
async function auctionViews(chain, market, name, block) {
    const {clip} = market.ilk(name);
    const ids = [...(await chain.call(clip, 'list', [], block))];
    const answers = await readMany(chain, market, queries(ids.flatMap((id) => [[clip, 'sales', id], [clip, 'getStatus', id]])), block);
    return ids.map((id, i) => ({
        ilk: name, clip: clip.address, id,
        ...named([null, 'tab_rad', 'lot_wad', 'vault', null, 'top_ray'], answers[2 * i]),
        ...named(['needs_redo', 'price_ray'], answers[2 * i + 1]),
    }));
}

/** As of `block`, of each account: its balances, and what it has in each ilk. */
export async function vaultViews(chain, market, accounts, block) {
    const {vat, pot} = market;
    const ilks = followedIlks.map((name) => market.ilk(name).name);
    const perAccount = 3 + 2 * ilks.length;
    const answers = await readMany(chain, market, queries(accounts.flatMap((account) => [
        [vat, 'dai', account], [vat, 'sin', account], [pot, 'pie', account],
        ...ilks.flatMap((ilk) => [[vat, 'urns', ilk, account], [vat, 'gem', ilk, account]]),
    ])), block);
    const states = await readMany(chain, market, queries(ilks.map((ilk) => [vat, 'ilks', ilk])), block);
    return accounts.map((account, i) => {
        const [dai, sin, pie, ...rest] = answers.slice(perAccount * i, perAccount * (i + 1));
        const vaults = followedIlks.map((ilk, j) => {
            const [[ink, art], gem] = [rest[2 * j], rest[2 * j + 1]];
            const [, rate, spot] = states[j];
            return {ilk, ink_wad: ink, art_wad: art, gem_wad: gem, debt_rad: art * rate, unsafe: art * rate > ink * spot};
        });
        return {account, balances: {dai_rad: dai, sin_rad: sin, pie_wad: pie}, vaults};
    });
}
