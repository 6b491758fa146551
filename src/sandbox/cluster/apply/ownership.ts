import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { compareTyped, withoutFields } from "./compare.ts";
import { difference, type FieldSet, fieldSet, intersection, isEmpty, recursiveDifference, union } from "./field-set.ts";
import { fieldsOf, reconcileWithSchema, removeFields, withNamedFields } from "./field-walks.ts";
import { type Manager, type Managers, managerId, withoutEmpty } from "./managers.ts";
import { mergeTyped } from "./merge.ts";
import { fieldElement } from "./path-element.ts";
import type { Type } from "./type.ts";

/** Who a change comes from: a manager before it owns anything. */
export type Writer = Omit<Manager, "fields" | "time">;

/** Fields that others own and that a change would set otherwise, by the manager's id. */
export type OwnershipConflicts = ReadonlyMap<string, FieldSet>;

/** Fields that nobody owns. */
const unowned = fieldSet(
  ["apiVersion"].map(fieldElement),
  ["kind"].map(fieldElement),
  ["metadata"].map(fieldElement),
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => ["metadata", name].map(fieldElement)),
);

export function reconcileManagers(managers: Managers, type: Type): Managers {
  return new Map(
    [...managers].map(([id, manager]) => [id, { ...manager, fields: reconcileWithSchema(manager.fields, type) }]),
  );
}

/**
 * Ownership after a write that was merged already (create, update, patch): the writer owns what it changed, whoever owned
 * that owns it no more.
 */
export function ownAfterUpdate({
  before,
  after,
  writer,
  managers,
  type,
  reset,
  time,
}: {
  before: JsonObject;
  after: JsonObject;
  writer: Writer;
  managers: Managers;
  type: Type;
  reset: FieldSet;
  time: string;
}): Managers {
  const { removed, modified, added } = withoutFields(compareTyped(before, after, type), reset);
  const taken = union(modified, added);
  const left = new Map<string, Manager>();
  for (const [id, manager] of reconcileManagers(managers, type)) {
    left.set(id, {
      ...manager,
      fields: difference(difference(manager.fields, intersection(manager.fields, taken)), removed),
    });
  }
  const result = new Map(withoutEmpty(left));
  const own = difference(recursiveDifference(taken, reset), unowned);
  // One who took nothing keeps the time of the last write that did.
  if (isEmpty(own)) return result;
  const id = managerId(writer);
  const previous = result.get(id);
  result.set(id, { ...writer, time, fields: previous === undefined ? own : union(own, previous.fields) });
  return result;
}

/**
 * Merges what a manager applies into the live object, removes what it applied before and applies no more (unless somebody
 * else owns it), and moves ownership.
 */
export function ownAfterApply({
  live,
  config,
  writer,
  managers: given,
  type,
  reset,
  force,
}: {
  live: JsonObject;
  config: JsonObject;
  writer: Writer;
  managers: Managers;
  type: Type;
  reset: FieldSet;
  force: boolean;
}): { ok: true; object: JsonObject; managers: Managers } | { ok: false; conflicts: OwnershipConflicts } {
  const id = managerId(writer);
  const managers = new Map(reconcileManagers(given, type));
  const last = managers.get(id)?.fields;
  const time = managers.get(id)?.time;
  const applied = recursiveDifference(fieldsOf(config, type), reset);
  managers.set(id, { ...writer, ...(time !== undefined && { time }), fields: applied });

  const merged = mergeTyped(live, config, type);
  const object = last === undefined || isEmpty(last) ? merged : prune(merged, managers, last, type);

  const { removed, modified, added } = withoutFields(compareTyped(live, object, type), reset);
  const changed = union(modified, added);
  const conflicts = new Map<string, FieldSet>();
  for (const [other, { fields }] of managers) {
    if (other === id) continue;
    const contested = intersection(fields, changed);
    if (!isEmpty(contested)) conflicts.set(other, contested);
  }
  if (!force && conflicts.size > 0) return { ok: false, conflicts };

  for (const [other, manager] of managers) {
    const contested = conflicts.get(other);
    let fields = other === id ? difference(manager.fields, unowned) : manager.fields;
    if (contested !== undefined) fields = difference(fields, contested);
    if (other !== id) fields = difference(fields, removed);
    managers.set(other, { ...manager, fields });
  }
  return { ok: true, object, managers: withoutEmpty(managers) };
}

function prune(merged: JsonObject, managers: Managers, last: FieldSet, type: Type): JsonObject {
  const named = (set: FieldSet) => withNamedFields(set, type);
  const without = removeFields(merged, named(last), type);

  const owned = [...managers.values()].map(({ fields }) => fields).reduce(union);
  const mergedFields = named(fieldsOf(merged, type));
  const kept = union(named(fieldsOf(without, type)), named(owned));
  const pruned = removeFields(merged, difference(mergedFields, kept), type);

  // What went with a field above it, but was never this manager's, comes back.
  const gone = difference(mergedFields, named(fieldsOf(pruned, type)));
  return removeFields(merged, intersection(gone, named(last)), type);
}
