import { type Fields, fields, int32, isSet, list, type Rule, type Violation } from "./rule.ts";

/** Probes, each with what means something to it, and on containers that keep running. */
export const probes: Rule = {
  name: "probe",
  objects: {
    "core.v1.Container": (container) => [
      ...once(container, "livenessProbe"),
      ...once(container, "startupProbe"),
      ...(isSet(fields(container.readinessProbe).terminationGracePeriodSeconds)
        ? [{ predicate: "must not be there: it ends no container", at: ["readinessProbe", grace] }]
        : []),
    ],
    "core.v1.PodSpec": ({ initContainers }) =>
      list(initContainers).flatMap((item, index) => {
        const container = fields(item);
        if (container.restartPolicy === "Always") return [];
        return ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"].flatMap((field): Violation[] => {
          if (!isSet(container[field])) return [];
          const predicate =
            "may only be there when `restartPolicy` is `Always`: this container ends before others begin";
          return [{ predicate, at: ["initContainers", index, field] }];
        });
      }),
  },
};

const grace = "terminationGracePeriodSeconds";

function once(container: Fields, field: string): Violation[] {
  const probe = fields(container[field]);
  const found: Violation[] = [];
  // 0 is the default.
  if ((int32(probe.successThreshold) ?? 0) > 1) {
    found.push({ predicate: "must be 1", at: [field, "successThreshold"] });
  }
  const seconds = probe[grace];
  if (typeof seconds === "number" && seconds < 1) found.push({ predicate: "must be at least 1", at: [field, grace] });
  return found;
}
