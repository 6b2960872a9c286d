// SPDX-License-Identifier: Apache-2.0
import {Interface, getAddress} from 'ethers';

/** An address and how to talk to it. */
export class Contract {
    /** `abi` is a JSON ABI, human-readable ABI lines, or an ethers Interface. */
    constructor(address, abi) {
        this.address = address;
        this.interface = Interface.from(abi);
    }

    at(address) {
        return new Contract(address, this.interface);
    }

    encode(method, args = []) {
        return this.interface.encodeFunctionData(method, args);
    }

    /** One value, or for several an array that also has them by name. */
    decode(method, data) {
        const result = this.interface.decodeFunctionResult(method, data);
        return result.length === 1 ? result[0] : result;
    }
}

/** The creation code of `artifact` with its libraries' addresses and constructor arguments. */
export function creationCode(artifact, args, libraries) {
    let code = artifact.bytecode;
    for (const [library, offsets] of Object.entries(artifact.links)) {
        if (!libraries[library]) {
            throw new Error(`${artifact.name} needs the library ${library}, which is not deployed`);
        }
        const address = getAddress(libraries[library]).slice(2).toLowerCase();
        for (const offset of offsets) {
            const at = 2 + offset * 2;
            code = code.slice(0, at) + address + code.slice(at + 40);
        }
    }
    return code + new Interface(artifact.abi).encodeDeploy(args).slice(2);
}
