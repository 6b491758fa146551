import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import type { Definitions } from "../../../core/schema/kubernetes-schemas.ts";
import { goKind } from "../go-text.ts";
import { badRequest } from "../status-error.ts";
import { orderedByPatch } from "./list-order.ts";
import { isObject, setOwn } from "./merge-patch.ts";
import { noMergeKey, patchFailed, unknownDirective, wrongArgument } from "./patch-failed.ts";
import { checkOrder, mergedList, withoutItems } from "./strategic-lists.ts";
import { type PatchSchema, patchSchema } from "./strategic-schema.ts";

const directive = "$patch";
const deleteFromList = "$deleteFromPrimitiveList";
const elementOrder = "$setElementOrder";
const retainKeys = "$retainKeys";

/**
 * Kubernetes' strategic merge patch: like a merge patch, but lists whose schema names a merge key are merged item by
 * item. https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 * Neither is changed; the result may share parts of both. Throws what a real server answers to a patch that does not fit.
 */
export function strategicMergePatch(
  definitions: Definitions,
  definition: string,
  target: JsonObject,
  patch: JsonObject,
): JsonObject {
  return mergeMaps(target, patch, patchSchema(definitions, definition));
}

function mergeMaps(from: JsonObject, change: JsonObject, schema: PatchSchema | undefined): JsonObject {
  if (directive in change) {
    const { [directive]: said, ...rest } = change;
    if (said === "replace") return rest;
    if (said === "delete") return {};
    throw unknownDirective(change);
  }
  const result: { [key: string]: Json } = { ...from };
  retain(result, change);
  const ordered = reorder(result, change, schema);
  for (const [key, value] of Object.entries(change)) {
    if (key === retainKeys || key.startsWith(elementOrder) || ordered.has(key)) continue;
    const deletes = key.startsWith(deleteFromList);
    const name = deletes ? listOf(key, deleteFromList) : key;
    const old = Object.hasOwn(result, name) ? result[name] : undefined;
    if (value === null) delete result[name];
    else if (old === undefined || goKind(old) !== goKind(value)) {
      if (deletes) continue;
      const kept = withoutDirectives(withoutNulls(value));
      if (kept === undefined) delete result[name];
      else setOwn(result, name, kept);
    } else setOwn(result, name, mergeValues(old, value, name, schema, deletes));
  }
  return result;
}

/** Both of one kind. */
function mergeValues(old: Json, value: Json, name: string, schema: PatchSchema | undefined, deletes: boolean): Json {
  if (isObject(old) && isObject(value)) {
    const field = schema?.field(name);
    return field?.strategy === "replace" ? value : mergeMaps(old, value, field?.schema);
  }
  if (!Array.isArray(old) || !Array.isArray(value)) return value;
  const field = schema?.field(name);
  if (deletes) return withoutItems(old, value);
  return field?.strategy === "merge" ? mergedList(old, value, field, mergeMaps) : value;
}

/** Leaves the fields that `$retainKeys` names, which are all that the patch has at least. */
function retain(result: { [key: string]: Json }, change: JsonObject): void {
  const retained = change[retainKeys];
  if (retained === undefined) return;
  const named = (key: string) => Array.isArray(retained) && retained.includes(key);
  const isSpecial = (key: string) =>
    key === retainKeys || key.startsWith(deleteFromList) || key.startsWith(elementOrder);
  const unnamed = Object.entries(change).some(([key, value]) => value !== null && !isSpecial(key) && !named(key));
  if (!Array.isArray(retained) || unnamed) throw badRequest("invalid patch format of retainKeys");
  for (const key of Object.keys(result)) if (!named(key)) delete result[key];
}

/** Merges the lists that a `$setElementOrder` is about. @returns their names */
function reorder(result: { [key: string]: Json }, change: JsonObject, schema: PatchSchema | undefined): Set<string> {
  const done = new Set<string>();
  for (const [key, order] of Object.entries(change)) {
    if (!key.startsWith(elementOrder)) continue;
    if (!Array.isArray(order)) throw wrongArgument("slice", order === null ? "%!s(<nil>)" : goKind(order));
    const name = listOf(key, elementOrder);
    const old = Object.hasOwn(result, name) ? result[name] : undefined;
    const value = Object.hasOwn(change, name) ? change[name] : undefined;
    for (const list of [old, value]) {
      if (list !== undefined && !Array.isArray(list)) throw wrongArgument("slice", goKind(list));
    }
    const field = schema?.field(name);
    const mergeKey = field?.mergeKey ?? "";
    checkOrder((value ?? []) as Json[], order, mergeKey);
    if (old === undefined && value === undefined) continue;
    done.add(name);
    const merged = value === undefined ? old : old === undefined ? withoutDirectives(value) : undefined;
    const list = (merged ?? mergeValues(old!, value!, name, schema, false)) as Json[];
    for (const item of mergeKey === "" ? [] : [...list, ...order]) {
      if (!isObject(item)) throw patchFailed("value for key 0 is not a map");
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
    }
    setOwn(result, name, orderedByPatch(list, order, (old ?? []) as Json[], mergeKey === "" ? undefined : mergeKey));
  }
  return done;
}

function listOf(key: string, prefix: string): string {
  if (!key.startsWith(`${prefix}/`)) {
    throw badRequest(
      `invalid patch format of ${prefix === deleteFromList ? "primitive list" : "setElementOrder list"}`,
    );
  }
  return key.slice(prefix.length + 1);
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** A value that is new in its place; undefined when it only says what to do with what is not there. */
function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (directive in value) return undefined;
  const kept = Object.entries(value).map(([key, inner]) => [key, withoutDirectives(inner)] as const);
  return Object.fromEntries(kept.filter((pair): pair is readonly [string, Json] => pair[1] !== undefined));
}
