import pino from "pino";
import { type ContextParts, createContext } from "../../src/bot/bot-context.ts";
import type { BotContext } from "../../src/bot/reconciler.ts";
import type { Store } from "../../src/store/open-store.ts";

/** A bot's context that has a store and a clock alone: whoever asks for GitHub or Git fails. */
export function storeContext(
  { db }: Pick<Store, "db">,
  parts: Pick<ContextParts, "now"> & Partial<ContextParts>,
): BotContext {
  const nothing = () => Promise.reject(new Error("there is a store alone"));
  const all: ContextParts = {
    github: undefined as never,
    mirrorOf: nothing,
    validator: undefined as never,
    clusters: ["prod"],
    planUrl: () => undefined,
    compared: () => undefined,
    listeningSince: () => 0,
    ...parts,
  };
  return createContext(all, db, pino({ level: "silent" }));
}
