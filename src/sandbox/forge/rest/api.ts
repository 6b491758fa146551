import type { Context, Hono } from "hono";
import type { Caller } from "./caller.ts";

/** What the routes find in their context. */
export interface ApiEnv {
  Variables: { caller: Caller };
}

export type Api = Hono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;
