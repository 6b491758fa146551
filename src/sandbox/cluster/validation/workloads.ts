import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { FieldViolation } from "../status-error.ts";
import { labelViolations } from "./metadata.ts";
import { podSpecViolations } from "./pods.ts";
import { notNegative, oneOf, type Rule, words } from "./rule.ts";

interface Selector {
  matchLabels?: { [label: string]: string };
  matchExpressions?: JsonObject[];
}

const specOf = (object: KubeObject) => (object.spec ?? {}) as JsonObject;

/** What all workloads with a selector and a template share. */
function workload(word: string): Rule {
  return (object) => {
    const spec = specOf(object);
    const template = (spec.template ?? {}) as JsonObject;
    const labels = (template.metadata as { labels?: { [label: string]: string } } | undefined)?.labels;
    const claims = (spec.volumeClaimTemplates ?? []) as { metadata?: { name?: string } }[];
    const podSpec = {
      ...((template.spec ?? {}) as JsonObject),
      volumeClaimTemplates: claims.map(({ metadata }) => ({ name: metadata?.name ?? "" })),
    };
    return [
      ...notNegative(spec.replicas, "spec.replicas"),
      ...notNegative(spec.minReadySeconds, "spec.minReadySeconds"),
      ...notNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"),
      ...selectorViolations(spec.selector as Selector | undefined, labels, word),
      ...labelViolations(labels, "spec.template.metadata.labels"),
      ...podSpecViolations(podSpec as JsonObject, "spec.template.spec"),
      ...oneOf(
        (template.spec as JsonObject | undefined)?.restartPolicy,
        ["Always"],
        "spec.template.spec.restartPolicy",
      ),
    ];
  };
}

function selectorViolations(
  selector: Selector | undefined,
  labels: { [label: string]: string } | undefined,
  word: string,
): FieldViolation[] {
  const at = "spec.template.metadata.labels";
  const mismatch = words.invalid(at, labels ?? null, "`selector` does not match template `labels`");
  if (selector === undefined) return [words.required("spec.selector"), mismatch];
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) {
    return [words.invalid("spec.selector", {}, `empty selector is invalid for ${word}`)];
  }
  const fits = Object.entries(matchLabels).every(([key, value]) => labels?.[key] === value);
  return fits ? [] : [mismatch];
}

const deployment: Rule = (object, before) => {
  const spec = specOf(object);
  const found = workload("deployment")(object, before);
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec as { [field: string]: number };
  if (typeof deadline === "number" && deadline <= minReadySeconds) {
    found.push(words.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
  const { type, rollingUpdate } = (spec.strategy ?? {}) as { type?: string; rollingUpdate?: JsonObject };
  if (type === "Recreate" && rollingUpdate !== undefined) {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    found.push(words.forbidden("spec.strategy.rollingUpdate", why));
  }
  const none = (value: unknown) => value === 0 || value === "0%";
  if (type === "RollingUpdate" && none(rollingUpdate?.maxSurge) && none(rollingUpdate?.maxUnavailable)) {
    const at = "spec.strategy.rollingUpdate.maxUnavailable";
    found.push(words.invalid(at, rollingUpdate?.maxUnavailable, "may not be 0 when `maxSurge` is 0"));
  }
  return found;
};

export const workloadRules: { readonly [resource: string]: Rule } = {
  "deployments.apps": deployment,
  "replicasets.apps": workload("replicaset"),
  "statefulsets.apps": workload("statefulset"),
  "daemonsets.apps": workload("daemonset"),
  pods: (pod) => podSpecViolations(specOf(pod), "spec"),
};
