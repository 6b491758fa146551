import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Condition } from "./condition.ts";

/** The status of a namespace that waits for its end, with what it waits for. */
export function terminatingStatus(
  namespace: KubeObject,
  left: ReadonlyMap<string, readonly KubeObject[]>,
  now: string,
): JsonObject {
  const before = (namespace.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  const resources = [...left].map(([resource, objects]) => {
    const [plural, ...group] = resource.split(".");
    return `${plural}.${group.join(".")} has ${objects.length} resource instances`;
  });
  const finalizers = new Map<string, number>();
  for (const finalizer of [...left.values()].flat().flatMap(({ metadata }) => metadata.finalizers ?? [])) {
    finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  const said: [string, boolean, string, string][] = [
    ["NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"],
    [
      "NamespaceDeletionGroupVersionParsingFailure",
      false,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ],
    [
      "NamespaceDeletionContentFailure",
      false,
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ],
    ["NamespaceContentRemaining", true, "SomeResourcesRemain", `Some resources are remaining: ${resources.join(", ")}`],
    [
      "NamespaceFinalizersRemaining",
      held.length > 0,
      held.length > 0 ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
      held.length > 0
        ? `Some content in the namespace has finalizers remaining: ${held.join(", ")}`
        : "All content-preserving finalizers finished",
    ],
  ];
  const conditions = said.map(([type, holds, reason, message]): Condition => {
    const status = holds ? "True" : "False";
    const old = before.find((it) => it.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    return { type, status, lastTransitionTime, reason, message };
  });
  return { ...(namespace.status as JsonObject), conditions } as unknown as JsonObject;
}
