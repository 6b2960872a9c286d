// SPDX-License-Identifier: Apache-2.0
// Contracts that npm packages bring compiled.
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const modulesDir = fileURLToPath(new URL('../node_modules', import.meta.url));

/** The path of a file in an installed package. */
export function packageFile(packageName, file) {
    const found = path.join(modulesDir, packageName, file);
    if (!fs.existsSync(found)) {
        throw new Error(`the npm package ${packageName} is missing or has no ${file}; install it with: deploy/setup devnet`);
    }
    return found;
}

/** A Hardhat artifact in the form of loadArtifacts(). */
export function prebuilt(packageName, file) {
    const {contractName, abi, bytecode, linkReferences} = JSON.parse(fs.readFileSync(packageFile(packageName, file), 'utf8'));
    if (Object.keys(linkReferences ?? {}).length > 0) {
        throw new Error(`${contractName} of ${packageName} needs libraries, which this does not link`);
    }
    return {name: contractName, abi, bytecode, links: {}};
}
