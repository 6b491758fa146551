import { fields, list, type Rule, textOf, type Violation } from "./rule.ts";

/**
 * Containers use only volumes and claims that their pod has. A StatefulSet's pods have those of its claim templates too,
 * so that it is looked at as a whole.
 */
export const volumeIsThere: Rule = {
  name: "missing-volume",
  objects: {
    "core.v1.Pod": (pod) => problems(pod.spec, ["spec"], []),
    "core.v1.PodTemplate": ({ template }) => problems(fields(template).spec, ["template", "spec"], []),
    "core.v1.ReplicationControllerSpec": inTemplate,
    "apps.v1.DeploymentSpec": inTemplate,
    "apps.v1.ReplicaSetSpec": inTemplate,
    "apps.v1.DaemonSetSpec": inTemplate,
    "batch.v1.JobSpec": inTemplate,
    "apps.v1.StatefulSetSpec": ({ template, volumeClaimTemplates }) => {
      const claims = list(volumeClaimTemplates).map((claim) => fields(fields(claim).metadata).name);
      return problems(fields(template).spec, ["template", "spec"], claims);
    },
  },
};

function inTemplate({ template }: { readonly [field: string]: unknown }): Violation[] {
  return problems(fields(template).spec, ["template", "spec"], []);
}

function problems(podSpec: unknown, at: readonly string[], claimTemplates: readonly unknown[]): Violation[] {
  const spec = fields(podSpec);
  const volumes = new Set([...list(spec.volumes).map((volume) => fields(volume).name), ...claimTemplates]);
  const claims = new Set(list(spec.resourceClaims).map((claim) => fields(claim).name));
  const missing = (container: unknown, field: string, inside: readonly string[], has: Set<unknown>) =>
    list(inside.reduce((value, step) => fields(value)[step], container)).flatMap((use, index): Violation[] => {
      const name = textOf(fields(use).name);
      if (name === "" || has.has(name)) return [];
      const predicate = `names ${JSON.stringify(name)}, and its pod's \`${field}\` have none of that name`;
      return [{ predicate, at: [...inside, index, "name"] }];
    });
  return (["initContainers", "containers"] as const).flatMap((field) =>
    list(spec[field]).flatMap((container, index) =>
      [
        ...missing(container, "volumes", ["volumeMounts"], volumes),
        ...missing(container, "volumes", ["volumeDevices"], volumes),
        ...missing(container, "resourceClaims", ["resources", "claims"], claims),
      ].map((violation) => ({ ...violation, at: [...at, field, index, ...(violation.at ?? [])] })),
    ),
  );
}
