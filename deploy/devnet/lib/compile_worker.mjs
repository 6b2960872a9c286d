// SPDX-License-Identifier: Apache-2.0
// Runs the Solidity compiler, which blocks its thread for most of a minute.
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {parentPort, workerData} from 'node:worker_threads';

const {modulesDir, aavePackage, aaveContracts, own, compilerSettings} = workerData;
const solc = createRequire(import.meta.url)('solc');

// Aave's sources name their dependencies the way Foundry lays them out.
const remappings = [
    ['openzeppelin-contracts-upgradeable/contracts/', '@openzeppelin/contracts-upgradeable/'],
    ['openzeppelin-contracts/contracts/', '@openzeppelin/contracts/'],
    ['solidity-utils/', '@bgd-labs/solidity-utils/src/'],
];

function resolveImport(name) {
    const rule = remappings.find(([prefix]) => name.startsWith(prefix));
    const file = rule ? rule[1] + name.slice(rule[0].length) : name;
    try {
        return {contents: fs.readFileSync(path.join(modulesDir, file), 'utf8')};
    } catch (error) {
        return {error: String(error)};
    }
}

function compile(sources) {
    const input = {
        language: 'Solidity',
        sources,
        settings: {
            ...compilerSettings,
            outputSelection: {'*': {'*': ['abi', 'evm.bytecode.object', 'evm.bytecode.linkReferences']}},
        },
    };
    const output = JSON.parse(solc.compile(JSON.stringify(input), {import: resolveImport}));
    const errors = (output.errors ?? []).filter((entry) => entry.severity === 'error');
    if (errors.length > 0) {
        throw new Error(errors.map((entry) => entry.formattedMessage).join('\n').slice(0, 4000));
    }
    return Object.values(output.contracts).flatMap((contracts) => Object.entries(contracts).map(toArtifact));
}

function toArtifact([name, contract]) {
    const references = Object.values(contract.evm.bytecode.linkReferences ?? {});
    const links = Object.fromEntries(
        references.flatMap((libraries) =>
            Object.entries(libraries).map(([library, places]) => [library, places.map((place) => place.start)]),
        ),
    );
    return {name, abi: contract.abi, bytecode: '0x' + contract.evm.bytecode.object, links};
}

try {
    const aaveSources = aaveContracts.map((name) => `${aavePackage}/src/contracts/${name}.sol`);
    const artifacts = [
        ...compile(Object.fromEntries(aaveSources.map((name) => [name, {content: resolveImport(name).contents}]))),
        ...compile(Object.fromEntries(Object.entries(own).map(([name, content]) => [name, {content}]))),
    ];
    const deployable = artifacts.filter((artifact) => artifact.bytecode !== '0x');
    parentPort.postMessage({
        artifacts: Object.fromEntries(deployable.map((artifact) => [artifact.name, artifact])),
    });
} catch (error) {
    parentPort.postMessage({error: error.message});
}
