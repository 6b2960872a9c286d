// SPDX-License-Identifier: Apache-2.0
// Maker (MCD of August 2021, liquidations 2.0) as it stands in the genesis of maker_genesis.mjs.
import {ZeroAddress, encodeBytes32String} from 'ethers';
import {Contract} from './contract.mjs';
import {addresses, followedIlks, makerAbi} from './maker_addresses.mjs';

export const wad = 10n ** 18n;
export const ray = 10n ** 27n;
export const rad = 10n ** 45n;
export const bytes32 = encodeBytes32String;

const contracts = {
    vat: 'Vat', jug: 'Jug', spotter: 'Spotter', dog: 'Dog', vow: 'Vow', pot: 'Pot', dai: 'Dai', dai_join: 'DaiJoin',
    end: 'End', manager: 'DssCdpManager', weth: 'WETH9', link: 'DSToken',
};

/** The contracts by role; of each ilk `ilk(name)`: {join, clip, pip, gem}. `manifest` is plain JSON. */
export class MakerMarket {
    constructor(artifacts, manifest) {
        this.artifacts = artifacts;
        this.manifest = manifest;
        for (const [role, abi] of Object.entries(contracts)) {
            this[role] = new Contract(manifest[role], makerAbi(abi));
        }
        const [join, clip, pip] = ['GemJoin', 'Clipper', 'DSValue'].map((name) => new Contract(ZeroAddress, makerAbi(name)));
        this.ilks = Object.fromEntries(Object.entries(manifest.ilks).map(([name, ilk]) => [name, {
            name: bytes32(name), join: join.at(ilk.join), clip: clip.at(ilk.clip), pip: pip.at(ilk.pip), gem: this.link.at(ilk.gem),
        }]));
        this.multicall = new Contract(manifest.multicall, artifacts.DevMulticall.abi);
    }

    ilk(name) {
        return this.ilks[name];
    }
}

/** Opens the doors of the snapshot: its ceilings and its limits of auctions are below one vault's debt. */
export async function setUpMaker(chain, artifacts) {
    const manifest = {version: 'MCD of August 2021', ...addresses()};
    manifest.multicall = await chain.deploy(chain.accounts[0], artifacts.DevMulticall);
    const market = new MakerMarket(artifacts, manifest);
    const file = (contract, ...args) => {
        const types = ['bytes32', ...args.slice(1, -1).map(() => 'bytes32'), 'uint256'];
        const data = contract.encode(`file(${types})`, args);
        return chain.submit({from: manifest.admin, to: contract.address, data, label: 'file'});
    };
    await file(market.vat, bytes32('Line'), 2_000_000_000n * rad);
    await file(market.dog, bytes32('Hole'), 100_000_000n * rad);
    for (const name of followedIlks) {
        const {clip, name: ilk} = market.ilk(name);
        await file(market.vat, ilk, bytes32('line'), 500_000_000n * rad);
        await file(market.vat, ilk, bytes32('dust'), 2_000n * rad);
        await file(market.dog, ilk, bytes32('hole'), 30_000_000n * rad);
        await chain.submit({from: manifest.admin, to: clip.address, data: clip.encode('upchost'), label: 'upchost'});
    }
    const {receipts} = await chain.mine();
    const failed = receipts.find(({ok}) => !ok);
    if (failed) {
        throw new Error(`"${failed.label}" reverted`);
    }
    return market;
}
