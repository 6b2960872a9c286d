// SPDX-License-Identifier: Apache-2.0
// Markets that may stand on a devnet instead of Aave's.
import {CTokenWorkload} from './ctoken_workload.mjs';
import {deployCTokens} from './ctokens.mjs';
import {marketSection} from './faultline_config.mjs';
import {makerGenesis} from './maker_genesis.mjs';
import {MakerWorkload} from './maker_workload.mjs';
import {setUpMaker} from './maker.mjs';

export const ctokens = {
    name: 'a market of cTokens (Venus core 3.1.0)',
    protocol: 'compound_v2',
    deploy: deployCTokens,
    live: (chain, market, options) => new CTokenWorkload(chain, market, options),
    section: ({comptroller, deployed_at: deployedAt}) => marketSection('compound_v2', {comptroller}, deployedAt),
};

const makerContracts = ['vat', 'jug', 'spotter', 'dog', 'vow', 'pot', 'dai', 'dai_join', 'end', 'esm'];

/** It stands in the genesis block, so no log tells of its beginning. */
export const maker = {
    name: 'Maker (MCD of August 2021)',
    protocol: 'maker',
    genesis: makerGenesis,
    deploy: setUpMaker,
    live: (chain, market, options) => new MakerWorkload(chain, market, options),
    section: (manifest) => marketSection('maker', Object.fromEntries(makerContracts.map((name) => [name, manifest[name]]))) +
        `        joins: ${JSON.stringify(Object.values(manifest.ilks).map(({join}) => join))}\n`,
};
