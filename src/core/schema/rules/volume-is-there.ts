import { inPodSpecs } from "./pod-specs.ts";
import { fields, list, type Rule, textOf, type Violation } from "./rule.ts";

/**
 * Containers use only volumes and claims that their pod has. A StatefulSet's pods have those of its claim templates too,
 * so that it is looked at as a whole.
 */
export const volumeIsThere: Rule = {
  name: "missing-volume",
  objects: {
    ...inPodSpecs((spec, at) => problems(spec, at, [])),
    "apps.v1.StatefulSetSpec": ({ template, volumeClaimTemplates }) => {
      const claims = list(volumeClaimTemplates).map((claim) => fields(fields(claim).metadata).name);
      return problems(fields(template).spec, ["template", "spec"], claims);
    },
  },
};

function problems(podSpec: unknown, at: readonly string[], claimTemplates: readonly unknown[]): Violation[] {
  const spec = fields(podSpec);
  const found: Violation[] = [];
  for (const field of ["initContainers", "containers"] as const) {
    for (const [index, container] of list(spec[field]).entries()) {
      const { volumeMounts, volumeDevices, resources } = fields(container);
      const here = [...at, field, index];
      const uses = [
        ["volumes", ["volumeMounts"], volumeMounts],
        ["volumes", ["volumeDevices"], volumeDevices],
        ["resourceClaims", ["resources", "claims"], fields(resources).claims],
      ] as const;
      for (const [of, inside, named] of uses) {
        for (const [position, use] of list(named).entries()) {
          const name = textOf(fields(use).name);
          const isOfTemplate = of === "volumes" && claimTemplates.includes(name);
          if (name === "" || isOfTemplate || list(spec[of]).some((one) => fields(one).name === name)) continue;
          const predicate = `names ${JSON.stringify(name)}, and its pod's \`${of}\` have none of that name`;
          found.push({ predicate, at: [...here, ...inside, position, "name"] });
        }
      }
    }
  }
  return found;
}
