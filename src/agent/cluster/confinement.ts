import type { Finding } from "../../core/manifest/finding.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";

/** The only namespaces that an agent may look into and write to, as its own configuration has them. */
export type Confinement = readonly string[];

/** What reaches outside; to be mended before anything is applied. */
export function outsideConfinement(objects: readonly DesiredObject[], confine: Confinement | undefined): Finding[] {
  if (confine === undefined) return [];
  return objects.flatMap(({ ref: { kind, namespace }, file, locate }): Finding[] => {
    if (namespace !== undefined && confine.includes(namespace)) return [];
    const pointer = namespace === undefined ? "/kind" : "/metadata/namespace";
    const message =
      namespace === undefined
        ? clusterScoped(kind, confine)
        : `This ${kind} is for namespace \`${namespace}\`, and this cluster's agent is confined to ${named(confine)}; name one of those, or have the agent's TRUEUP_CONFINE and its rights extended.`;
    return [{ file, ...locate(pointer), severity: "error", rule: "outside-confinement", message, pointer }];
  });
}

export function clusterScoped(kind: string, confine: Confinement): string {
  return `A ${kind} belongs to the whole cluster, and this cluster's agent is confined to ${named(confine)}; leave it to whoever runs the cluster.`;
}

function named(confine: Confinement): string {
  const names = confine.map((one) => `\`${one}\``).join(", ");
  return confine.length === 1 ? `namespace ${names}` : `the namespaces ${names}`;
}
