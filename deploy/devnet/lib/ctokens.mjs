// SPDX-License-Identifier: Apache-2.0
// Deploys a market of cTokens (Venus core 3.1.0, a fork of Compound V2), and gives access to one.
import {MaxUint256, ZeroAddress} from 'ethers';
import {Contract} from './contract.mjs';
import {prebuilt} from './prebuilt.mjs';

const venusPackage = '@venusprotocol/venus-protocol';
const sources = {
    Unitroller: 'Comptroller/Unitroller.sol',
    Comptroller: 'Comptroller/Comptroller.sol',
    ComptrollerLens: 'Lens/ComptrollerLens.sol',
    VBep20Delegate: 'Tokens/VTokens/VBep20Delegate.sol',
    VBep20Delegator: 'Tokens/VTokens/VBep20Delegator.sol',
    JumpRateModel: 'InterestRateModels/JumpRateModel.sol',
    WhitePaperInterestRateModel: 'InterestRateModels/WhitePaperInterestRateModel.sol',
};

const wad = 10n ** 18n;
const percent = 10n ** 16n;
const cTokenDecimals = 8;

/** Each asset with its price in USD cents and what its cToken allows. The last one is listed later. */
export const assets = [
    {symbol: 'WETH', decimals: 18, cents: 400_000n, collateralPercent: 80n, reservePercent: 10n, model: 'jump'},
    {symbol: 'WBTC', decimals: 8, cents: 10_000_000n, collateralPercent: 75n, reservePercent: 10n, model: 'jump'},
    {symbol: 'USDC', decimals: 6, cents: 100n, collateralPercent: 82n, reservePercent: 10n, model: 'white'},
    {symbol: 'DAI', decimals: 18, cents: 100n, collateralPercent: 78n, reservePercent: 15n, model: 'jump'},
    {symbol: 'LINK', decimals: 18, cents: 2_000n, collateralPercent: 60n, reservePercent: 20n, model: 'steep'},
];
export const lateAsset = 'LINK';

// A year has 10,512,000 blocks for these models: steep rates, so that interest is seen within a few.
const models = {
    jump: ['JumpRateModel', [wad, 20n * wad, 400n * wad, 80n * percent]],
    steep: ['JumpRateModel', [5n * wad, 60n * wad, 900n * wad, 60n * percent]],
    white: ['WhitePaperInterestRateModel', [2n * wad, 30n * wad]],
};

/** The oracle's price of so many cents for a token of those decimals. */
export const oraclePrice = (cents, decimals) => cents * 10n ** BigInt(34 - decimals);

/** A deployed market: its contracts by role, its assets by symbol. `manifest` is plain JSON. */
export class CTokenMarket {
    constructor(artifacts, manifest) {
        const abi = (name) => artifacts[name].abi;
        this.artifacts = artifacts;
        this.manifest = manifest;
        this.comptroller = new Contract(manifest.comptroller, abi('Comptroller'));
        this.cToken = new Contract(ZeroAddress, abi('VBep20Delegate'));
        this.oracle = new Contract(manifest.oracle, abi('DevCTokenOracle'));
        this.multicall = new Contract(manifest.multicall, abi('DevMulticall'));
        this.token = new Contract(ZeroAddress, abi('DevToken'));
    }

    asset(symbol) {
        return this.manifest.assets[symbol];
    }

    cTokenOf(symbol) {
        return this.cToken.at(this.asset(symbol).ctoken);
    }
}

/** Deploys everything from the chain's first account, which stays the market's administrator. */
export async function deployCTokens(chain, compiled) {
    const venus = Object.entries(sources).map(([name, file]) => [name, prebuilt(venusPackage, `artifacts/contracts/${file}/${name}.json`)]);
    const artifacts = {...compiled, ...Object.fromEntries(venus)};
    return new CTokenDeployer(chain, artifacts).run();
}

class CTokenDeployer {
    constructor(chain, artifacts) {
        this.chain = chain;
        this.artifacts = artifacts;
        this.admin = chain.accounts[0];
        this.manifest = {version: 'Venus core 3.1.0', models: {}, assets: {}};
    }

    async run() {
        await this.deployComptroller();
        for (const [name, [contract, args]] of Object.entries(models)) {
            this.manifest.models[name] = await this.deploy(contract, args);
        }
        this.manifest.implementation = await this.deploy('VBep20Delegate');
        for (const asset of assets) {
            await this.deployCToken(asset);
        }
        for (const asset of assets.filter(({symbol}) => symbol !== lateAsset)) {
            await this.list(asset);
        }
        this.manifest.multicall = await this.deploy('DevMulticall');
        return new CTokenMarket(this.artifacts, this.manifest);
    }

    async deployComptroller() {
        const {manifest} = this;
        manifest.deployed_at = this.chain.head + 1;
        manifest.comptroller = await this.deploy('Unitroller');
        const implementation = await this.deploy('Comptroller');
        await this.send('Unitroller', manifest.comptroller, '_setPendingImplementation', implementation);
        await this.send('Comptroller', implementation, '_become', manifest.comptroller);
        manifest.oracle = await this.deploy('DevCTokenOracle');
        manifest.spare_oracle = await this.deploy('DevCTokenOracle');
        await this.govern('_setAccessControl', await this.deploy('DevAccessControl'));
        await this.govern('_setComptrollerLens', await this.deploy('ComptrollerLens'));
        await this.govern('_setPriceOracle', manifest.oracle);
        await this.govern('_setCloseFactor', 50n * percent);
        await this.govern('_setLiquidationIncentive', 108n * percent);
    }

    async deployCToken({symbol, decimals, cents, reservePercent, model}) {
        const {manifest} = this;
        const token = await this.deploy('DevToken', [symbol, symbol, decimals]);
        const initialRate = 2n * 10n ** BigInt(16 + decimals - cTokenDecimals); // 50 cTokens for one.
        const ctoken = await this.deploy('VBep20Delegator', [
            token, manifest.comptroller, manifest.models[model], initialRate, `Devnet ${symbol}`, `c${symbol}`,
            cTokenDecimals, this.admin, manifest.implementation, '0x',
        ]);
        manifest.assets[symbol] = {token, ctoken, decimals};
        for (const oracle of [manifest.oracle, manifest.spare_oracle]) {
            await this.send('DevCTokenOracle', oracle, 'setUnderlyingPrice', ctoken, oraclePrice(cents, decimals));
        }
        await this.send('VBep20Delegate', ctoken, '_setReserveFactor', reservePercent * percent);
    }

    async list({symbol, collateralPercent}) {
        const {ctoken} = this.manifest.assets[symbol];
        await this.govern('_supportMarket', ctoken);
        await this.govern('_setCollateralFactor', ctoken, collateralPercent * percent);
        await this.govern('_setMarketSupplyCaps', [ctoken], [MaxUint256]);
        await this.govern('_setMarketBorrowCaps', [ctoken], [MaxUint256]);
    }

    deploy(name, args = []) {
        return this.chain.deploy(this.admin, this.artifacts[name], args);
    }

    async send(name, address, method, ...args) {
        const data = new Contract(address, this.artifacts[name].abi).encode(method, args);
        await this.chain.execute({from: this.admin, to: address, data, label: method});
    }

    govern(method, ...args) {
        return this.send('Comptroller', this.manifest.comptroller, method, ...args);
    }
}
