import { type Fields, fields, type Rule, type Violation } from "./rule.ts";

/** Where the specs of pods stand, but for those of a StatefulSet, whose controller fills some fields in. */
const places: { readonly [definition: string]: readonly string[] } = {
  "core.v1.Pod": ["spec"],
  "core.v1.PodTemplate": ["template", "spec"],
  "core.v1.ReplicationControllerSpec": ["template", "spec"],
  "apps.v1.DeploymentSpec": ["template", "spec"],
  "apps.v1.ReplicaSetSpec": ["template", "spec"],
  "apps.v1.DaemonSetSpec": ["template", "spec"],
  "batch.v1.JobSpec": ["template", "spec"],
};

/** The same rule for the specs of all pods that are not a StatefulSet's; for those too, a rule is about `core.v1.PodSpec`. */
export function inPodSpecs(
  check: (spec: Fields, at: readonly string[]) => readonly Violation[],
): NonNullable<Rule["objects"]> {
  return Object.fromEntries(
    Object.entries(places).map(([definition, at]) => [
      definition,
      (object: Fields) => check(fields(at.reduce<unknown>((value, step) => fields(value)[step], object)), at),
    ]),
  );
}
