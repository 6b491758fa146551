import { compareQuantities } from "./quantity.ts";
import { type Fields, fields, int32, isFilled, isSet, lacks, list, type Rule, textOf, type Violation } from "./rule.ts";

const sources: { readonly [type: string]: string } = {
  Resource: "resource",
  Pods: "pods",
  Object: "object",
  External: "external",
  ContainerResource: "containerResource",
};

/** What an autoscaler scales, between which numbers, and by what. */
export const autoscaling: Rule = {
  name: "autoscaling",
  objects: {
    "autoscaling.v2.HorizontalPodAutoscalerSpec": (spec) => [...range(spec), ...target(spec), ...toZero(spec)],
    "autoscaling.v1.HorizontalPodAutoscalerSpec": (spec) => [...range(spec), ...target(spec)],
    "autoscaling.v2.MetricSpec": metric,
    "autoscaling.v2.MetricTarget": amount,
  },
};

function range({ minReplicas, maxReplicas }: Fields): Violation[] {
  const most = int32(maxReplicas);
  const least = int32(minReplicas ?? 1);
  if (most === undefined || least === undefined || most < 1 || most >= least) return [];
  return [{ predicate: `must not be less than \`minReplicas\`, which is ${least}`, at: ["maxReplicas"] }];
}

function target({ scaleTargetRef }: Fields): Violation[] {
  const { kind, apiVersion } = fields(scaleTargetRef);
  if (!isFilled(scaleTargetRef) || (isSet(apiVersion) && typeof apiVersion !== "string")) return [];
  const version = textOf(apiVersion);
  if (kind === "ReplicationController" || version.includes("/")) return [];
  const at = ["scaleTargetRef", ...(version === "" ? [] : ["apiVersion"])];
  return [{ predicate: "must name the group that it scales, as `apps/v1` does", at }];
}

function toZero({ minReplicas, metrics }: Fields): Violation[] {
  if (int32(minReplicas) !== 0) return [];
  const counted = list(metrics).some((one) => ["Object", "External"].includes(textOf(fields(one).type)));
  return counted
    ? []
    : [{ predicate: "may be 0 only with a metric of type `Object` or `External`", at: ["minReplicas"] }];
}

function metric(spec: Fields): Violation[] {
  const type = textOf(spec.type);
  const field = sources[type];
  if (field === undefined) return [];
  const set = Object.values(sources).filter((name) => isSet(spec[name]));
  const found: Violation[] = set
    .filter((name) => name !== field)
    .map((name) => ({ predicate: `must not be there, because the type is \`${type}\``, at: [name] }));
  if (!isSet(spec[field])) found.push(lacks(field, `because its type is \`${type}\``));
  return found;
}

function amount({ averageUtilization, averageValue, value }: Fields): Violation[] {
  const found: Violation[] = [];
  const share = int32(averageUtilization);
  if (share !== undefined && share < 1) found.push({ predicate: "must be at least 1", at: ["averageUtilization"] });
  for (const [name, given] of Object.entries({ averageValue, value })) {
    if (isSet(given) && (compareQuantities(given, 0) ?? 1) <= 0) {
      found.push({ predicate: "must be more than 0", at: [name] });
    }
  }
  return found;
}
