// SPDX-License-Identifier: Apache-2.0
// A seeded life of Maker's vaults: users, a keeper, governance and prices.
import {MaxUint256, toBeHex, zeroPadValue} from 'ethers';
import {followedIlks, makerAbi} from './maker_addresses.mjs';
import {actions} from './maker_actions.mjs';
import {governance} from './maker_governance.mjs';
import {liquidate} from './maker_auctions.mjs';
import {rad, wad} from './maker.mjs';
import {moveAt, scaled} from './prices.mjs';
import {SeededLife} from './seeded_life.mjs';
import {readMany} from './views.mjs';

const startPrice = {ETH: 4_000n * wad, LINK: 20n * wad};

export class MakerWorkload extends SeededLife {
    constructor(chain, market, {seed = 1, users = 20, actionsPerBlock = 5} = {}) {
        super(chain, market, {seed, abis: ['Dog', 'Clipper', 'Spotter', 'DssCdpManager', 'End'].map(makerAbi)});
        const [, keeper, poker, ...rest] = chain.accounts;
        this.roles = {keeper, poker, admin: market.manifest.admin, priceOwner: market.manifest.price_owner};
        this.users = rest.slice(0, users).map((address) => ({address}));
        this.actionsPerBlock = actionsPerBlock;
        this.eras = new Set();
    }

    /** Every address that can come to have anything in the Vat. */
    accounts() {
        const {vow, pot, end, dai_join: daiJoin} = this.market.manifest;
        const clips = followedIlks.map((name) => this.market.ilk(name).clip.address);
        const urns = (this.cdps ?? []).map(({urn}) => urn);
        return [...this.users.map(({address}) => address), this.roles.keeper, vow, pot, end, daiJoin, ...clips, ...urns];
    }

    govern(contract, method, args) {
        return this.send(this.roles.admin, contract, method, args);
    }

    vat(from, method, args) {
        return this.send(from, this.market.vat, method, args);
    }

    /** Collateral worth so many dollars. */
    amount(ilk, usd) {
        return (BigInt(usd) * wad * wad) / this.price[ilk.split('-')[0]];
    }

    /** Gives everybody collateral, sets prices, and opens the keeper's vault, whose Dai pays for auctions. */
    async seed() {
        const {keeper} = this.roles;
        this.price = startPrice;
        await this.setPrices(startPrice);
        await this.mine();
        for (const address of [keeper, ...this.users.map((user) => user.address)]) {
            await this.#fund(address, address === keeper ? 200_000n : 2_000n);
        }
        await this.mine();
        const lot = 150_000n * wad;
        const {join, name} = this.market.ilk('ETH-C');
        await this.send(keeper, join, 'join', [keeper, lot]);
        await this.vat(keeper, 'frob', [name, keeper, keeper, keeper, lot, 100_000_000n * wad]);
        await this.mine();
    }

