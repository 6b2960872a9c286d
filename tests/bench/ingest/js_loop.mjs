// SPDX-License-Identifier: Apache-2.0
// The usual hand-written indexer: pages of eth_getLogs, JSON.parse, BigInt, a Map of balances. Keeps
// nothing on disk. usage: node js_loop.mjs URL BLOCKS
const [url, blocks] = [process.argv[2], Number(process.argv[3])];
const BASE = 0x1000000;
const PAGE = 100;
const names = {
  "0x2b627736bca15cd5381dcf80b0bf11fd197d01a037c52b927a881a10fb73ba61": "Supply",
  "0x3115d1449a7b732c986cba18244e897a450f61e1bb8d589cd2e69e6c8924f9f7": "Withdraw",
  "0xb3d084820fb1a9decffb176436bd02558d15fac9b0ddfed8c465bc7359d7dce0": "Borrow",
  "0xa534c8dbe71f871f9f3530e97a74601fea17b426cae02e1c5aee42c96c784051": "Repay",
  "0x804c9b842b2748a22bb64b345453a3de7ca54a6ca45ce00d415894979e22897a": "ReserveDataUpdated",
  "0x458f5fa412d0f69b08dd84872b0215675cc67bc1d5b6fd93300a1c3878b86196": "Mint",
  "0x4cf25bc1d991c17529c25213d3cc0cda295eeaad5f13f361969b12ea48015f90": "Burn",
};
const balances = new Map();
const indexes = new Map();
let count = 0;

const word = (data, i) => BigInt("0x" + data.slice(2 + 64 * i, 66 + 64 * i));
const account = (topic) => "0x" + topic.slice(26);
const add = (key, value) => balances.set(key, (balances.get(key) ?? 0n) + value);

function fold(log) {
  count += 1;
  const [kind, first, second] = log.topics;
  switch (names[kind]) {
    case "Mint": {
      const scaled = ((word(log.data, 0) - word(log.data, 1)) * 10n ** 27n) / word(log.data, 2);
      add(log.address + account(second), scaled);
      break;
    }
    case "Burn": {
      const scaled = ((word(log.data, 0) + word(log.data, 1)) * 10n ** 27n) / word(log.data, 2);
      add(log.address + account(first), -scaled);
      break;
    }
    case "ReserveDataUpdated":
      indexes.set(first, [word(log.data, 3), word(log.data, 4)]);
      break;
    case "Supply":
    case "Borrow":
      add(kind + first, word(log.data, 1));
      break;
    case "Withdraw":
    case "Repay":
      add(kind + first, word(log.data, 0));
      break;
  }
}

const hex = (n) => "0x" + n.toString(16);
async function page(from, to) {
  const body = { jsonrpc: "2.0", id: 1, method: "eth_getLogs", params: [{ fromBlock: hex(from), toBlock: hex(to) }] };
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return (await answer.json()).result;
}

for (let from = BASE; from < BASE + blocks; from += PAGE) {
  for (const log of await page(from, Math.min(from + PAGE, BASE + blocks) - 1)) fold(log);
}
const used = process.cpuUsage();
console.log(JSON.stringify({
  logs: count,
  cpu_s: (used.user + used.system) / 1e6,
  rss_mb: process.resourceUsage().maxRSS / 1024,
}));
