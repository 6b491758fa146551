import { isMapping, type KubeObject, versionedKind } from "../manifest/kube-object.ts";
import { fillDefaults } from "../schema/custom-defaults.ts";
import { customResourcesIn } from "../schema/custom-resources.ts";
import { UnusableSchemaError } from "../schema/structural-schema.ts";
import { equalJson } from "./equal.ts";

/** Schemas of the kinds whose definitions have more defaults than before, by {@link versionedKind}. */
export type GainedDefaults = ReadonlyMap<string, unknown>;

/** @param before everything that Git has now; with what merging leads to */
export function gainedDefaults(before: readonly KubeObject[], merge: readonly KubeObject[]): GainedDefaults {
  const schemasOf = (objects: readonly KubeObject[]) =>
    customResourcesIn(objects).map(({ group, version, kind, schema }): [string, unknown] => [
      versionedKind({ apiVersion: `${group}/${version}`, kind }),
      schema,
    ]);
  const known = new Map(schemasOf(before));
  return new Map(schemasOf(merge).filter(([name, schema]) => gains(known.get(name), schema)));
}

/**
 * An object as it reads once its definition has them: the server fills defaults in when it reads what is stored, so nobody has to write it
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting).
 */
export function withGained(object: KubeObject, schema: unknown): KubeObject {
  try {
    return fillDefaults(schema, object) as KubeObject;
  } catch (thrown) {
    if (!(thrown instanceof UnusableSchemaError)) throw thrown;
    return object;
  }
}

function gains(before: unknown, after: unknown): boolean {
  if (!isMapping(after)) return false;
  const was = isMapping(before) ? before : {};
  const own = after.default ?? undefined;
  if (own !== undefined && !equalJson(was.default, own)) return true;
  const properties = isMapping(was.properties) ? was.properties : {};
  const fields = isMapping(after.properties) ? Object.entries(after.properties) : [];
  return (
    fields.some(([name, field]) => gains(properties[name], field)) ||
    gains(was.items, after.items) ||
    gains(was.additionalProperties, after.additionalProperties)
  );
}
