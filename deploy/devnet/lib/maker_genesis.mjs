// SPDX-License-Identifier: Apache-2.0
// A genesis block with Maker's contracts in it. The npm package @makerdao/testchain has a chain of
// August 2021 as Ganache kept it: a file for each key of its database, in one archive. Its tries are
// keyed by plain addresses and slots, so that all code and storage can be read out of them.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import {AbiCoder, concat, decodeRlp, encodeBytes32String, keccak256, toBeHex, zeroPadValue} from 'ethers';
import {addresses, followedIlks} from './maker_addresses.mjs';
import {packageFile} from './prebuilt.mjs';
import {quantity} from './rpc.mjs';

const emptyRoot = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
const emptyCode = keccak256('0x');
const tarBlock = 512;
const addressDigits = 40;
const thousandEther = quantity(10n ** 21n);
// Jug.ilks is the mapping of slot 1, rho the second word of its values; Pot.rho is slot 7.
const jugIlksSlot = 1n;
const potRhoSlot = word(7n);

function word(value) {
    return zeroPadValue(toBeHex(value), 32);
}

/** The files of a tar archive by name, without "./" before it. */
function untar(tar) {
    const text = (from, size) => tar.toString('latin1', from, from + size).replace(/\0.*$/s, '').trim();
    const files = new Map();
    for (let at = 0; at + tarBlock <= tar.length && text(at, 100) !== '';) {
        const size = parseInt(text(at + 124, 12) || '0', 8);
        const content = at + tarBlock;
        files.set(text(at, 100).replace(/^\.\//, ''), tar.subarray(content, content + size));
        at = content + Math.ceil(size / tarBlock) * tarBlock;
    }
    return files;
}

/** What Ganache kept. */
class Snapshot {
    constructor(archive) {
        this.files = untar(zlib.gunzipSync(fs.readFileSync(archive)));
    }

    get(key) {
        const file = this.files.get(key);
        if (file === undefined) {
            throw new Error(`the snapshot has no ${key}`);
        }
        return JSON.parse(file.toString());
    }

    stateRoot() {
        return this.get(`!blocks!${Number(this.get('!blocks!length')) - 1}`).header.stateRoot;
    }

    node(hash) {
        return this.get(`!trie_db!${hash}`);
    }

    /** [key in hex digits, value] of every leaf of a Merkle Patricia trie. */
    *leaves(root) {
        const open = root === emptyRoot ? [] : [[root, '']];
        while (open.length > 0) {
            const [reference, prefix] = open.pop();
            const node = typeof reference === 'string' ? decodeRlp(this.node(reference)) : reference;
            if (node.length === 17) {
                const children = node.slice(0, 16).map((child, i) => [child, prefix + i.toString(16)]);
                open.push(...children.filter(([child]) => child !== '0x'));
                continue;
            }
            // The first digit says whether it is a leaf (2) and whether the digits are odd in number (1).
            const flags = parseInt(node[0][2], 16);
            const key = prefix + node[0].slice(flags & 1 ? 3 : 4);
            if (flags & 2) {
                yield [key, node[1]];
            } else {
                open.push([node[1], key]);
            }
        }
    }

    /** Every contract, as a genesis allocates it. */
    contracts() {
        const alloc = {};
        for (const [address, account] of this.leaves(this.stateRoot())) {
            if (address.length !== addressDigits) {
                throw new Error('the snapshot is not keyed by plain addresses');
            }
            const [nonce, balance, storageRoot, codeHash] = decodeRlp(account);
            if (codeHash !== emptyCode) {
                const storage = [...this.leaves(storageRoot)].map(([slot, value]) =>
                    ['0x' + slot.padStart(64, '0'), zeroPadValue(decodeRlp(value), 32)]);
                alloc['0x' + address] = {
                    nonce: quantity(BigInt(nonce === '0x' ? 0 : nonce)),
                    balance: quantity(BigInt(balance === '0x' ? 0 : balance)),
                    code: this.node(codeHash),
                    storage: Object.fromEntries(storage),
                };
            }
        }
        return alloc;
    }
}

/** Fees begin to grow now, not in 2021. */
function renewRates(alloc, timestamp) {
    const {jug, pot} = addresses();
    const now = word(BigInt(timestamp));
    for (const ilk of followedIlks) {
        const value = keccak256(concat([encodeBytes32String(ilk), AbiCoder.defaultAbiCoder().encode(['uint256'], [jugIlksSlot])]));
        alloc[jug.toLowerCase()].storage[word(BigInt(value) + 1n)] = now;
    }
    alloc[pot.toLowerCase()].storage[potRhoSlot] = now;
}

/** Writes the genesis to `directory`; resolves to the file. */
export function makerGenesis({directory, timestamp, chainId = 31337}) {
    const alloc = new Snapshot(packageFile('@makerdao/testchain', 'snapshots/default.tgz')).contracts();
    renewRates(alloc, timestamp);
    const {admin, price_owner: priceOwner, faucet} = addresses();
    for (const sender of [admin, priceOwner, faucet].map((address) => address.toLowerCase())) {
        alloc[sender] = {...alloc[sender], balance: thousandEther};
    }
    const forks = ['homestead', 'eip150', 'eip155', 'eip158', 'byzantium', 'constantinople', 'petersburg', 'istanbul', 'berlin', 'london'];
    const config = {
        chainId, ...Object.fromEntries(forks.map((fork) => [`${fork}Block`, 0])),
        terminalTotalDifficulty: 0, shanghaiTime: 0, cancunTime: 0, pragueTime: 0,
    };
    const zero = '0x' + '0'.repeat(40);
    const genesis = {
        config, timestamp: quantity(timestamp), gasLimit: quantity(200_000_000), difficulty: '0x0', nonce: '0x0', extraData: '0x',
        coinbase: zero, alloc,
    };
    fs.mkdirSync(directory, {recursive: true});
    const file = path.join(directory, 'maker-genesis.json');
    fs.writeFileSync(file, JSON.stringify(genesis));
    return file;
}
