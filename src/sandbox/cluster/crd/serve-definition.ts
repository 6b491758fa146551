import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { definitionSpec } from "../resources/custom.ts";

/** Fills in, in place, what the server defaults in a definition: names by the kind, no conversion. */
export function completeDefinition(definition: KubeObject): void {
  const spec = (definition.spec ?? {}) as JsonObject;
  const names = (spec.names ?? {}) as JsonObject;
  if (typeof names.kind === "string" && names.kind !== "") {
    names.singular ??= names.kind.toLowerCase();
    names.listKind ??= `${names.kind}List`;
  }
  spec.conversion ??= { strategy: "None" };
}

/**
 * The status of a definition that is served, with its conditions in kubectl's order. Names that another definition has
 * taken are the caller's to find.
 */
export function servedStatus(definition: KubeObject, now: Date): JsonObject {
  const spec = definitionSpec(definition);
  const before = (definition.status ?? {}) as { conditions?: JsonObject[]; storedVersions?: string[] };
  const storage = spec.versions.find((version) => version.storage)?.name;
  const lastTransitionTime = now.toISOString().replace(/\.\d+Z$/, "Z");
  const said = [
    { type: "NamesAccepted", reason: "NoConflicts", message: "no conflicts found" },
    { type: "Established", reason: "InitialNamesAccepted", message: "the initial names have been accepted" },
  ].map((condition) => {
    const was = before.conditions?.find(({ type }) => type === condition.type);
    return was?.status === "True" ? was : { lastTransitionTime, ...condition, status: "True" };
  });
  const others = (before.conditions ?? []).filter(({ type }) => type !== "NamesAccepted" && type !== "Established");
  return {
    acceptedNames: structuredClone(spec.names) as unknown as JsonObject,
    conditions: [...others, ...said],
    storedVersions: [...new Set([...(before.storedVersions ?? []), ...(storage === undefined ? [] : [storage])])],
  };
}
