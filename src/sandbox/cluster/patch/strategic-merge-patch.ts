import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import type { Definitions, OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import { badRequest } from "../status-error.ts";
import { orderedByPatch } from "./list-order.ts";
import { isObject, setOwn } from "./merge-patch.ts";

const directive = "$patch";
const deleteFromList = "$deleteFromPrimitiveList/";
const elementOrder = "$setElementOrder/";
const retainKeys = "$retainKeys";

/**
 * Kubernetes' strategic merge patch: like a merge patch, but lists whose schema names a merge key are merged item by
 * item. https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicMergePatch(
  definitions: Definitions,
  definition: string,
  target: JsonObject,
  patch: JsonObject,
): JsonObject {
  const resolve = (schema: OpenApiSchema | undefined): OpenApiSchema | undefined =>
    schema?.$ref === undefined ? schema : definitions[schema.$ref.slice("#/definitions/".length)];

  const mergeObject = (schema: OpenApiSchema | undefined, from: JsonObject, change: JsonObject): JsonObject => {
    const said = change[directive];
    if (said === "replace") return clean(without(change, directive));
    if (said === "delete") return {};
    if (said !== undefined && said !== "merge") throw badRequest(`Unknown patch type: ${JSON.stringify(said)}`);
    const result: JsonObject = { ...from };
    const retained = change[retainKeys];
    if (retained !== undefined) {
      if (!Array.isArray(retained)) throw badRequest(`invalid patch format of ${retainKeys}`);
      for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
    }
    for (const [key, value] of Object.entries(change)) {
      if (key === directive || key === retainKeys) continue;
      if (key.startsWith(deleteFromList)) {
        const field = key.slice(deleteFromList.length);
        const list = result[field];
        if (Array.isArray(list) && Array.isArray(value)) {
          result[field] = list.filter((item) => !value.some((gone) => isDeepStrictEqual(gone, item)));
        }
        continue;
      }
      if (key.startsWith(elementOrder)) continue;
      if (value === null) {
        delete result[key];
        continue;
      }
      const property = schema?.properties?.[key] ?? (schema?.additionalProperties as OpenApiSchema | undefined);
      const old = Object.hasOwn(result, key) ? result[key] : undefined;
      if (Array.isArray(value)) {
        setOwn(result, key, mergeList(property, Array.isArray(old) ? old : [], value));
      } else if (isObject(value)) {
        setOwn(result, key, mergeObject(resolve(property), isObject(old) ? old : {}, value));
      } else setOwn(result, key, value);
    }
    for (const [name, order] of Object.entries(change)) {
      if (!name.startsWith(elementOrder) || !Array.isArray(order)) continue;
      const field = name.slice(elementOrder.length);
      const list = result[field];
      const before = from[field];
      const key = schema?.properties?.[field]?.["x-kubernetes-patch-merge-key"];
      if (Array.isArray(list)) result[field] = orderedByPatch(list, order, Array.isArray(before) ? before : [], key);
    }
    return result;
  };

  const mergeList = (schema: OpenApiSchema | undefined, from: Json[], change: Json[]): Json[] => {
    const strategies = schema?.["x-kubernetes-patch-strategy"]?.split(",") ?? [];
    const replaces = change.some((item) => isObject(item) && item[directive] === "replace");
    if (!strategies.includes("merge") || replaces) {
      return change.filter((item) => !(isObject(item) && directive in item)).map(clean);
    }
    const key = schema?.["x-kubernetes-patch-merge-key"];
    if (key === undefined) {
      const added = change.filter((item) => !from.some((old) => isDeepStrictEqual(old, item)));
      return orderedByPatch([...from, ...added], change, from, key);
    }
    let result = [...from];
    for (const item of change) {
      if (!isObject(item)) throw badRequest(`cannot merge a list whose items are no objects`);
      const id = item[key];
      if (id === undefined)
        throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
      const index = result.findIndex((old) => isObject(old) && isDeepStrictEqual(old[key], id));
      if (item[directive] === "delete") {
        result = result.filter((old) => !(isObject(old) && isDeepStrictEqual(old[key], id)));
      } else if (index < 0) result.push(mergeObject(resolve(schema?.items), {}, item));
      else result[index] = mergeObject(resolve(schema?.items), result[index] as JsonObject, item);
    }
    return orderedByPatch(result, change, from, key);
  };

  return mergeObject(definitions[definition], target, patch);
}

function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== field));
}

/** A value of a patch as it is to be stored: without directives and nulls. */
function clean(value: Json): Json & JsonObject;
function clean(value: Json): Json;
function clean(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => clean(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => inner !== null && !key.startsWith("$"))
      .map(([key, inner]) => [key, clean(inner)]),
  );
}
