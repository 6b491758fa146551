import { isMapping, type Json, type KubeObject } from "../manifest/kube-object.ts";
import { compareQuantities } from "../schema/rules/quantity.ts";
import { CHOSEN, withoutChosen } from "./chosen-values.ts";
import { writerOf } from "./field-ownership.ts";
import { type Segment, valueAt } from "./field-path.ts";
import type { SchemaPlace, SchemaPlaces } from "./list-keys.ts";
import { droppedFrom } from "./managed-fields.ts";
import { placeOf } from "./owned-lists.ts";
import type { FieldValue } from "./plan.ts";
import { maskedPath, maskValue } from "./secret-mask.ts";
import { withoutServerFields } from "./server-fields.ts";
import { type Difference, threeWayDifferences } from "./three-way.ts";

/**
 * Where the cluster makes something else of an object than the manifest says, as admission does; secrets masked. Another way to write
 * the same, what the manifest leaves out, and what the server picks at each write are nothing of the kind: so it is mostly empty, and
 * two writes that came out alike have the same.
 *
 * @param result the server's answer to applying it, a dry run's or not
 * @param manager our own field manager
 */
export function alteredFields(
  manifest: KubeObject,
  result: KubeObject,
  schemas: SchemaPlaces,
  manager: string,
): FieldValue[] {
  const schema = placeOf(result, schemas, [{ object: result, manifest }], manager);
  return alteredPlaces(manifest, result, schema).map(({ path, merge }) => {
    const holder = merge === undefined ? manifest : result;
    return fieldValue(holder, path, merge);
  });
}

/** The same as it is, nothing masked: `live` is what the manifest says, `merge` what came out. */
export function alteredPlaces(manifest: KubeObject, result: KubeObject, schema: SchemaPlace | undefined): Difference[] {
  const [said, came] = [manifest, withoutChosen(result, manifest, [])].map((one) => withoutServerFields(one) as Json);
  const isKnown = schema?.knowsQuantities === true;
  return threeWayDifferences(said, came, came, schema).filter((one) => isAltered(one, isKnown));
}

/** @param isKnown whether a schema has told what is a quantity */
function isAltered({ path, live: said, merge: came, order }: Difference, isKnown: boolean): boolean {
  // A value that is applied as a whole has nobody else's items.
  if (said === undefined) return path.at(-1)?.type === "index";
  if (order || said === null || came === CHOSEN) return false;
  if (came === undefined || came === null) return !isBlank(said);
  return isKnown || compareQuantities(said, came) !== 0;
}

/** What the server leaves out of its answers. */
function isBlank(value: Json): boolean {
  if (isMapping(value)) return Object.values(value).every(isBlank);
  return Array.isArray(value) ? value.length === 0 : !value;
}

/**
 * What was ours until an object was written, is ours no longer, and is there all the same: a default, another's, or put back by admission;
 * secrets masked.
 *
 * @param manager our own field manager
 */
export function keptFields(before: KubeObject, after: KubeObject, manager: string): FieldValue[] {
  return droppedFrom(before, after, manager).flatMap((path) => {
    const value = valueAt(after as Json, path);
    if (value === undefined) return [];
    const writer = writerOf(after, path, manager).manager;
    return [{ ...fieldValue(after, path, value), ...(writer === "unknown" ? {} : { manager: writer }) }];
  });
}

function fieldValue(holder: KubeObject, path: readonly Segment[], value: Json | undefined): FieldValue {
  const shown = maskedPath(holder, path);
  return value === undefined ? { path: shown } : { path: shown, value: maskValue(holder, path, value) };
}