    async #fund(address, ether) {
        const {weth, link, manifest, dai, vat, pot} = this.market;
        await this.chain.submit({from: address, to: weth.address, data: weth.encode('deposit'), value: ether * wad, label: 'deposit'});
        await this.setUp(manifest.faucet, link, 'transfer(address,uint256)', [address, 10_000n * wad]);
        for (const name of followedIlks) {
            const {gem, join, clip} = this.market.ilk(name);
            await this.setUp(address, gem, 'approve(address,uint256)', [join.address, MaxUint256]);
            await this.setUp(address, vat, 'hope', [clip.address]);
        }
        await this.setUp(address, dai, 'approve', [manifest.dai_join, MaxUint256]);
        for (const trusted of [manifest.dai_join, pot.address]) {
            await this.setUp(address, vat, 'hope', [trusted]);
        }
    }

    /** One block of life; resolves to {block, receipts}. */
    async step() {
        await this.refresh();
        await this.movePrices();
        for (let i = this.random.between(1, 2 * this.actionsPerBlock - 1); i > 0; i--) {
            await this.runOne(actions, this.random.pick(this.users));
        }
        if (this.random.chance(35)) {
            await this.runOne(governance);
        }
        if (this.random.chance(60)) {
            await liquidate(this);
        }
        this.index += 1;
        return this.mine({timestamp: this.nextTimestamp()});
    }

    async mine(options) {
        const mined = await super.mine(options);
        if (mined.receipts.some(({label, ok}) => label === 'bark' && ok)) {
            this.eras.add(Number(mined.block.timestamp));
        }
        return mined;
    }

    async movePrices() {
        const moved = {};
        for (const [gem, price] of Object.entries(this.price)) {
            const bps = moveAt(this.random, this.index, price, startPrice[gem]);
            if (bps !== 0) {
                moved[gem] = scaled(price, bps);
            }
        }
        await this.setPrices(moved);
    }

    /** At the oracles, and mostly at the Spotter too. */
    async setPrices(prices) {
        for (const [gem, price] of Object.entries(prices)) {
            const followers = followedIlks.filter((name) => name.startsWith(gem));
            const {pip} = this.market.ilk(followers[0]);
            await this.send(this.roles.priceOwner, pip, 'poke', [zeroPadValue(toBeHex(price), 32)]);
            for (const name of followers) {
                if (this.index === 0 || this.random.chance(80)) {
                    await this.send(this.roles.poker, this.market.spotter, 'poke', [this.market.ilk(name).name]);
                }
            }
        }
    }

    /** Reads from the chain what we would have to keep in step with it through reorgs. */
    async refresh() {
        const {vat, manager} = this.market;
        const ilks = followedIlks.map((name) => ({contract: vat, method: 'ilks', args: [this.market.ilk(name).name]}));
        const pips = ['ETH-C', 'LINK-A'].map((name) => ({contract: this.market.ilk(name).pip, method: 'peek', args: []}));
        const count = Number(await this.chain.call(manager, 'cdpi'));
        const cdps = Array.from({length: count}, (_, i) => i + 1).flatMap((id) =>
            ['urns', 'owns', 'ilks'].map((method) => ({contract: manager, method, args: [id]})));
        const answers = await readMany(this.chain, this.market, [...ilks, ...pips, ...cdps]);
        const names = new Map(followedIlks.map((name) => [this.market.ilk(name).name, name]));
        this.state = Object.fromEntries(followedIlks.map((name, i) => {
            const [art, rate, spot, line, dust] = answers[i];
            return [name, {art, rate, spot, line, dust}];
        }));
        this.price = {ETH: BigInt(answers[3][0]), LINK: BigInt(answers[4][0])};
        this.cdps = Array.from({length: count}, (_, i) => {
            const [urn, owner, ilk] = answers.slice(5 + 3 * i);
            return {id: i + 1, urn, owner, ilk: names.get(ilk)};
        });
        // A reorg may have taken back what we would have built on.
        this.vaults = await this.#readVaults();
    }

    /** Every vault with something in it: {ilk, urn, owner, cdp?, ink, art}. */
    async #readVaults() {
        const own = this.users.flatMap(({address}) => followedIlks.map((ilk) => ({ilk, urn: address, owner: address})));
        const all = [...own, ...this.cdps.map(({id, urn, owner, ilk}) => ({ilk, urn, owner, cdp: id}))];
        const calls = all.map(({ilk, urn}) => ({contract: this.market.vat, method: 'urns', args: [this.market.ilk(ilk).name, urn]}));
        const answers = await readMany(this.chain, this.market, calls);
        return all.map((vault, i) => ({...vault, ink: answers[i][0], art: answers[i][1]})).filter(({ink, art}) => ink + art > 0n);
    }

    /** The most that may be owed for that collateral, in units of art. */
    mostArt(ilk, ink) {
        const {spot, rate} = this.state[ilk];
        return (ink * spot) / rate;
    }

    unsafe({ilk, ink, art}) {
        const {spot, rate} = this.state[ilk];
        return art * rate > ink * spot;
    }

    /** Dai in the Vat, whole ones. */
    async daiOf(address) {
        return (await this.chain.call(this.market.vat, 'dai', [address])) / rad;
    }
}
