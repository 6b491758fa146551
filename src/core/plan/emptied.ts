import { isMapping, type Json, type JsonObject, type KubeObject } from "../manifest/kube-object.ts";
import { visitBoth } from "./contested/swap.ts";
import { appliedEntry, shareAt } from "./field-ownership.ts";
import { leaveEmpty, type Segment, valueAt, withoutFields } from "./field-path.ts";
import type { SchemaPlaces } from "./list-keys.ts";
import { stepsIn } from "./managed-fields.ts";
import { placeOf } from "./owned-lists.ts";

export interface Emptied {
  places: Segment[][];
  /** The manifest with these places as they are live. */
  meanwhile: KubeObject;
}

/**
 * Where a manifest leaves empty what is filled, and with nothing but ours. Lists count in custom resources only: a built-in kind has
 * none that is empty.
 *
 * @param before what was applied last; undefined when nobody knows
 * @returns undefined when there is no such place
 */
export function emptiedPlaces(
  manifest: KubeObject,
  { live, before }: { live: KubeObject; before: KubeObject | undefined },
  schemas: SchemaPlaces,
  manager: string,
): Emptied | undefined {
  const own = appliedEntry(live.metadata, manager);
  if (own === undefined || !leavesEmpty(manifest as Json)) return undefined;
  const others = (live.metadata.managedFields ?? []).filter((entry) => entry !== own);
  const isOurs = (path: readonly Segment[]) => {
    const share = shareAt(own.fieldsV1, path);
    if (share === undefined || others.some(({ fieldsV1 }) => holdsWithin(fieldsV1, path))) return false;
    const places = placesIn(share, path);
    return places.length > 0 && isBlank(valueAt(withoutFields(live, places) as Json, path));
  };
  const hasLists = schemas.ofKind(live.apiVersion, live.kind) === undefined;
  // What the new manifest says has the same keys, where nobody knows the former.
  const states = [before, manifest].map((one) => ({ object: live, manifest: one }));
  const meanwhile = structuredClone(manifest);
  const places: Segment[][] = [];
  const schema = placeOf(live, schemas, states, manager);
  visitBoth(live, meanwhile, schema, {
    mapping(now, wanted, path) {
      const said = wanted as { [name: string]: Json };
      for (const [name, value] of Object.entries(said)) {
        const at: Segment[] = [...path, { type: "field", name }];
        const is = now[name];
        if (name === "metadata" && path.length === 0) continue;
        if (!isEmptied(is, value, hasLists) || !isOurs(at)) continue;
        places.push(at);
        said[name] = is!;
      }
    },
  });
  return places.length === 0 ? undefined : { places, meanwhile };
}

/** Few manifests do, and only of those is more looked at. */
const leavesEmpty = (value: Json): boolean => {
  if (typeof value !== "object" || value === null) return false;
  const inner = Object.values(value) as Json[];
  return inner.length === 0 || inner.some(leavesEmpty);
};

/** Who holds a mapping alone keeps nothing in it. */
const holdsWithin = (fields: JsonObject, path: readonly Segment[]): boolean =>
  Object.keys(shareAt(fields, path) ?? {}).some((name) => name !== ".");

/** What a share holds in a place, items of lists as one. */
const placesIn = (share: JsonObject, path: readonly Segment[]): Segment[][] =>
  stepsIn(share, path).flatMap(({ inner, at }) => {
    const isWhole = Object.keys(inner).length === 0 || Object.hasOwn(inner, ".");
    return isWhole ? [at] : placesIn(inner, at);
  });

const isBlank = (value: Json | undefined): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function isEmptied(is: Json | undefined, said: Json, hasLists: boolean): boolean {
  if (isMapping(said)) return Object.keys(said).length === 0 && isMapping(is) && Object.keys(is).length > 0;
  return hasLists && Array.isArray(said) && said.length === 0 && Array.isArray(is) && is.length > 0;
}

/** The object with these places as empty as the manifest has them. */
export function withEmptied(object: KubeObject, manifest: KubeObject, places: readonly Segment[][]): KubeObject {
  const copy = structuredClone(object);
  for (const path of places) leaveEmpty(copy as Json, path, valueAt(manifest as Json, path));
  return copy;
}
