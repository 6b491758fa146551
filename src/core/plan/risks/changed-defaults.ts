import { isMapping, type Json, type KubeObject } from "../../manifest/kube-object.ts";
import { equalJson } from "../equal.ts";
import { schemasOf } from "./pruned-fields.ts";
import { fewNamed, partAt } from "./risk.ts";

/**
 * Defaults that a definition changes or takes back: an object that was stored before it had them reads otherwise from then on. Which
 * objects those are only the server's store knows: what was written since keeps the former default
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting).
 */
export function changedDefaults(live: KubeObject, after: KubeObject): string[] {
  const next = new Map(schemasOf(after));
  return schemasOf(live).flatMap(([version, schema]) => {
    if (!next.has(version)) return [];
    const changed = changedFrom(schema, next.get(version), "");
    return changed.length === 0
      ? []
      : [`${fewNamed(changed)} of objects that were stored without it, since ${version} changes its default`];
  });
}

/** Of fields that both describe; of the outermost ones alone. */
function changedFrom(before: unknown, after: unknown, path: string): string[] {
  if (!isMapping(before) || !isMapping(after)) return [];
  const was = before.default ?? undefined;
  if (was !== undefined && !equalJson(was, after.default as Json | undefined)) return [path];
  const properties = partAt(before, "properties");
  return [
    ...Object.entries(isMapping(properties) ? properties : {}).flatMap(([name, schema]) =>
      changedFrom(schema, partAt(after, "properties", name), path === "" ? name : `${path}.${name}`),
    ),
    ...changedFrom(partAt(before, "items"), partAt(after, "items"), `${path}[]`),
    ...changedFrom(partAt(before, "additionalProperties"), partAt(after, "additionalProperties"), `${path}.*`),
  ];
}
