import { isMapping, type JsonObject, type KubeObject } from "../../manifest/kube-object.ts";
import { equalJson } from "../equal.ts";
import { conditionsOf } from "./label-conditions.ts";
import { podTemplateOf } from "./pod-template.ts";
import { fewNamed, openly, partAt, type RiskRule, textAt } from "./risk.ts";

/** A Service that the pods behind it answer no more. */
export const unanswered: RiskRule = ({ live, after, described }) => {
  const before = selectorOf(live);
  if (before === undefined) return [];
  if (isOtherName(after)) {
    const name = textAt(after, "spec", "externalName") ?? "";
    return [openly(`it becomes another name for ${name}, and reaches its pods no more`)];
  }
  const now = selectorOf(after);
  if (now === undefined)
    return [openly("it selects no pods any more, and loses those that it reaches as they are replaced")];
  if (described === undefined || equalJson(before, now)) return [];
  const { base, merge } = described;
  // Of pods that were never described here, nobody knows where they come from.
  const wereHere = makesIn(merge, after, before) || makesIn(base, after, before);
  if (!wereHere || makesIn(merge, after, now)) return [];
  return [openly(`nothing here makes pods with ${fewNamed(conditionsOf({ matchLabels: now }), " and ")}`)];
};

/** Services that stay as they are, and look for labels that no pods have any more once a workload's have changed. */
export const servicesLost: RiskRule = ({ live, after, described }) => {
  const [before, now] = [live, after].map(labelsOf);
  if (described === undefined || before === undefined || equalJson(before, now)) return [];
  const { merge } = described;
  const lost = merge.filter((one) => {
    const selector = one.kind === "Service" && isBeside(one, after) ? selectorOf(one) : undefined;
    return selector !== undefined && isSelected(before, selector) && !makesIn([after, ...merge], after, selector);
  });
  const names = fewNamed(lost.map(({ metadata }) => metadata.name));
  return lost.length === 0 ? [] : [openly(`nothing here answers Service ${names} any more`)];
};

const isBeside = (one: KubeObject, other: KubeObject): boolean => one.metadata.namespace === other.metadata.namespace;

/** Whether any of these makes pods for such a selector beside an object. */
const makesIn = (objects: readonly KubeObject[], beside: KubeObject, selector: JsonObject): boolean =>
  objects.some((one) => isBeside(one, beside) && isSelected(labelsOf(one), selector));

const isOtherName = (service: KubeObject | undefined): boolean => textAt(service, "spec", "type") === "ExternalName";

/** By which labels a Service finds its pods; undefined when it looks for none. */
function selectorOf(service: KubeObject | undefined): JsonObject | undefined {
  const selector = partAt(service, "spec", "selector");
  const isOne = isMapping(selector) && Object.keys(selector).length > 0 && !isOtherName(service);
  return isOne ? selector : undefined;
}

/** Of the pods that an object makes; custom resources have what they make them from where workloads have it. */
function labelsOf(maker: KubeObject | undefined): JsonObject | undefined {
  const labels = partAt(podTemplateOf(maker) ?? partAt(maker, "spec", "template"), "metadata", "labels");
  return isMapping(labels) ? labels : undefined;
}

const isSelected = (labels: JsonObject | undefined, selector: JsonObject): boolean =>
  labels !== undefined && Object.entries(selector).every(([name, value]) => labels[name] === value);
