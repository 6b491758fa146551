import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterEyes } from "./cluster-eyes.ts";
import { changedCells } from "./drift-oracle.ts";
import { type Drift, drifter } from "./drifts.ts";
import type { Thing } from "./values.ts";

/** What was done to one object. */
export interface Drifted {
  what: string;
  isDeletion: boolean;
  base: Thing;
  /** What a pull request makes of the manifest; `undefined` when it leaves it alone. */
  merge: Thing | undefined;
  /** What the server would make of applying that before anybody drifted. */
  merged: Thing | undefined;
}

export interface DriftHands {
  /** Has as many of the objects drift, by others; some of them are edited by a pull request as well. */
  drift(
    free: readonly [string, Thing][],
    settled: ReadonlyMap<string, Thing>,
    count: number,
    withEdits: boolean,
  ): Promise<Map<string, Drifted>>;
  /** Who made a cell's value what it is. */
  wroteOf(key: string, cell: string): string | undefined;
  /** How many were drawn again, since the server would not have them. */
  readonly refused: number;
}

export function driftHands(all: readonly Thing[], eyes: ClusterEyes, seed: number): DriftHands {
  const draw = drifter(all, eyes.lists, seed);
  const books = new Map<string, Map<string, string>>();
  let refused = 0;

  /** @returns whether the server took the first of it */
  async function done(key: string, { manager, requests, isDeletion }: Drift, live: Thing): Promise<boolean> {
    let current = live;
    for (const [at, request] of requests.entries()) {
      const sent = request(current);
      const answer = sent && (await eyes.send(current, sent));
      if (answer === undefined || answer.status >= 300) return at > 0;
      if (isDeletion) return isGone(key, current);
      const next = (await eyes.get(current))!;
      const book = books.get(key) ?? new Map<string, string>();
      books.set(key, book);
      for (const cell of changedCells(current, next, eyes.lists)) book.set(cell, manager);
      current = next;
    }
    return true;
  }

  async function isGone(key: string, object: Thing): Promise<boolean> {
    books.delete(key);
    for (let left = 100; left > 0; left--) {
      if ((await eyes.get(object)) === undefined) return true;
      await sleep(100);
    }
    throw new Error(`${key} does not go`);
  }

  /** An edit that the server would take. */
  async function edited(base: Thing): Promise<{ merge: Thing; merged: Thing; what: string } | undefined> {
    for (let left = 5; left > 0; left--) {
      const { object, what } = draw.edit(base);
      const merged = await eyes.applied(object!);
      if (merged !== undefined) return { merge: object!, merged, what };
    }
    return undefined;
  }

  async function drifted(key: string, base: Thing, live: Thing, withEdits: boolean): Promise<Drifted | undefined> {
    const edit = withEdits && draw.random() < 0.5 ? await edited(base) : undefined;
    for (let left = 12; left > 0; left--) {
      const drift = draw.next(live, edit?.merged);
      if (!(await done(key, drift, live))) {
        refused++;
        continue;
      }
      const what = `${drift.manager}: ${drift.what}${edit ? `; pull request: ${edit.what}` : ""}`;
      return { what, isDeletion: drift.isDeletion, base, merge: edit?.merge, merged: edit?.merged };
    }
    return undefined;
  }

  return {
    get refused() {
      return refused;
    },
    wroteOf: (key, cell) => books.get(key)?.get(cell),
    async drift(free, settled, count, withEdits) {
      const batch = new Map<string, Drifted>();
      const left = [...free];
      while (batch.size < count && left.length > 0) {
        const [[key, base]] = left.splice(Math.floor(draw.random() * left.length), 1) as [[string, Thing]];
        const one = await drifted(key, base, settled.get(key)!, withEdits);
        if (one !== undefined) batch.set(key, one);
      }
      return batch;
    },
  };
}
