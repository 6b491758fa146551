import { identityKey, type Json, type ObjectRef } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import type { Action, PlannedObject } from "./plan.ts";

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
  /**
   * - `deletes`: the other one deletes what this one changes
   * - `changes-deleted`: this one deletes what the other changes
   * - `field`: both change a field, to different values
   * - `object`: both change it, nowhere to values that are seen to differ
   * - `both-delete`
   */
  how: "deletes" | "changes-deleted" | "field" | "object" | "both-delete";
  /** For `field`: which, and what the other one makes of it (absent: takes it out, or changes but a part of it). */
  path?: string;
  after?: Json;
}

/** A pull request that touches more is not looked through for others any further. */
const mostTouched = 2_000;

/** What the pull request itself does, by the object's identity; what has drifted or is pending is not its doing. */
export function touchesOf(objects: readonly PlannedObject[]): Map<string, Touch> {
  const touched = objects
    .filter(({ pending }) => pending !== true)
    .map(({ apiVersion, kind, namespace, name, action, fields }): Touch => {
      const ref = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
      const own = fields.filter(({ cause }) => cause === "pull-request" || cause === "already-live");
      return {
        ...ref,
        action,
        fields: own.map(({ path, after }) => (after === undefined ? { path } : { path, after })),
      };
    })
    .filter(({ action, fields }) => fields.length > 0 || action === "create" || isDeletion(action));
  return new Map(touched.slice(0, mostTouched).map((one) => [identityKey(one), one]));
}

/** How two touches of the same object meet, as whoever made the first is told. */
export function overlapOf(mine: Touch, theirs: Touch, pullRequest: number): Overlap {
  const { apiVersion, kind, namespace, name } = mine;
  const object = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const [goes, theirsGoes] = [isDeletion(mine.action), isDeletion(theirs.action)];
  if (goes && theirsGoes) return { pullRequest, object, how: "both-delete" };
  if (goes) return { pullRequest, object, how: "changes-deleted" };
  if (theirsGoes) return { pullRequest, object, how: "deletes" };
  for (const field of mine.fields) {
    const same = theirs.fields.find(({ path }) => path === field.path);
    if (same !== undefined && equalJson(same.after, field.after)) continue;
    const other = same ?? theirs.fields.find(({ path }) => holds(path, field.path) || holds(field.path, path));
    if (other === undefined) continue;
    const after = same?.after === undefined ? {} : { after: same.after };
    return { pullRequest, object, how: "field", path: field.path, ...after };
  }
  return { pullRequest, object, how: "object" };
}

const severity: readonly Overlap["how"][] = ["deletes", "changes-deleted", "field", "object", "both-delete"];

/** Worst first, then by pull request. */
export function byWeight(one: Overlap, other: Overlap): number {
  const weight = severity.indexOf(one.how) - severity.indexOf(other.how);
  return weight !== 0 ? weight : one.pullRequest - other.pullRequest;
}

const isDeletion = (action: Action): boolean => action === "delete" || action === "recreate";

/** Whether the second path lies inside the first. */
const holds = (outer: string, inner: string): boolean =>
  inner.startsWith(outer) && (inner[outer.length] === "." || inner[outer.length] === "[");
