import type { Json, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { writerOf } from "./field-ownership.ts";
import { valueAt } from "./field-path.ts";
import type { SchemaPlaces } from "./list-keys.ts";
import { ownedPlace } from "./owned-lists.ts";
import type { FieldChange } from "./plan.ts";
import { maskedPath, maskValue } from "./secret-mask.ts";
import { threeWayDifferences } from "./three-way.ts";

/**
 * What a pull request describes from now on and somebody else has made so: nothing changes, but it is Git's from then on. No dry run
 * shows it, since it is live in all of them.
 *
 * @param manager our own field manager
 */
export function alreadyLive(
  live: KubeObject,
  { base, merge }: { base: KubeObject; merge: KubeObject },
  manager: string,
  schemas: SchemaPlaces,
): FieldChange[] {
  const schema = schemas.ofKind(merge.apiVersion, merge.kind) ?? ownedPlace([live]);
  return threeWayDifferences(base as Json, base as Json, merge as Json, schema).flatMap((one): FieldChange[] => {
    const { path, merge: wanted } = one;
    const isNew = one.base === undefined && wanted !== undefined;
    if (!isNew || !contains(valueAt(live as Json, path), wanted)) return [];
    const writer = writerOf(live, path, manager);
    if (writer.manager === "unknown") return [];
    const shown = maskValue(live, path, wanted);
    return [{ path: maskedPath(live, path), cause: "already-live", before: shown, after: shown, ...writer }];
  });
}

/** Whether a value is all that, and perhaps more. */
function contains(value: Json | undefined, wanted: Json): boolean {
  if (equalJson(value, wanted)) return true;
  if (typeof value !== "object" || value === null || typeof wanted !== "object" || wanted === null) return false;
  if (Array.isArray(value) || Array.isArray(wanted)) return false;
  return Object.entries(wanted).every(([name, inner]) => contains(value[name], inner));
}
