import type { Sent } from "./cluster-eyes.ts";
import type { ListSchema } from "./list-schema.ts";
import { isMapping, type Steps, same, type Thing, type Value } from "./values.ts";

/** How one may write an object that is there already. */
export const ways = ["put", "merge-patch", "json-patch", "strategic-patch", "apply"] as const;
export type Way = (typeof ways)[number];

/** The request that makes of an object what is wanted; `undefined` when it cannot be said in this way. */
export function requestFor(way: Way, current: Thing, wanted: Thing, lists: ListSchema): Sent | undefined {
  if (way === "put") {
    const { managedFields: _, ...metadata } = wanted.metadata;
    const { resourceVersion } = current.metadata;
    return { method: "PUT", body: { ...wanted, metadata: { ...metadata, resourceVersion } } };
  }
  const [before, after] = [current, wanted].map((object) => withoutBooks(object)) as [Value, Value];
  const contentType = `application/${way === "apply" ? "apply-patch+yaml" : `${way}+json`}`;
  if (way === "json-patch") return { method: "PATCH", contentType, body: operations(before, after, "") };
  const body = partOf(way, before, after, wanted, lists, []);
  if (body === undefined) return undefined;
  if (way !== "apply") return { method: "PATCH", contentType, body };
  const { apiVersion, kind, metadata } = wanted;
  const { name, namespace } = metadata;
  const part = body as unknown as Thing;
  const named = { ...part, apiVersion, kind, metadata: { ...part.metadata, name, ...(namespace && { namespace }) } };
  return { method: "PATCH", contentType, body: named, query: { force: "true" } };
}

/** Without what is no part of what somebody asks for. */
function withoutBooks({ status: _, ...object }: Thing): Value {
  const { managedFields: _m, resourceVersion: _r, generation: _g, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as Value;
}

/** Only what differs, down to the values that are one for this way of writing. */
function partOf(
  way: Exclude<Way, "put" | "json-patch">,
  before: Value | undefined,
  after: Value,
  type: Thing,
  lists: ListSchema,
  fields: Steps,
): Value | undefined {
  if (same(before, after) || (way === "apply" && after === null)) return undefined;
  const inner = (one: Value | undefined, other: Value, step: string) =>
    partOf(way, one, other, type, lists, [...fields, step]);
  if (isMapping(before) && isMapping(after) && !(way === "apply" && lists.isAtomicMapping(type, fields))) {
    const part: { [name: string]: Value } = {};
    for (const [name, value] of Object.entries(after)) {
      const differs = inner(before[name], value, name);
      if (differs !== undefined) part[name] = differs;
    }
    // Who applies cannot take away what was never its own.
    if (way !== "apply") for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) part[name] = null;
    return Object.keys(part).length > 0 ? part : undefined;
  }
  const list = lists.listAt(type, fields);
  if (!Array.isArray(before) || !Array.isArray(after) || way === "merge-patch" || list.by === "nothing") return after;
  if (list.by === "value") {
    const added = after.filter((item) => !before.some((one) => same(one, item)));
    return way === "apply" ? (added.length > 0 ? added : undefined) : after;
  }
  if (![...before, ...after].every(isMapping)) return after;
  const keysOf = (item: Value) =>
    Object.fromEntries(list.keys.map((key) => [key, (item as { [name: string]: Value })[key]]));
  const partner = (item: Value, among: Value[]) => among.find((one) => same(keysOf(one), keysOf(item)));
  const items = after.flatMap((item): Value[] => {
    const part = inner(partner(item, before), item, "[]");
    return part === undefined ? [] : [{ ...keysOf(item), ...(part as object) } as Value];
  });
  const gone = before.filter((item) => partner(item, after) === undefined);
  if (way === "strategic-patch") items.push(...gone.map((item) => ({ $patch: "delete", ...keysOf(item) }) as Value));
  return items.length > 0 ? items : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc6902 */
function operations(before: Value, after: Value, path: string): object[] {
  if (same(before, after)) return [];
  const isList = Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  if (!isList && !(isMapping(before) && isMapping(after))) return [{ op: "replace", path, value: after }];
  const [one, other] = [before, after] as { [name: string]: Value }[];
  return [...new Set([...Object.keys(one!), ...Object.keys(other!)])].flatMap((name) => {
    const here = `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (!Object.hasOwn(other!, name)) return [{ op: "remove", path: here }];
    if (!Object.hasOwn(one!, name)) return [{ op: "add", path: here, value: other![name] }];
    return operations(one![name]!, other![name]!, here);
  });
}
