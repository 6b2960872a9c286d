// SPDX-License-Identifier: Apache-2.0
import { onchainTable, primaryKey } from "ponder";

export const position = onchainTable(
  "position",
  (t) => ({ token: t.hex().notNull(), account: t.hex().notNull(), scaled: t.bigint().notNull() }),
  (table) => ({ pk: primaryKey({ columns: [table.token, table.account] }) }),
);

export const reserve = onchainTable("reserve", (t) => ({
  id: t.hex().primaryKey(),
  underlying: t.bigint().notNull(),
  liquidityIndex: t.bigint().notNull(),
  borrowIndex: t.bigint().notNull(),
}));
