// SPDX-License-Identifier: Apache-2.0

/** A fault of a proxy: blocks are final when three are above them. */
export const earlyFinality = (devnet) => async ({method, params}) => {
    if (method !== 'eth_getBlockByNumber' || !['finalized', 'safe'].includes(params[0])) {
        return undefined;
    }
    const number = '0x' + Math.max(0, devnet.chain.head - 3).toString(16);
    return {result: await devnet.anvil.rpc.call(method, [number, params[1]])};
};
