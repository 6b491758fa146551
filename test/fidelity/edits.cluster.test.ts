import { expect, test } from "vitest";
import { asPlanned } from "../../src/bot/pull-request/as-planned.ts";
import type { PlannedObject } from "../../src/core/plan/plan.ts";
import type { SyncResult } from "../../src/link/messages.ts";
import { carriedOut, isMasked, tellsOrder } from "./as-told.ts";
import { keyOf, keyOfRef } from "./cluster-eyes.ts";
import { differencesOf, reordered, treeOf } from "./compare.ts";
import { fileOf, plannedOf } from "./desk.ts";
import { type Edit, editor } from "./edits.ts";
import { setStage } from "./stage.ts";
import { subjects } from "./subjects.ts";
import { same, type Thing } from "./values.ts";

/** How many edits, and how they are drawn. */
const count = Number(process.env.TRUEUP_EDITS ?? 120);
const seed = Number(process.env.TRUEUP_SEED ?? 5);
const atOnce = 40;

const all = subjects();
const stage = setStage(901, "", all);

test("what was synced plans nothing, and nothing again when everything is looked at afresh", async () => {
  expect(new Set(all.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(40);
  for (let look = 0; look < 2; look++) {
    const answer = await stage.desk.plan(new Map());
    expect(answer).toMatchObject({ plan: { objects: [], drifted: 0 } });
  }
  // Every object is touched in a way that means nothing, so that each of them has to be asked of the server.
  const before = await stage.eyes.read(all);
  const touched = new Map(all.map((object) => [keyOf(object), withNote(object)]));
  const answer = await stage.desk.plan(touched);
  if (!("plan" in answer)) throw new Error(answer.error.message);
  const told = answer.plan.objects.flatMap(({ kind, name, action, fields }) =>
    fields
      .filter(({ path }) => !path.startsWith("metadata.annotations"))
      .map(({ path, cause }) => `${kind} ${name}: ${action} ${path} (${cause})`),
  );
  expect(told).toEqual([]);
  expect(answer.plan.totals).toMatchObject({ update: all.length });
  const after = await stage.eyes.read(all);
  const changed = [...touched.keys()].filter((key) => !same(settled(after.get(key)), settled(before.get(key))));
  expect(changed).toEqual([]);
}, 120_000);

test(`${count} random edits (seed ${seed}): what is planned is what is done, field by field`, async () => {
  const edits = editor(all, seed);
  const wrong: string[] = [];
  const refused = new Map<string, Edit>();
  const done = { applied: 0, refused: 0, idle: 0, fields: 0 };
  while (done.applied + done.refused + done.idle < count) {
    const batch = new Map<string, Edit>();
    const left = count - done.applied - done.refused - done.idle;
    while (batch.size < Math.min(atOnce, left)) {
      const edit = edits.next(stage.desk.described, (key) => !batch.has(key));
      if (!batch.has(edit.key)) batch.set(edit.key, edit);
    }
    const { plan, no } = await planned(batch, wrong);
    done.refused += no.length;
    for (const edit of no) {
      batch.delete(edit.key);
      refused.set(edit.key, edit);
    }
    const subjects = new Map([
      ...stage.desk.described,
      ...[...batch.values()].flatMap(({ key, object }) => (object ? [[key, object] as const] : [])),
    ]);
    const before = await stage.eyes.read(subjects.values());
    const result = await stage.desk.merge(changesOf(batch));
    if (result.outcome !== "healthy") {
      const edited = [...batch.values()].map(({ key, what }) => `${key}: ${what}`);
      wrong.push(`${result.outcome}: ${result.message}\n  ${[...(result.details ?? []), ...edited].join("\n  ")}`);
      break;
    }
    wrong.push(...asPlanned(plan, result.objects, true).different.map((what) => `told of as different: ${what}`));
    const after = await stage.eyes.read(subjects.values());
    for (const key of subjects.keys()) {
      const told = plannedOf(plan, key);
      const differs = compared(told, before.get(key), after.get(key), result, key);
      wrong.push(...differs.map((what) => `${key} (${batch.get(key)?.what ?? "not edited"}): ${what}`));
      if (!batch.has(key)) continue;
      done.fields += told?.fields.length ?? 0;
      if (told === undefined || told.action === "unchanged") done.idle++;
      else done.applied++;
    }
  }
  if (wrong.length === 0) wrong.push(...(await mergedAllTheSame(refused)));
  process.stdout.write(`edits: ${JSON.stringify(done)}, ${wrong.length} differences\n`);
  expect(wrong).toEqual([]);
}, 900_000);

/** What the cluster refuses can be merged all the same: then it is told again, and nothing of it is written. */
async function mergedAllTheSame(refused: ReadonlyMap<string, Edit>): Promise<string[]> {
  const there = [...refused].filter(([key, { object }]) => object !== undefined && stage.desk.described.has(key));
  const wrong: string[] = [];
  const changes = new Map(there.map(([key, { object }]) => [key, object]));
  for (;;) {
    const answer = await stage.desk.plan(changes);
    const keep = new Set<string>();
    if ("plan" in answer) for (const one of answer.plan.objects) if (one.action === "invalid") keep.add(keyOfRef(one));
    const bad = "error" in answer ? (answer.error.findings ?? []).map(({ file }) => file) : [];
    const rest = [...changes.keys()].filter((key) => ("plan" in answer ? !keep.has(key) : bad.includes(fileOf(key))));
    for (const key of rest) changes.delete(key);
    if (rest.length === 0) break;
  }
  expect(changes.size).toBeGreaterThan(0);
  const back = new Map([...changes.keys()].map((key) => [key, stage.desk.described.get(key)]));
  const before = await stage.eyes.read(stage.desk.described.values());
  const result = await stage.desk.merge(changes);
  if (result.outcome !== "failed") wrong.push(`refused by the plan, and the sync is ${result.outcome}`);
  const after = await stage.eyes.read(stage.desk.described.values());
  for (const key of stage.desk.described.keys()) {
    const did = result.objects.find((one) => keyOfRef(one) === key)?.action;
    // What may need something that is refused is left alone, refused itself or not.
    const fits = [undefined, changes.has(key) ? "invalid" : "unchanged"];
    if (!fits.includes(did)) wrong.push(`${key}: ${did}, and was planned otherwise`);
    if (!same(settled(before.get(key)), settled(after.get(key))))
      wrong.push(`${key}: written, although it was refused`);
  }
  await stage.desk.merge(back);
  return wrong;
}

/** Plans a batch; what cannot be merged is taken out of it, after the server itself has said that it will not have it. */
async function planned(batch: Map<string, Edit>, wrong: string[]) {
  const no: Edit[] = [];
  const rest = new Map(batch);
  for (;;) {
    const answer = await stage.desk.plan(changesOf(rest));
    const invalid: [Edit, string][] = [];
    if ("error" in answer) {
      const findings = answer.error.findings ?? [];
      for (const [key, edit] of rest) {
        const found = findings.find(({ file, severity }) => file === fileOf(key) && severity === "error");
        if (found === undefined) continue;
        rest.delete(key);
        no.push(edit);
        const word = edit.object && (await stage.eyes.refusal(edit.object));
        if (word === undefined)
          wrong.push(`${key} (${edit.what}): a finding the server does not share: ${found.message}`);
        invalid.push([edit, found.message]);
      }
      if (invalid.length === 0) throw new Error(`${answer.error.message} ${JSON.stringify(findings.slice(0, 3))}`);
      continue;
    }
    for (const one of answer.plan.objects) {
      if (one.action !== "invalid") continue;
      const key = keyOfRef(one);
      const edit = rest.get(key);
      if (edit === undefined) throw new Error(`${key} is invalid, and nobody edited it: ${one.reason}`);
      rest.delete(key);
      no.push(edit);
      invalid.push([edit, one.reason ?? ""]);
      const word = edit.object && (await stage.eyes.refusal(edit.object));
      if (word === undefined)
        wrong.push(`${key} (${edit.what}): planned invalid, but the server takes it: ${one.reason}`);
      else if (one.kind !== "Secret" && !one.reason?.includes(word.slice(0, 60)))
        wrong.push(`${key} (${edit.what}): the server says ${word}, the plan ${one.reason}`);
    }
    if (invalid.length === 0) return { plan: answer.plan, no };
  }
}

/** Every way in which what was done is not what was planned. */
function compared(
  told: PlannedObject | undefined,
  before: Thing | undefined,
  after: Thing | undefined,
  result: SyncResult,
  key: string,
): string[] {
  const action = told?.action ?? "unchanged";
  const did = result.objects.find((one) => keyOfRef(one) === key);
  const wrong: string[] = [];
  // A write that changed no field, only who holds it, is nothing that a plan tells.
  const reported = did === undefined || (did.action === "update" && did.fields.length === 0) ? "unchanged" : did.action;
  if (reported !== action) wrong.push(`planned ${action}, reported ${reported}`);
  if (action === "create" && (before !== undefined || after === undefined))
    wrong.push("planned create, and was not made");
  if (action === "delete") {
    const isGone = after === undefined || after.metadata.deletionTimestamp !== undefined;
    return isGone ? wrong : [...wrong, "planned delete, and is there"];
  }
  if (before === undefined || after === undefined) {
    if (action !== "create" && (before === undefined) !== (after === undefined))
      wrong.push(`planned ${action}: ${before === undefined ? "appeared" : "is gone"}`);
    return wrong;
  }
  const fields = told?.fields ?? [];
  wrong.push(
    ...fields
      .filter(({ cause }) => cause !== "pull-request")
      .map(({ path, cause, manager }) => `${path} is told as ${cause} ${manager}`),
  );
  try {
    const values = fields.filter((field) => !tellsOrder(before, field, stage.eyes.lists));
    const expected = carriedOut(before, values, stage.eyes.lists, after);
    for (const one of differencesOf(treeOf(expected, stage.eyes.lists), treeOf(after, stage.eyes.lists))) {
      if (isScaled(key, one.steps)) continue;
      wrong.push(
        `${one.steps.join(".")}: planned ${JSON.stringify(one.before)}, is ${JSON.stringify(one.after)}; told ${JSON.stringify(fields)}`,
      );
    }
    const changed = differencesOf(treeOf(before, stage.eyes.lists), treeOf(after, stage.eyes.lists));
    for (const field of values) {
      if (isMasked(field.after)) continue;
      if (same(field.before, field.after)) wrong.push(`${field.path}: told, and no change`);
    }
    const orders = fields.length - values.length;
    if (action === "update" && changed.length === 0 && orders === 0 && values.length > 0)
      wrong.push("told, and nothing changed");
    const moved = reordered(before, after, stage.eyes.lists);
    if (moved.size !== orders) wrong.push(`order: ${JSON.stringify([...moved])}, told ${orders}`);
  } catch (thrown) {
    wrong.push(`${thrown}: told ${JSON.stringify(fields)}`);
  }
  return wrong;
}

/** How many there are is an autoscaler's where Git does not say it, and one may act at any time. */
const isScaled = (key: string, steps: readonly string[]): boolean =>
  steps.join(".") === "spec.replicas" &&
  (stage.desk.described.get(key)?.spec as { replicas?: number } | undefined)?.replicas === undefined;

const changesOf = (batch: ReadonlyMap<string, Edit>) => new Map([...batch].map(([key, { object }]) => [key, object]));

const withNote = (object: Thing): Thing => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, "fidelity.example/note": "1" } },
});

const settled = (object: Thing | undefined) => object && treeOf(object, stage.eyes.lists);
