// SPDX-License-Identifier: Apache-2.0
// Deploys an Aave V3.6 market, and gives access to one.
import {AbiCoder, ZeroAddress, getAddress} from 'ethers';
import {Contract} from './contract.mjs';
import * as parameters from './market_parameters.mjs';

const libraries = ['PoolLogic', 'SupplyLogic', 'BorrowLogic', 'LiquidationLogic', 'ConfiguratorLogic', 'FlashLoanLogic'];
const treasury = getAddress('0x7777777777777777777777777777777777777777');
const oracleUnit = 100_000_000n;
const rateModelType = ['tuple(uint16,uint32,uint32,uint32)'];

/** A deployed market: its contracts by role, its reserves by symbol. `manifest` is plain JSON. */
export class Market {
    constructor(artifacts, manifest) {
        const abi = (name) => artifacts[name].abi;
        this.artifacts = artifacts;
        this.manifest = manifest;
        this.pool = new Contract(manifest.pool, abi('PoolInstance'));
        this.provider = new Contract(manifest.addresses_provider, abi('PoolAddressesProvider'));
        this.configurator = new Contract(manifest.configurator, abi('PoolConfiguratorInstance'));
        this.oracle = new Contract(manifest.oracle, abi('AaveOracle'));
        this.dataProvider = new Contract(manifest.data_provider, abi('AaveProtocolDataProvider'));
        this.flashBorrower = new Contract(manifest.flash_borrower, abi('DevFlashBorrower'));
        this.multicall = new Contract(manifest.multicall, abi('DevMulticall'));
        this.token = new Contract(ZeroAddress, abi('DevToken'));
        this.wrappedToken = new Contract(ZeroAddress, abi('DevWrappedToken'));
        this.aToken = new Contract(ZeroAddress, abi('ATokenInstance'));
        this.debtToken = new Contract(ZeroAddress, abi('VariableDebtTokenInstance'));
        this.aggregator = new Contract(ZeroAddress, abi('DevAggregator'));
        this.feedProxy = new Contract(ZeroAddress, abi('DevFeedProxy'));
    }

    /** {token, a_token, debt_token, decimals, feed, aggregator?} of a reserve. */
    reserve(symbol) {
        return this.manifest.reserves[symbol];
    }
}

/** Deploys everything from the chain's first account, which stays the market's administrator. */
export async function deployMarket(chain, artifacts) {
    return new MarketDeployer(chain, artifacts).run();
}

class MarketDeployer {
    constructor(chain, artifacts) {
        this.chain = chain;
        this.artifacts = artifacts;
        this.admin = chain.accounts[0];
        this.libraries = {};
        this.manifest = {version: '3.6.0', treasury, reserves: {}};
    }

    async run() {
        await this.deployTokensAndFeeds();
        await this.deployPool();
        await this.deployOracle();
        await this.listReserves();
        for (const reserve of parameters.reserves) {
            await this.configureReserve(reserve);
        }
        await this.configureIsolation();
        await this.configureEModes();
        await this.configure('updateFlashloanPremium', parameters.flashLoanPremiumBps);
        this.manifest.flash_borrower = await this.deploy('DevFlashBorrower', [this.manifest.pool]);
        this.manifest.multicall = await this.deploy('DevMulticall');
        return new Market(this.artifacts, this.manifest);
    }

    async deployTokensAndFeeds() {
        for (const {symbol, decimals, priceE8} of parameters.reserves) {
            const token = await this.deploy(tokenContract(symbol), [symbol, symbol, decimals]);
            const entry = (this.manifest.reserves[symbol] = {token, decimals});
            if (symbol === parameters.wrapped) {
                const base = this.manifest.reserves[parameters.wrappedBase].feed;
                entry.feed = await this.deploy('DevRatioFeed', [base, token]);
            } else {
                entry.aggregator = await this.deploy('DevAggregator', [`${symbol} / USD`, priceE8]);
                entry.feed = await this.deploy('DevFeedProxy', [entry.aggregator]);
            }
        }
    }

    async deployPool() {
        const {manifest, admin} = this;
        manifest.registry = await this.deploy('PoolAddressesProviderRegistry', [admin]);
        manifest.deployed_at = this.chain.head + 1;
        manifest.addresses_provider = await this.deploy('PoolAddressesProvider', ['Faultline devnet', admin]);
        await this.send('PoolAddressesProviderRegistry', manifest.registry, 'registerAddressesProvider', manifest.addresses_provider, 1);
        await this.provide('setACLAdmin', admin);
        manifest.acl_manager = await this.deploy('ACLManager', [manifest.addresses_provider]);
        await this.provide('setACLManager', manifest.acl_manager);
        for (const role of ['addPoolAdmin', 'addEmergencyAdmin', 'addRiskAdmin', 'addAssetListingAdmin']) {
            await this.send('ACLManager', manifest.acl_manager, role, admin);
        }
        for (const library of libraries) {
            this.libraries[library] = await this.deploy(library);
        }
        manifest.rate_strategy = await this.deploy('DefaultReserveInterestRateStrategyV2', [manifest.addresses_provider]);
        const pool = await this.deploy('PoolInstance', [manifest.addresses_provider, manifest.rate_strategy]);
        await this.provide('setPoolImpl', pool);
        manifest.pool = await this.provided('getPool');
        await this.provide('setPoolConfiguratorImpl', await this.deploy('PoolConfiguratorInstance'));
        manifest.configurator = await this.provided('getPoolConfigurator');
        manifest.data_provider = await this.deploy('AaveProtocolDataProvider', [manifest.addresses_provider]);
        await this.provide('setPoolDataProvider', manifest.data_provider);
    }

