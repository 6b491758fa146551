import type { Json, JsonObject, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { appliedEntry, holds } from "./field-ownership.ts";
import { type Segment, withoutFields } from "./field-path.ts";
import { itemKeys, type SchemaPlace } from "./list-keys.ts";
import { segmentOf } from "./managed-fields.ts";
import { isNamed } from "./object-changes.ts";

/**
 * What a manifest makes of an object that was healed first, before the server fills anything in: for where no dry run can tell, since
 * the server would not have the manifest onto the object as it is.
 *
 * @param healed what the server would make of applying the base
 * @param manager our own field manager
 */
export function mergedAfterHealing(
  healed: KubeObject,
  manifest: KubeObject,
  schema: SchemaPlace | undefined,
  manager: string,
): KubeObject {
  const ours = appliedEntry(healed.metadata, manager);
  const others = (healed.metadata.managedFields ?? []).filter((entry) => entry !== ours);
  const dropped: Segment[][] = [];
  const walk = (fields: JsonObject, path: Segment[]): void => {
    for (const [name, inner] of Object.entries(fields) as [string, JsonObject][]) {
      const segment = segmentOf(name);
      if (segment === undefined) continue;
      const at = [...path, segment];
      const isItem = "." in inner;
      // An item of ours goes with whatever is in it, unless another applies it too.
      const isKept = others.some(
        ({ fieldsV1, operation }) => (!isItem || operation === "Apply") && holds(fieldsV1, at),
      );
      const isWhole = isItem || Object.keys(inner).length === 0;
      if (isWhole && !isKept && !isNamed(manifest as Json, at)) dropped.push(at);
      else walk(inner, at);
    }
  };
  walk(ours?.fieldsV1 ?? {}, []);
  return laidOver(withoutFields(healed, dropped) as Json, manifest as Json, schema) as unknown as KubeObject;
}

/** As server-side apply puts values into an object; what the server alone fills in is left. */
function laidOver(value: Json | undefined, said: Json, place: SchemaPlace | undefined): Json | undefined {
  if (isMapping(value) && isMapping(said)) {
    const entries = Object.entries(said).map(([name, inner]) => [
      name,
      inner === null ? undefined : laidOver(value[name], inner, place?.property(name)),
    ]);
    return { ...value, ...Object.fromEntries(entries) };
  }
  const list = place?.list();
  if (!Array.isArray(said) || list === undefined || list.type === "index") return said;
  // Of a list whose last item goes, nothing is left.
  if (said.length === 0) return value;
  if (!Array.isArray(value)) return said;
  if (list.type === "set") return [...value, ...said.filter((item) => !value.some((one) => equalJson(one, item)))];
  const keysOf = (item: Json) => (isMapping(item) ? itemKeys(item, list) : item);
  const partner = (item: Json, among: readonly Json[]) => among.find((one) => equalJson(keysOf(one), keysOf(item)));
  const kept = value.filter((item) => partner(item, said) === undefined);
  return [...kept, ...said.map((item) => laidOver(partner(item, value), item, place?.items()) ?? null)];
}

function isMapping(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
