import { setTimeout as sleep } from "node:timers/promises";
import type { Pause } from "../../link/messages.ts";
import type { Inventory } from "../cluster/inventory.ts";
import type { Healer } from "./healer.ts";

/** How often a sync that waits looks whether somebody has asked for it meanwhile, who is to be told. */
const toldAgainMs = 1_000;

/**
 * While a system is paused nothing of it is written: no sync, no heal. A pause ends by itself, and stands in the inventory, so that
 * an agent that starts anew keeps to it.
 */
export interface Pausing {
  /** @param pause undefined: it goes on now */
  set(pause: Pause | undefined): Promise<void>;
  /** Resolves when nothing is paused (any more). @param waiting told at once and again while it lasts, with a sentence */
  over(signal: AbortSignal, waiting: (sentence: string) => void): Promise<void>;
  /** As far as this process knows. */
  isPaused(): boolean;
  stop(): void;
}

export function createPausing(inventory: Inventory, healer: Pick<Healer, "pause" | "resume" | "look">): Pausing {
  let current: Pause | undefined;
  let end: NodeJS.Timeout | undefined;
  let loading: Promise<void> | undefined;

  function take(pause: Pause | undefined): void {
    clearTimeout(end);
    const lasts = pause === undefined ? 0 : Date.parse(pause.until) - Date.now();
    const was = current;
    current = pause !== undefined && lasts > 0 ? pause : undefined;
    // What is being healed at this moment is finished.
    if (was === undefined && current !== undefined) healer.pause().catch(() => undefined);
    if (was !== undefined && current === undefined) healer.resume();
    if (current !== undefined) end = setTimeout(() => take(undefined), lasts).unref();
  }

  /** Once: what this process did not hear itself. */
  const load = (): Promise<void> => {
    const reading = loading ?? inventory.read().then((record) => take(current ?? record?.pause));
    loading = reading;
    reading.catch(() => {
      loading = undefined;
    });
    return reading;
  };

  return {
    async set(pause) {
      loading = Promise.resolve();
      take(pause);
      await inventory.setPause(pause);
    },
    async over(signal, waiting) {
      await load();
      while (current !== undefined) {
        waiting(pausedSentence(current));
        await sleep(Math.min(toldAgainMs, Math.max(1, Date.parse(current.until) - Date.now())), undefined, { signal });
      }
    },
    isPaused: () => current !== undefined,
    stop: () => clearTimeout(end),
  };
}

function pausedSentence({ until, by, reason }: Pause): string {
  const when = until.slice(0, 16).replace("T", " ");
  return `paused until ${when} UTC by ${by}${reason === undefined ? "" : `: ${reason}`}`;
}
