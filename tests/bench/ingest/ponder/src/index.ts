// SPDX-License-Identifier: Apache-2.0
// The same bookkeeping as js_loop.mjs: scaled balances, indexes, what the pool holds.
import { ponder } from "ponder:registry";
import { position, reserve } from "ponder:schema";

const RAY = 10n ** 27n;

async function add(context, token, account, scaled) {
  await context.db
    .insert(position)
    .values({ token, account, scaled })
    .onConflictDoUpdate((row) => ({ scaled: row.scaled + scaled }));
}

async function move(context, id, amount) {
  await context.db
    .insert(reserve)
    .values({ id, underlying: amount, liquidityIndex: RAY, borrowIndex: RAY })
    .onConflictDoUpdate((row) => ({ underlying: row.underlying + amount }));
}

ponder.on("Token:Mint", async ({ event, context }) => {
  const { onBehalfOf, value, balanceIncrease, index } = event.args;
  await add(context, event.log.address, onBehalfOf, ((value - balanceIncrease) * RAY) / index);
});
ponder.on("Token:Burn", async ({ event, context }) => {
  const { from, value, balanceIncrease, index } = event.args;
  await add(context, event.log.address, from, -((value + balanceIncrease) * RAY) / index);
});
ponder.on("Pool:Supply", ({ event, context }) => move(context, event.args.reserve, event.args.amount));
ponder.on("Pool:Repay", ({ event, context }) => move(context, event.args.reserve, event.args.amount));
ponder.on("Pool:Withdraw", ({ event, context }) => move(context, event.args.reserve, -event.args.amount));
ponder.on("Pool:Borrow", ({ event, context }) => move(context, event.args.reserve, -event.args.amount));
ponder.on("Pool:ReserveDataUpdated", async ({ event, context }) => {
  const indexes = { liquidityIndex: event.args.liquidityIndex, borrowIndex: event.args.variableBorrowIndex };
  await context.db.insert(reserve).values({ id: event.args.reserve, underlying: 0n, ...indexes }).onConflictDoUpdate(indexes);
});
