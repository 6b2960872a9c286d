// SPDX-License-Identifier: Apache-2.0
// Where Maker's contracts are in the genesis of maker_genesis.mjs.
import fs from 'node:fs';
import {packageFile} from './prebuilt.mjs';

/** The ilks that the snapshot's Dog can liquidate, and of which we have collateral. */
export const followedIlks = ['ETH-B', 'ETH-C', 'LINK-A'];

/** By role, and `ilks` by name: {join, clip, calc, gem, pip}. */
export function addresses() {
    const all = JSON.parse(fs.readFileSync(packageFile('@makerdao/testchain', 'out/addresses-mcd.json'), 'utf8'));
    const ilks = followedIlks.map((name) => {
        const [gem] = name.split('-');
        const suffix = name.replace('-', '_');
        return [name, {
            join: all[`MCD_JOIN_${suffix}`], clip: all[`MCD_CLIP_${suffix}`], calc: all[`MCD_CLIP_CALC_${suffix}`],
            gem: all[gem], pip: all[`PIP_${gem}`],
        }];
    });
    return {
        vat: all.MCD_VAT, jug: all.MCD_JUG, spotter: all.MCD_SPOT, dog: all.MCD_DOG, vow: all.MCD_VOW, pot: all.MCD_POT,
        dai: all.MCD_DAI, dai_join: all.MCD_JOIN_DAI, end: all.MCD_END, esm: all.MCD_ESM, manager: all.CDP_MANAGER,
        admin: all.MCD_PAUSE_PROXY, price_owner: all.DEPLOYER, faucet: all.FAUCET, weth: all.ETH, link: all.LINK,
        ilks: Object.fromEntries(ilks),
    };
}

/** The ABI of a contract, as the package has it. */
export function makerAbi(name) {
    return JSON.parse(fs.readFileSync(packageFile('@makerdao/testchain', `out/mcd/${name}.abi`), 'utf8'));
}
