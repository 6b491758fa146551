import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { goKind, goText } from "../go-text.ts";
import { badRequest, StatusError } from "../status-error.ts";
import { orderedByPatch } from "./list-order.ts";
import { isObject } from "./merge-patch.ts";
import { noMergeKey, patchFailed, unknownDirective } from "./patch-failed.ts";
import type { PatchedField, PatchSchema } from "./strategic-schema.ts";

type MergeMaps = (from: JsonObject, change: JsonObject, schema: PatchSchema | undefined) => JsonObject;

/** A list with the items of the patch in it, in the patch's order. */
export function mergedList(
  from: readonly Json[],
  change: readonly Json[],
  { mergeKey, schema }: PatchedField,
  merge: MergeMaps,
): Json[] {
  if (from.length === 0 && change.length === 0) return [];
  if (kindOfItems([from, change]) !== "map") {
    const added = change.filter((item) => !from.includes(item));
    return orderedByPatch([...new Set([...from, ...added])], change, from, undefined);
  }
  if (mergeKey === "") throw patchFailed("cannot merge lists without merge key for struct");
  const { plain, gone, replaces } = bySpecialItems(change as JsonObject[], mergeKey);
  if (replaces) return plain;
  const left = (from as JsonObject[]).filter((item) => !gone.some((key) => isDeepStrictEqual(key, item[mergeKey])));
  const result = [...left];
  for (const item of plain) {
    const key = item[mergeKey];
    if (key === undefined) throw noMergeKey(item, mergeKey);
    const index = result.findIndex((old) => isDeepStrictEqual(old[mergeKey], key));
    if (index < 0) result.push(item);
    else result[index] = merge(result[index]!, item, schema);
  }
  return orderedByPatch(result, plain, left, mergeKey);
}

/** Throws unless the patch's items stand in the order that `$setElementOrder` gives, and all in it. */
export function checkOrder(change: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (change.length === 0 || order.length === 0) return;
  const keyOf = (item: Json) => {
    if (mergeKey === "") return item;
    if (!isObject(item)) throw patchFailed(`expected a map[string]interface {}, but received a ${goKind(item)}`);
    const key = item[mergeKey];
    if (key === undefined) throw noMergeKey(item, mergeKey);
    return key;
  };
  const wanted = change.filter((item) => !(isObject(item) && "$patch" in item));
  let next = 0;
  for (const item of order) {
    if (next < wanted.length && isDeepStrictEqual(keyOf(wanted[next]!), keyOf(item))) next += 1;
  }
  if (next < wanted.length) {
    const lists = `${goText([...change])}\n doesn't match $setElementOrder list:\n${goText([...order])}\n`;
    throw patchFailed(`The order in patch list:\n${lists}`);
  }
}

/** A list without what the patch's `$deleteFromPrimitiveList` names. */
export function withoutItems(from: readonly Json[], gone: readonly Json[]): Json[] {
  if (from.length === 0 && gone.length === 0) return [];
  if (kindOfItems([from, gone]) === "map") throw patchFailed("cannot merge lists without merge key for struct");
  return from.filter((item) => !gone.includes(item));
}

function kindOfItems(lists: readonly (readonly Json[])[]): string {
  const kinds = [...new Set(lists.flat(1).map(goKind))];
  if (kinds[0] === "slice") throw new StatusError(422, "Invalid", "lists of lists are not supported", {});
  if (kinds.length > 1) {
    throw patchFailed(`list element types are not identical: ${goText(lists.map((list) => [...list]))}`);
  }
  if (kinds[0] === "nil") throw badRequest("a list of nulls");
  return kinds[0]!;
}

function bySpecialItems(change: readonly JsonObject[], mergeKey: string) {
  const plain: JsonObject[] = [];
  const gone: Json[] = [];
  let replaces = false;
  for (const item of change) {
    const { $patch: said } = item;
    const key = item[mergeKey];
    if (said === undefined) plain.push(item);
    else if (said === "replace") replaces = true;
    else if (said === "merge") throw patchFailed("merging lists cannot yet be specified in the patch");
    else if (said !== "delete") throw unknownDirective(item);
    else if (key === undefined) throw noMergeKey(item, mergeKey);
    else gone.push(key);
  }
  return { plain, gone, replaces };
}
