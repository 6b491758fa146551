import type { IgnoreRule } from "../config/system.ts";
import {
  isMapping,
  type Json,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
} from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { holdsItself, nameOfManager, parsed } from "./field-ownership.ts";
import { leaveEmpty, type Segment, valueAt, withoutFields } from "./field-path.ts";
import { withItemKeys } from "./list-keys.ts";
import { isNamed } from "./named.ts";
import { isIgnored } from "./object-changes.ts";
import { ownedPlace, type State } from "./owned-lists.ts";
import type { FieldChange } from "./plan.ts";
import { maskedPath, maskValue } from "./secret-mask.ts";
import { withoutServerFields } from "./server-fields.ts";

/** Who writes by their office what Git leaves to them: an autoscaler's replicas, a scheduler's node. */
const officers = new Set([
  "kube-apiserver",
  "kube-controller-manager",
  "clusterrole-aggregation-controller",
  "cloud-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kwok",
]);

export interface ForeignRules {
  /** Everything that Git says of the object, now and after merging. */
  manifests: readonly KubeObject[];
  /** What the object is or comes to, each with what was applied for that: so its lists' items are told apart. */
  states: readonly State[];
  ignore: readonly IgnoreRule[];
  /** Our own field manager. */
  manager: string;
}

/**
 * Fields that another writer added to an object of ours and Git does not describe: named, and left alone.
 * @param after what becomes of the object; what does not stay is not told here
 */
export function foreignFields(live: KubeObject, after: KubeObject, rules: ForeignRules): FieldChange[] {
  const found = new Map<string, FieldChange>();
  for (const { path: whole, value: all, manager, time } of foreignHeld(live, rules)) {
    for (const { path, value } of staying(after as Json, whole, all)) {
      const masked = maskValue(live, path, value);
      const shown = maskedPath(live, path);
      const written = time === undefined ? {} : { time };
      found.set(shown, { path: shown, cause: "foreign", before: masked, after: masked, manager, ...written });
    }
  }
  return [...found.values()];
}

/** What of a value is still there afterwards. */
function staying(after: Json, path: Segment[], value: Json): Held[] {
  const then = valueAt(after, path);
  if (equalJson(then, value)) return isEmpty(value) ? [] : [{ path, value }];
  if (!isMapping(then) || !isMapping(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => staying(after, [...path, { type: "field", name }], inner));
}

/** The same in clear. */
export function foreignHeld(live: KubeObject, { manifests, states, ignore, manager }: ForeignRules): ForeignField[] {
  const kept = withoutServerFields(live) as Json;
  const place = ownedPlace([...states, { object: live, manifest: undefined }], manager);
  const described = manifests.map((one) => withItemKeys(one as Json, place));
  const isDescribed = (path: readonly Segment[]) => described.some((one) => isNamed(one, path));
  return (live.metadata.managedFields ?? [])
    .filter((entry) => isForeign(entry, manager))
    .flatMap((entry) => {
      const by = { manager: nameOfManager(entry.manager), time: entry.time };
      return heldBy(entry, kept, isDescribed).map((held) => ({ ...held, ...by }));
    })
    .filter(
      ({ path, value }) => !isDescribed(path) && !isIgnored(live, path, ignore) && !isOfOthers(live, path, value),
    );
}

/** Whether what fills a mapping is held one by one: who holds the mapping alone once made it, or left it empty. */
function isOfOthers({ metadata }: KubeObject, path: readonly Segment[], value: Json): boolean {
  if (path.at(-1)?.type !== "field" || !isMapping(value) || isEmpty(value)) return false;
  return (metadata.managedFields ?? []).some(({ fieldsV1 }) =>
    Object.keys(value).some((name) => holdsItself(fieldsV1, [...path, { type: "field", name }])),
  );
}

export interface ForeignField extends Held {
  manager: string;
  time: string | undefined;
}

interface Held {
  path: Segment[];
  value: Json;
}

/** The object without these, and without what held nothing else, be it that Git has it empty. */
export function withoutAdditions(
  object: KubeObject,
  fields: readonly { path: readonly Segment[] }[],
  { manifests }: Pick<ForeignRules, "manifests">,
): KubeObject {
  const paths = fields.map(({ path }) => path);
  const left = withoutFields(object, paths);
  for (const path of paths) {
    for (const at of path.slice(0, -1).map((_, depth) => path.slice(0, depth + 1))) {
      const said = manifests.map((one) => valueAt(one as Json, at)).find((one) => (one ?? null) !== null);
      if (said !== undefined && valueAt(left as Json, at) === undefined) leaveEmpty(left as Json, at, said);
    }
  }
  return left;
}

/** Whether somebody has written an object who is neither we nor acts by their office. */
export const hasOtherWriters = ({ managedFields = [] }: KubeObject["metadata"], manager: string): boolean =>
  managedFields.some((entry) => isForeign(entry, manager));

const isForeign = (entry: ManagedFieldsEntry, manager: string): boolean =>
  entry.manager !== manager && !officers.has(entry.manager) && entry.subresource !== "status";

/**
 * The leaves of one writer's share that are there; an item of a list counts as one.
 *
 * @param isDescribed whether Git has an item: then what somebody holds in it counts, and not the whole
 */
function heldBy(
  { fieldsV1 }: ManagedFieldsEntry,
  object: Json,
  isDescribed: (path: readonly Segment[]) => boolean,
): Held[] {
  const held: Held[] = [];
  const walk = (fields: JsonObject, value: Json, path: Segment[]): void => {
    const last = path.at(-1);
    for (const [name, inner] of Object.entries(fields)) {
      // What an item is known by is as much Git's as the item.
      if (last?.type === "key" && Object.hasOwn(last.keys, name.slice(2))) continue;
      const step = stepInto(value, name);
      if (step === undefined) continue;
      const at = [...path, step.segment];
      const children = Object.keys(inner as JsonObject).filter((child) => child !== ".");
      const isWhole = children.length === 0 || Object.hasOwn(inner as JsonObject, ".");
      const isItem = step.segment.type === "key" && isWhole && !isDescribed(at);
      // Who holds a mapping, and nothing in it, has made it for what others hold.
      const isMade = step.segment.type === "field" && Object.hasOwn(inner as JsonObject, ".") && isFilled(step.value);
      if (isItem || step.segment.type === "value" || (children.length === 0 && !isMade))
        held.push({ path: at, value: step.value });
      else walk(inner as JsonObject, step.value, at);
    }
  };
  walk(fieldsV1, object, []);
  return held;
}

const isEmpty = (value: Json): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

const isFilled = (value: Json): boolean => typeof value === "object" && value !== null && !isEmpty(value);

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management: `f:` fields, `k:` keys, `v:` values. */
function stepInto(value: Json, name: string): { segment: Segment; value: Json } | undefined {
  if (name.startsWith("f:") && isMapping(value)) {
    const field = name.slice(2);
    return Object.hasOwn(value, field) ? { segment: { type: "field", name: field }, value: value[field]! } : undefined;
  }
  if (!Array.isArray(value) || !/^[kv]:/.test(name)) return undefined;
  const wanted = parsed(name);
  if (wanted === undefined) return undefined;
  const index = value.findIndex((item) =>
    name.startsWith("v:") || !isMapping(wanted)
      ? equalJson(item, wanted)
      : isMapping(item) && Object.entries(wanted).every(([key, one]) => equalJson(item[key], one)),
  );
  if (index < 0) return undefined;
  const item = value[index]!;
  if (name.startsWith("k:") && isMapping(wanted)) return { segment: { type: "key", keys: wanted, index }, value: item };
  return { segment: { type: "value", value: item, index }, value: item };
}
