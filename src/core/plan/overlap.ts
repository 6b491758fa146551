import { MASK } from "../manifest/credentials-in-text.ts";
import { identityKey, type Json, type ObjectRef } from "../manifest/kube-object.ts";
import { withoutMarks } from "./changed-credentials.ts";
import { equalJson } from "./equal.ts";
import type { Action, FieldChange, Plan, PlannedObject, SystemOnCluster } from "./plan.ts";

/** What a pull request does to one object, as it is kept to find others that do something to the same. */
export interface Touch extends ObjectRef {
  action: Action;
  /** What it changes; secrets are masked already. */
  fields: { path: string; after?: Json }[];
}

/** Two open pull requests of one repository that touch the same object of a cluster, as one of them is told of the other. */
export interface Overlap {
  pullRequest: number;
  object: ObjectRef;
  /** Those of this one's systems in which they meet alike. */
  systems: SystemOnCluster[];
  /**
   * - `deletes`: the other one deletes what this one changes
   * - `changes-deleted`: this one deletes what the other changes
   * - `field`: both change a field, to different values
   * - `recreates`: the other one makes anew what this one changes
   * - `changes-recreated`: this one makes anew what the other changes
   * - `both-create`: with which content is not known
   * - `hidden`: both change a field, to values that are hidden and may differ
   * - `object`: both change it, nowhere to different values
   * - `both-delete`
   */
  how: (typeof meetings)[number];
  /** For `field` and `hidden`: which, and for the former what the other one makes of it (absent: takes it out, or changes but a part of it). */
  path?: string;
  after?: Json;
}

/** Worst first. */
const meetings = [
  "deletes",
  "changes-deleted",
  "field",
  "recreates",
  "changes-recreated",
  "both-create",
  "hidden",
  "object",
  "both-delete",
] as const;

/** The worst of them, and how many there are in all. */
export interface Overlaps {
  worst: Overlap[];
  total: number;
}

/** Of a system of which a pull request touches more, others are looked through for the worst of it. */
const mostTouched = 2_000;

/**
 * What the pull request itself does, by the object's identity; what has drifted or is pending is not its doing, nor is it that what
 * somebody deleted is made again. Where it is too much, the worst.
 */
export function touchesOf(objects: readonly PlannedObject[]): Map<string, Touch> {
  const touched = objects.filter(isTouched);
  const kept = touched.toSorted((one, other) => weightOf(one) - weightOf(other)).slice(0, mostTouched);
  return new Map(kept.map((one) => [identityKey(one), touchOf(one)]));
}

/** How many objects a pull request touches, and for how many of them others are looked through. */
export function lookedThrough(plans: readonly Pick<Plan, "objects">[]): { of: number; count: number } {
  const touched = plans.map(({ objects }) => objects.filter(isTouched).length);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return { of: sum(touched), count: sum(touched.map((count) => Math.min(count, mostTouched))) };
}

/** Actions that touch an object without naming a field; worst first. */
const whole: readonly Action[] = ["delete", "recreate", "create"];

const weightOf = ({ action }: PlannedObject): number => {
  const at = whole.indexOf(action);
  return at < 0 ? whole.length : at;
};

const isTouched = ({ pending, action, drifted, fields }: PlannedObject): boolean =>
  pending !== true && !(action === "create" && drifted) && (whole.includes(action) || fields.some(isOwn));

const isOwn = ({ cause }: FieldChange): boolean => cause === "pull-request" || cause === "already-live";

function touchOf({ apiVersion, kind, namespace, name, action, fields }: PlannedObject): Touch {
  const ref = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const own = fields.filter(isOwn);
  return {
    ...ref,
    action,
    fields: own.map(({ path, after }) => (after === undefined ? { path } : { path, after: withoutMarks(after) })),
  };
}

