import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { SyncResult } from "../../src/link/messages.ts";
import { cellsOf, describing } from "./cells.ts";
import { keyOfRef } from "./cluster-eyes.ts";
import { plannedOf } from "./desk.ts";
import { changedCells, lostTo } from "./drift-oracle.ts";
import { editsOf, isAutoscaled, note, plannedOfRound } from "./drift-round.ts";
import { type Drifted, driftHands } from "./drifted.ts";
import { setStage } from "./stage.ts";
import { subjects } from "./subjects.ts";
import { comparedDrift } from "./told-drift.ts";
import type { Thing } from "./values.ts";

/** How many drifts, and how they are drawn. */
const count = Number(process.env.TRUEUP_DRIFTS ?? 80);
const seed = Number(process.env.TRUEUP_SEED ?? 5);
const atOnce = 40;

/** A revision is history that a controller writes. */
const all = subjects().filter(({ kind }) => kind !== "ControllerRevision");
const stage = setStage(902, "    heal: false\n", all);

test(`${count} drifts by others (seed ${seed}): each field has its cause and its writer, and is put right`, async () => {
  const since = Date.now();
  const hands = driftHands(all, stage.eyes, seed);
  const wrong: string[] = [];
  const spoiled = new Set<string>();
  const done: Record<string, number> = { drifts: 0, refused: 0, unknown: 0 };
  const add = (name: string, more = 1) => {
    done[name] = (done[name] ?? 0) + more;
  };
  for (let round = 0; done.drifts! < count; round++) {
    const settled = await stage.eyes.read(stage.desk.described.values());
    const free = [...stage.desk.described].filter(([key, one]) => !spoiled.has(key) && !isAutoscaled(all, one));
    const batch = await hands.drift(free, settled, Math.min(atOnce, count - done.drifts!), round % 3 > 0);
    add("drifts", batch.size);
    done.refused = hands.refused;
    // What is watched comes in a moment later.
    await sleep(1_000);
    const live = await stage.eyes.read(stage.desk.described.values());
    const changes = new Map<string, Thing>([note(round), ...editsOf(batch)]);
    const plan = await plannedOfRound(stage.desk, changes, batch);
    await withoutRefused(plan, batch, settled, live, changes, (key, reason) => {
      spoiled.add(key);
      // What another applies stays theirs, and the cluster may not have it beside what the pull request brings.
      if (batch.get(key)?.merge !== undefined && isAppliedByOthers(live.get(key)!)) add("contradicted");
      else wrong.push(`${key} (${batch.get(key)?.what}): cannot be put right: ${reason}`);
    });
    const result = await stage.desk.merge(changes);
    if (result.outcome !== "healthy") {
      wrong.push(`${result.outcome}: ${result.message}\n  ${result.details?.join("\n  ")}`);
      await madeAnew(result, spoiled);
    }
    const after = await stage.eyes.read(stage.desk.described.values());

    for (const [key, was] of settled) {
      const merge = stage.desk.described.get(key);
      if (spoiled.has(key) || merge === undefined) continue;
      const one = batch.get(key);
      if (isAutoscaled(all, merge)) continue;
      const told = plannedOf(plan, key);
      const say = (what: string) => {
        wrong.push(`${key} (${one?.what ?? "not touched"}): ${what}`);
        spoiled.add(key);
      };
      const states = {
        settled: was,
        merged: one?.merged ?? was,
        base: one?.base ?? merge,
        merge,
        live: live.get(key)!,
        after: after.get(key)!,
      };
      if (states.after === undefined) say("is not there in the end");
      else if (one?.isDeletion) {
        add("deleted");
        if (told?.action !== "create" || !told.drifted) say(`told as ${told?.action}, drifted: ${told?.drifted}`);
        for (const cell of notAsDescribed(states.merged, states.after, merge)) say(`${cell} did not come back`);
      } else {
        const found = comparedDrift(told, states, (cell) => hands.wroteOf(key, cell), since, stage.eyes.lists);
        if (found.wrong.length > 0) say(found.wrong.slice(0, 6).join("\n    "));
        for (const { causes, managers } of found.expected) {
          add(causes[0]!);
          if (managers?.[0] === "unknown") add("unknown");
        }
        if (one !== undefined)
          for (const cell of lostTo(states, stage.eyes.lists)) say(`${cell} is not our own any more`);
      }
    }
  }
  done.spoiled = spoiled.size;
  process.stdout.write(`drifts: ${JSON.stringify(done)}, ${wrong.length} differences\n`);
  expect(wrong).toEqual([]);
}, 900_000);

const isAppliedByOthers = ({ metadata }: Thing): boolean =>
  ((metadata.managedFields ?? []) as { manager: string; operation: string }[]).some(
    ({ manager, operation }) => manager !== "trueup" && operation === "Apply",
  );

/** What the cluster will not have put right is told, put right by hand, and not merged. */
async function withoutRefused(
  plan: Plan,
  batch: ReadonlyMap<string, Drifted>,
  settled: ReadonlyMap<string, Thing>,
  live: ReadonlyMap<string, Thing>,
  changes: Map<string, Thing>,
  tell: (key: string, reason: string) => void,
): Promise<void> {
  for (const one of plan.objects) {
    if (one.action !== "invalid") continue;
    const key = keyOfRef(one);
    tell(key, one.reason ?? "");
    if (batch.has(key)) changes.delete(key);
    const metadata = { ...settled.get(key)!.metadata, resourceVersion: live.get(key)?.metadata.resourceVersion };
    await stage.eyes.send(settled.get(key)!, { method: "PUT", body: { ...settled.get(key)!, metadata } });
  }
}

/** What the cluster refuses as it stands goes, so that the rest can go on. */
async function madeAnew({ objects }: SyncResult, spoiled: Set<string>): Promise<void> {
  for (const one of objects.filter(({ action }) => action === "invalid")) {
    spoiled.add(keyOfRef(one));
    await stage.eyes.send({ ...one, metadata: one } as unknown as Thing, { method: "DELETE" });
  }
  await sleep(1_000);
  const { outcome, message } = await stage.desk.merge(new Map());
  if (outcome !== "healthy") throw new Error(`${outcome}: ${message}`);
}

function notAsDescribed(wanted: Thing, after: Thing, manifest: Thing): string[] {
  const isOfGit = describing(manifest, stage.eyes.lists);
  const changed = new Set(changedCells(wanted, after, stage.eyes.lists));
  const lost = [...cellsOf(wanted, stage.eyes.lists)].filter(([name, cell]) => changed.has(name) && isOfGit(cell));
  return lost.map(([, { steps }]) => steps.join("."));
}
