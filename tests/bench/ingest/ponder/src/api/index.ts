// SPDX-License-Identifier: Apache-2.0
import { Hono } from "hono";

export default new Hono();
