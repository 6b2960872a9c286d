// SPDX-License-Identifier: Apache-2.0
// The health factors of a book as a script would compute them: BigInt, and the rounding of Aave 3.0.
// usage: node bigint_book.mjs FILE [TIMES=5]; FILE is written by health_book.
import { readFileSync } from "node:fs";

const RAY = 10n ** 27n;
const WAD = 10n ** 18n;
const NO_DEBT = 2n ** 256n - 1n;
const [file, times = "5"] = process.argv.slice(2);
const reserves = [];
const accounts = [];

for (const line of readFileSync(file, "utf8").split("\n")) {
  const [kind, ...fields] = line.split(",");
  if (kind === "R") {
    const [price, decimals, threshold, income, debt] = fields.map(BigInt);
    reserves.push({ price, unit: 10n ** decimals, threshold, income, debt });
  } else if (kind === "L") {
    const [account, reserve, isDebt, scaled] = fields;
    (accounts[Number(account)] ??= []).push({ reserve: reserves[Number(reserve)], isDebt: isDebt === "1", scaled: BigInt(scaled) });
  }
}

const rayMul = (a, b) => (a * b + RAY / 2n) / RAY;

function healthFactor(legs) {
  let collateral = 0n;
  let weighted = 0n;
  let debt = 0n;
  for (const { reserve, isDebt, scaled } of legs) {
    if (isDebt) {
      debt += (rayMul(scaled, reserve.debt) * reserve.price) / reserve.unit;
    } else {
      const value = (rayMul(scaled, reserve.income) * reserve.price) / reserve.unit;
      collateral += value;
      weighted += value * reserve.threshold;
    }
  }
  if (debt === 0n) return NO_DEBT;
  const threshold = collateral === 0n ? 0n : weighted / collateral;
  const covered = (collateral * threshold + 5000n) / 10000n;
  return (covered * WAD + debt / 2n) / debt;
}

function valueAll() {
  let below = 0;
  let sum = 0n;
  for (const legs of accounts) {
    const health = healthFactor(legs);
    if (health < WAD) below += 1;
    if (health !== NO_DEBT) sum += health;
  }
  return { below, sum };
}

valueAll();
const began = process.cpuUsage();
let valued;
for (let i = 0; i < Number(times); i += 1) valued = valueAll();
const used = process.cpuUsage(began);
console.log(JSON.stringify({ accounts: accounts.length, times: Number(times), cpu_s: (used.user + used.system) / 1e6, below: valued.below, sum: String(valued.sum) }));
