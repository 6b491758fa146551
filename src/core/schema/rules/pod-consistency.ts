import {
  type Fields,
  fields,
  int32,
  isFilled,
  isSet,
  list,
  onObjects,
  type Rule,
  textOf,
  type Violation,
} from "./rule.ts";
import { labelValue } from "./syntax.ts";

/** Fields of a pod that must go together. */
export const podConsistency: Rule = {
  name: "pod-consistency",
  objects: {
    ...onObjects(alwaysRestarted, [
      "apps.v1.ReplicaSetSpec",
      "apps.v1.StatefulSetSpec",
      "apps.v1.DaemonSetSpec",
      "core.v1.ReplicationControllerSpec",
    ]),
    "core.v1.PodSpec": (spec) => [...hostPorts(spec), ...portNames(spec), ...processes(spec)],
    "core.v1.SecurityContext": ({ allowPrivilegeEscalation, privileged, capabilities }) => {
      if (allowPrivilegeEscalation !== false) return [];
      const admin = list(fields(capabilities).add).includes("CAP_SYS_ADMIN");
      if (privileged !== true && !admin) return [];
      const what = privileged === true ? "`privileged`" : "the capability `CAP_SYS_ADMIN`";
      return [{ predicate: `cannot be \`false\` together with ${what}`, at: ["allowPrivilegeEscalation"] }];
    },
    "core.v1.EnvVar": ({ value, valueFrom }) =>
      typeof value === "string" && value !== "" && isSet(valueFrom)
        ? [{ predicate: "cannot be there beside `value`", at: ["valueFrom"] }]
        : [],
    "core.v1.Toleration": (toleration) => [...forSomeTime(toleration), ...ofAnyValue(toleration)],
    "batch.v1.JobSpec": failurePolicy,
    "apps.v1.DeploymentSpec": (spec) => [...alwaysRestarted(spec), ...deadline(spec)],
  },
};

function alwaysRestarted({ template }: Fields): Violation[] {
  const { restartPolicy, activeDeadlineSeconds } = fields(fields(template).spec);
  const found: Violation[] = [];
  if (["Never", "OnFailure"].includes(textOf(restartPolicy))) {
    const predicate = "must be `Always`, because these pods are kept running";
    found.push({ predicate, at: ["template", "spec", "restartPolicy"] });
  }
  if (isSet(activeDeadlineSeconds)) {
    const predicate = "must not be there, because these pods are kept running";
    found.push({ predicate, at: ["template", "spec", "activeDeadlineSeconds"] });
  }
  return found;
}

function processes({ hostPID, shareProcessNamespace }: Fields): Violation[] {
  return hostPID === true && shareProcessNamespace === true
    ? [{ predicate: "cannot be `true` together with `hostPID`", at: ["shareProcessNamespace"] }]
    : [];
}

function forSomeTime({ tolerationSeconds, effect }: Fields): Violation[] {
  return isSet(tolerationSeconds) && (!isSet(effect) || typeof effect === "string") && effect !== "NoExecute"
    ? [{ predicate: "may only be there when `effect` is `NoExecute`", at: ["tolerationSeconds"] }]
    : [];
}

function ofAnyValue({ operator, value }: Fields): Violation[] {
  if (typeof value !== "string" || value === "") return [];
  if (operator === "Exists") {
    return [{ predicate: "must not be there, because the operator is `Exists`", at: ["value"] }];
  }
  if (isFilled(operator) && operator !== "Equal") return [];
  const problem = labelValue(value);
  return problem === undefined ? [] : [{ predicate: problem, at: ["value"] }];
}

/** A rollout must be able to finish before it is given up. */
function deadline({ progressDeadlineSeconds, minReadySeconds }: Fields): Violation[] {
  const given = int32(progressDeadlineSeconds ?? 600);
  const ready = int32(minReadySeconds ?? 0);
  if (given === undefined || ready === undefined || given > ready || given < 0) return [];
  const at = isSet(progressDeadlineSeconds) ? "progressDeadlineSeconds" : "minReadySeconds";
  const predicate = `leaves no time: \`progressDeadlineSeconds\` (${given}) must be more than \`minReadySeconds\` (${ready})`;
  return [{ predicate, at: [at] }];
}

function hostPorts(spec: Fields): Violation[] {
  if (spec.hostNetwork !== true) return [];
  return list(spec.containers).flatMap((container, index) =>
    list(fields(container).ports).flatMap((port, position): Violation[] => {
      const { hostPort, containerPort } = fields(port);
      const host = int32(hostPort) ?? 0;
      if (host === 0 || host === int32(containerPort)) return [];
      const predicate = "must be the same as `containerPort` in the host's network";
      return [{ predicate, at: ["containers", index, "ports", position, "hostPort"] }];
    }),
  );
}

function portNames(spec: Fields): Violation[] {
  return list(spec.containers).flatMap((container, index) => {
    const names = list(fields(container).ports).map((port) => textOf(fields(port).name));
    return names.flatMap((name, position): Violation[] =>
      name !== "" && names.indexOf(name) < position
        ? [
            {
              predicate: "is the name of another port of this container",
              at: ["containers", index, "ports", position, "name"],
            },
          ]
        : [],
    );
  });
}

function failurePolicy({ podFailurePolicy, template }: Fields): Violation[] {
  if (!isSet(podFailurePolicy)) return [];
  const spec = fields(fields(template).spec);
  const names = [...list(spec.containers), ...list(spec.initContainers)].map((container) => fields(container).name);
  const found: Violation[] = list(fields(podFailurePolicy).rules).flatMap((rule, index) => {
    const name = fields(fields(rule).onExitCodes).containerName;
    if (typeof name !== "string" || names.includes(name)) return [];
    const predicate = "must be the name of a container or init container of its pods";
    return [{ predicate, at: ["podFailurePolicy", "rules", index, "onExitCodes", "containerName"] }];
  });
  if (isFilled(spec.restartPolicy) && spec.restartPolicy === "OnFailure") {
    const predicate = "must be `Never` for a job with a `podFailurePolicy`";
    found.push({ predicate, at: ["template", "spec", "restartPolicy"] });
  }
  return found;
}
