import { isMapping, type KubeObject } from "../../manifest/kube-object.ts";
import { fewNamed, listAt, partAt, textAt } from "./risk.ts";

/**
 * Fields that a definition describes no more: the server drops them from whatever is read or written, and so in the end from what is
 * stored (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning).
 */
export function prunedFields(live: KubeObject, after: KubeObject): string[] {
  const next = new Map(schemasOf(after));
  return schemasOf(live).flatMap(([version, schema]) => {
    if (!next.has(version)) return [];
    const gone = goneFrom(schema, next.get(version), "");
    return gone.length === 0
      ? []
      : [`what is stored in ${fewNamed(gone)}, which ${version} does not describe any more`];
  });
}

/** Of each version. */
export const schemasOf = (definition: KubeObject): [version: string, schema: unknown][] =>
  listAt(definition, "spec", "versions").map((version) => [
    textAt(version, "name") ?? "",
    partAt(version, "schema", "openAPIV3Schema"),
  ]);

/** Paths of what the first describes and the second would not keep. */
function goneFrom(before: unknown, after: unknown, path: string): string[] {
  if (partAt(after, "x-kubernetes-preserve-unknown-fields") === true) return [];
  const anyName = partAt(after, "additionalProperties");
  const keepsAny = anyName === true || isMapping(anyName);
  const [old, next] = [partAt(before, "properties"), partAt(after, "properties")];
  const inProperties = Object.entries(isMapping(old) ? old : {}).flatMap(([name, schema]) => {
    const at = path === "" ? name : `${path}.${name}`;
    const then = partAt(next, name);
    if (then !== undefined) return goneFrom(schema, then, at);
    return keepsAny ? [] : [at];
  });
  const [items, values] = [partAt(before, "items"), partAt(before, "additionalProperties")];
  return [
    ...inProperties,
    ...(isMapping(items) ? goneFrom(items, partAt(after, "items"), `${path}[]`) : []),
    ...(isMapping(values) && isMapping(anyName) ? goneFrom(values, anyName, `${path}.*`) : []),
    ...(isMapping(values) && !keepsAny ? [`${path}.*`] : []),
  ];
}
