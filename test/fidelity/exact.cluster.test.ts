import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { PlannedObject } from "../../src/core/plan/plan.ts";
import { carriedOut, find, tellsOrder } from "./as-told.ts";
import { keyOfRef } from "./cluster-eyes.ts";
import { differencesOf, treeOf } from "./compare.ts";
import { plannedOf } from "./desk.ts";
import { editsOf, isAutoscaled, note, plannedOfRound } from "./drift-round.ts";
import { type Drifted, driftHands } from "./drifted.ts";
import { setStage } from "./stage.ts";
import { subjects } from "./subjects.ts";
import { same, type Thing } from "./values.ts";

/** How many drifts, and how they are drawn. */
const count = Number(process.env.TRUEUP_DRIFTS ?? 80);
const seed = Number(process.env.TRUEUP_SEED ?? 5);
const atOnce = 40;

/** A revision is history that a controller writes. */
const all = subjects().filter(({ kind }) => kind !== "ControllerRevision");
const stage = setStage(903, "    exact: true\n    heal: false\n", all);

test(`${count} drifts in an exact system (seed ${seed}): what is planned is what is done, and what others added is gone unless it is told to stay`, async () => {
  const hands = driftHands(all, stage.eyes, seed);
  const wrong: string[] = [];
  const spoiled = new Set<string>();
  const done = { drifts: 0, gone: 0, staying: 0, refused: 0 };
  for (let round = 0; done.drifts < count; round++) {
    const settled = await stage.eyes.read(stage.desk.described.values());
    const free = [...stage.desk.described].filter(([key, one]) => !spoiled.has(key) && !isAutoscaled(all, one));
    const batch = await hands.drift(free, settled, Math.min(atOnce, count - done.drifts), round % 3 > 0);
    done.drifts += batch.size;
    // What is watched comes in a moment later.
    await sleep(1_000);
    const live = await stage.eyes.read(stage.desk.described.values());
    const changes = new Map<string, Thing>([note(round), ...editsOf(batch)]);
    const plan = await plannedOfRound(stage.desk, changes, batch);
    for (const one of plan.objects.filter(({ action }) => action === "invalid")) {
      const key = keyOfRef(one);
      spoiled.add(key);
      changes.delete(key);
      done.refused++;
      // What another applies may not go together with what the pull request brings.
      if (batch.get(key)?.merge === undefined) wrong.push(`${key} (${batch.get(key)?.what}): refused: ${one.reason}`);
      const metadata = { ...settled.get(key)!.metadata, resourceVersion: live.get(key)?.metadata.resourceVersion };
      await stage.eyes.send(settled.get(key)!, { method: "PUT", body: { ...settled.get(key)!, metadata } });
    }
    const result = await stage.desk.merge(changes);
    if (result.outcome !== "healthy") {
      wrong.push(`${result.outcome}: ${result.message}\n  ${result.details?.join("\n  ")}`);
      break;
    }
    const after = await stage.eyes.read(stage.desk.described.values());
    for (const [key, one] of batch) {
      const states = { settled: settled.get(key)!, live: live.get(key), after: after.get(key) };
      if (spoiled.has(key) || isAutoscaled(all, one.merge ?? one.base)) continue;
      const told = plannedOf(plan, key);
      const others = (told?.fields ?? []).filter(({ cause }) => cause === "foreign");
      const staying = others.filter(({ before, after: then }) => same(before, then));
      done.staying += staying.length;
      done.gone += others.length - staying.length;
      const found = compared(told, states, one);
      if (found.length === 0) continue;
      spoiled.add(key);
      wrong.push(`${key} (${one.what}): ${found.slice(0, 6).join("\n    ")}\n    told ${JSON.stringify(told?.fields)}`);
    }
  }
  process.stdout.write(`exact: ${JSON.stringify(done)}, ${wrong.length} differences\n`);
  expect(wrong).toEqual([]);
}, 900_000);

interface States {
  /** Before anybody drifted, and with the drift. */
  settled: Thing;
  live: Thing | undefined;
  after: Thing | undefined;
}

/** Every way in which an object is not what the plan told, or not what Git alone makes of it. */
function compared(plan: PlannedObject | undefined, { settled, live, after }: States, one: Drifted): string[] {
  const { lists } = stage.eyes;
  if (after === undefined) return ["is not there in the end"];
  if (one.isDeletion || live === undefined) return plan?.action === "create" ? [] : [`told as ${plan?.action}`];
  const changes = (plan?.fields ?? []).filter(({ cause }) => cause !== "already-live");
  const fields = changes.filter((field) => !tellsOrder(live, field, lists));
  const manifest = one.merge ?? one.base;
  const wrong: string[] = [];
  try {
    const expected = carriedOut(live, fields, lists, after);
    for (const { steps, before, after: is } of differencesOf(treeOf(expected, lists), treeOf(after, lists))) {
      if ((isBlank(before) && isBlank(is)) || isOfServer(manifest, steps.join("."))) continue;
      wrong.push(`${steps.join(".")}: planned ${JSON.stringify(before)}, is ${JSON.stringify(is)}`);
    }
  } catch (thrown) {
    wrong.push(String(thrown));
  }
  const told = fields.map(({ path }) => find(live, path, lists).steps.join("."));
  const alone = one.merged ?? settled;
  for (const { steps, before, after: is } of differencesOf(treeOf(alone, lists), treeOf(after, lists))) {
    const place = steps.join(".");
    if ((isBlank(before) && isBlank(is)) || isOfServer(manifest, place)) continue;
    // That what is told is done is seen above.
    if (told.some((path) => place === path || place.startsWith(`${path}.`))) continue;
    wrong.push(`${place}: Git alone makes it ${JSON.stringify(before)}, is ${JSON.stringify(is)}`);
  }
  return wrong;
}

/**
 * Who scales what Git does not scale holds nothing; a controller without labels is given those of its pods; the cluster picks ports, keeps
 * the families of addresses, and binds claims; and what a pod tolerates can be added to and not taken from.
 */
const isOfServer = ({ kind, spec }: Thing, place: string): boolean =>
  (place === "spec.replicas" && (spec as { replicas?: number } | undefined)?.replicas === undefined) ||
  (kind === "ReplicationController" && place.startsWith("metadata.labels.")) ||
  (kind === "Service" && place.startsWith("spec.ipFamil")) ||
  (kind === "Pod" && place.startsWith("spec.tolerations")) ||
  (kind === "PersistentVolumeClaim" && place.startsWith("metadata.annotations.pv.kubernetes.io/")) ||
  place.endsWith(".nodePort");

/** What held nothing but what is taken out may go with it. */
const isBlank = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.values(value).every(isBlank));