/** How two touches of the same object meet, as whoever made the first is told. */
export function overlapOf({ pullRequest, mine, theirs, at }: Meeting): Overlap {
  const { apiVersion, kind, namespace, name } = mine;
  const object = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  return { pullRequest, object, systems: [at], ...meetingOf(mine, theirs) };
}

function meetingOf(mine: Touch, theirs: Touch): Pick<Overlap, "how" | "path" | "after"> {
  const does = (action: Action) => [mine.action === action, theirs.action === action] as const;
  const [goes, theirsGoes] = does("delete");
  if (goes) return { how: theirsGoes ? "both-delete" : "changes-deleted" };
  if (theirsGoes) return { how: "deletes" };
  const fields = fieldsOf(mine, theirs);
  if (fields.differing !== undefined) return { how: "field", ...fields.differing };
  const [recreates, theirsRecreates] = does("recreate");
  if (theirsRecreates) return { how: "recreates" };
  if (recreates) return { how: "changes-recreated" };
  if (does("create").every(Boolean)) return { how: "both-create" };
  return fields.hidden === undefined ? { how: "object" } : { how: "hidden", path: fields.hidden };
}

/** The first field that both change to different values, or else to values that do not show. */
function fieldsOf(mine: Touch, theirs: Touch): { differing?: Pick<Overlap, "path" | "after">; hidden?: string } {
  const known = new Map(theirs.fields.map((field) => [field.path, field]));
  const around = new Set(theirs.fields.flatMap(({ path }) => outerPaths(path)));
  let hidden: string | undefined;
  for (const { path, after } of mine.fields) {
    const same = known.get(path);
    if (same !== undefined && equalJson(same.after, after)) {
      if (hidden === undefined && isMasked(after)) hidden = path;
    } else if (same !== undefined) {
      return { differing: same.after === undefined ? { path } : { path, after: same.after } };
    } else if (around.has(path) || outerPaths(path).some((one) => known.has(one))) {
      return { differing: { path } };
    }
  }
  return hidden === undefined ? {} : { hidden };
}

/** Nothing that people write lies deeper. */
const deepest = 100;

/** `spec.ports[0].name` lies in `spec.ports[0]`, in `spec.ports` and in `spec`. */
function outerPaths(path: string): string[] {
  const ends = [...path.matchAll(/[.[]/g)].slice(0, deepest);
  return ends.map(({ index }) => path.slice(0, index));
}

function isMasked(value: Json | undefined): boolean {
  if (typeof value === "string") return value.includes(MASK);
  return typeof value === "object" && value !== null && Object.values(value).some(isMasked);
}

/** Worst first, then by pull request. */
export function byWeight(one: Overlap, other: Overlap): number {
  const weight = meetings.indexOf(one.how) - meetings.indexOf(other.how);
  return weight !== 0 ? weight : one.pullRequest - other.pullRequest;
}

/** An object that two open pull requests touch: this one, and the one of that number. */
export interface Meeting {
  pullRequest: number;
  /** Of which of this one's systems the object is. */
  at: SystemOnCluster;
  mine: Touch;
  theirs: Touch;
}

/** As many as anybody reads. */
const mostKept = 10;

/** The worst of all meetings, which may come last, and how many there are; those that differ in nothing but the system are one. */
export async function weighed(meetings: AsyncIterable<readonly Meeting[]>): Promise<Overlaps> {
  const overlaps: Overlaps = { worst: [], total: 0 };
  for await (const met of meetings) {
    overlaps.worst = alikeTogether([...overlaps.worst, ...met.map(overlapOf)])
      .sort(byWeight)
      .slice(0, mostKept);
    overlaps.total += met.length;
  }
  return overlaps;
}

function alikeTogether(overlaps: readonly Overlap[]): Overlap[] {
  const alike = Map.groupBy(overlaps, ({ systems: _, ...what }) => JSON.stringify(what));
  return [...alike.values()].map((those) => ({ ...those[0]!, systems: those.flatMap(({ systems }) => systems) }));
}