    async deployOracle() {
        const entries = Object.values(this.manifest.reserves);
        const tokens = entries.map((entry) => entry.token);
        const feeds = entries.map((entry) => entry.feed);
        const args = [this.manifest.addresses_provider, tokens, feeds, ZeroAddress, ZeroAddress, oracleUnit];
        this.manifest.oracle = await this.deploy('AaveOracle', args);
        await this.provide('setPriceOracle', this.manifest.oracle);
    }

    async listReserves() {
        const {manifest} = this;
        manifest.a_token_implementation = await this.deploy('ATokenInstance', [manifest.pool, ZeroAddress, treasury]);
        manifest.debt_token_implementation = await this.deploy('VariableDebtTokenInstance', [manifest.pool, ZeroAddress]);
        const inputs = parameters.reserves.map((reserve) =>
            reserveInput(manifest, reserve.symbol, manifest.reserves[reserve.symbol].token, reserve.ratesBps),
        );
        await this.configure('initReserves', inputs);
        const dataProvider = new Contract(manifest.data_provider, this.artifacts.AaveProtocolDataProvider.abi);
        for (const entry of Object.values(manifest.reserves)) {
            const [aToken, , debtToken] = await this.chain.call(dataProvider, 'getReserveTokensAddresses', [entry.token]);
            Object.assign(entry, {a_token: aToken, debt_token: debtToken});
        }
    }

    async configureReserve(reserve) {
        const {token} = this.manifest.reserves[reserve.symbol];
        await this.configure('configureReserveAsCollateral', token, reserve.ltvBps, reserve.thresholdBps, reserve.bonusBps);
        if (parameters.borrowable.includes(reserve.symbol)) {
            await this.configure('setReserveBorrowing', token, true);
        }
        await this.configure('setReserveFlashLoaning', token, true);
        await this.configure('setReserveFactor', token, reserve.factorBps);
        await this.configure('setLiquidationProtocolFee', token, parameters.liquidationProtocolFeeBps);
        if (reserve.supplyCap > 0) {
            await this.configure('setSupplyCap', token, reserve.supplyCap);
        }
        if (reserve.borrowCap > 0) {
            await this.configure('setBorrowCap', token, reserve.borrowCap);
        }
    }

    async configureIsolation() {
        for (const symbol of parameters.stables) {
            await this.configure('setBorrowableInIsolation', this.manifest.reserves[symbol].token, true);
        }
        const {token} = this.manifest.reserves[parameters.isolated];
        await this.configure('setDebtCeiling', token, parameters.isolatedDebtCeilingCents);
    }

    async configureEModes() {
        for (const mode of parameters.eModes) {
            await this.configure('setEModeCategory', mode.id, mode.ltvBps, mode.thresholdBps, mode.bonusBps, mode.label);
            for (const symbol of mode.collateral) {
                await this.configure('setAssetCollateralInEMode', this.manifest.reserves[symbol].token, mode.id, true);
            }
            for (const symbol of mode.borrowable) {
                await this.configure('setAssetBorrowableInEMode', this.manifest.reserves[symbol].token, mode.id, true);
            }
        }
    }

    deploy(name, args = []) {
        return this.chain.deploy(this.admin, this.artifacts[name], args, this.libraries);
    }

    async send(name, address, method, ...args) {
        const data = new Contract(address, this.artifacts[name].abi).encode(method, args);
        await this.chain.execute({from: this.admin, to: address, data, label: method});
    }

    configure(method, ...args) {
        return this.send('PoolConfiguratorInstance', this.manifest.configurator, method, ...args);
    }

    provide(method, ...args) {
        return this.send('PoolAddressesProvider', this.manifest.addresses_provider, method, ...args);
    }

    provided(method) {
        const provider = new Contract(this.manifest.addresses_provider, this.artifacts.PoolAddressesProvider.abi);
        return this.chain.call(provider, method);
    }
}

function tokenContract(symbol) {
    return {USDT: 'DevTokenNoReturn', wstETH: 'DevWrappedToken'}[symbol] ?? 'DevToken';
}

/** What PoolConfigurator.initReserves wants to know of one reserve. */
export function reserveInput(manifest, symbol, token, ratesBps) {
    return {
        aTokenImpl: manifest.a_token_implementation,
        variableDebtTokenImpl: manifest.debt_token_implementation,
        underlyingAsset: token,
        aTokenName: `Aave Devnet ${symbol}`,
        aTokenSymbol: `a${symbol}`,
        variableDebtTokenName: `Aave Devnet Variable Debt ${symbol}`,
        variableDebtTokenSymbol: `variableDebt${symbol}`,
        params: '0x',
        interestRateData: AbiCoder.defaultAbiCoder().encode(rateModelType, [ratesBps]),
    };
}
