// SPDX-License-Identifier: Apache-2.0
// Compiled contracts: Aave V3.6 from its npm package and our own from contracts/, built once into a
// cache folder. A cache file is named after a hash of everything that went into it.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';

const devnetDir = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modulesDir = path.join(devnetDir, 'node_modules');
const contractsDir = path.join(devnetDir, 'contracts');

/** Where compiled contracts are kept unless a caller says otherwise. */
export const defaultCacheDir = path.resolve(devnetDir, '../../build/devnet');

const aavePackage = '@aave-dao/aave-v3-origin';
const aaveContracts = [
    'helpers/AaveProtocolDataProvider',
    'instances/ATokenInstance',
    'instances/PoolConfiguratorInstance',
    'instances/PoolInstance',
    'instances/VariableDebtTokenInstance',
    'misc/AaveOracle',
    'misc/DefaultReserveInterestRateStrategyV2',
    'protocol/configuration/ACLManager',
    'protocol/configuration/PoolAddressesProvider',
    'protocol/configuration/PoolAddressesProviderRegistry',
];
const compilerSettings = {
    optimizer: {enabled: true, runs: 200},
    evmVersion: 'shanghai',
    metadata: {bytecodeHash: 'none'},
};
const progressEveryMs = 5_000;

/**
 * Every contract by name: {name, abi, bytecode, links}, where links says at which byte offsets of
 * the bytecode each library's address goes. Compiles on the first call for these inputs, reporting
 * through `progress`.
 */
export async function loadArtifacts({cacheDir = defaultCacheDir, progress = () => {}} = {}) {
    if (!fs.existsSync(path.join(modulesDir, 'solc'))) {
        throw new Error(`the devnet's npm packages are missing; install them with: deploy/setup devnet`);
    }
    const input = {
        versions: ['solc', aavePackage, '@openzeppelin/contracts'].map(packageVersion),
        own: readOwnContracts(),
        aaveContracts,
        compilerSettings,
    };
    const key = crypto.createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 16);
    const file = path.join(cacheDir, `contracts-${key}.json`);
    if (!fs.existsSync(file)) {
        progress('compiling the Aave V3.6 contracts, 10 to 45 s, once');
        const started = Date.now();
        const seconds = () => Math.round((Date.now() - started) / 1000);
        const ticker = setInterval(() => progress(`compiling the Aave V3.6 contracts: ${seconds()} s`), progressEveryMs);
        try {
            const artifacts = await compileInWorker(input.own);
            fs.mkdirSync(cacheDir, {recursive: true});
            writeAtomically(file, JSON.stringify(artifacts));
        } finally {
            clearInterval(ticker);
        }
        progress(`compiled the contracts in ${seconds()} s`);
    }
    return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function packageVersion(name) {
    return JSON.parse(fs.readFileSync(path.join(modulesDir, name, 'package.json'), 'utf8')).version;
}

function readOwnContracts() {
    const files = fs.readdirSync(contractsDir).filter((file) => file.endsWith('.sol')).sort();
    return Object.fromEntries(files.map((file) => [file, fs.readFileSync(path.join(contractsDir, file), 'utf8')]));
}

/** Another process may be writing the same file: whoever renames last wins, with equal content. */
function writeAtomically(file, text) {
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
}

function compileInWorker(own) {
    return new Promise((resolve, reject) => {
        const workerData = {modulesDir, aavePackage, aaveContracts, own, compilerSettings};
        const worker = new Worker(new URL('./compile_worker.mjs', import.meta.url), {workerData});
        worker.once('message', ({artifacts, error}) => (error ? reject(new Error(error)) : resolve(artifacts)));
        worker.once('error', reject);
        worker.once('exit', (code) => reject(new Error(`the compiler ended with ${code} and no answer`)));
    });
}
