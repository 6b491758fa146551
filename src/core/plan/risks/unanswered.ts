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
  const { base, merge } = described();
  const { namespace } = after.metadata;
  const isThere = (objects: readonly KubeObject[], selector: JsonObject) =>
    objects.some((one) => one.metadata.namespace === namespace && isSelected(one, selector));
  // Of pods that were never described here, nobody knows where they come from.
  const wereHere = isThere(merge, before) || isThere(base, before);
  if (!wereHere || isThere(merge, now)) return [];
  return [openly(`nothing here makes pods with ${fewNamed(conditionsOf({ matchLabels: now }), " and ")}`)];
};

const isOtherName = (service: KubeObject | undefined): boolean => textAt(service, "spec", "type") === "ExternalName";

/** By which labels a Service finds its pods; undefined when it looks for none. */
function selectorOf(service: KubeObject | undefined): JsonObject | undefined {
  const selector = partAt(service, "spec", "selector");
  const isOne = isMapping(selector) && Object.keys(selector).length > 0 && !isOtherName(service);
  return isOne ? selector : undefined;
}

/** Custom resources have what they make pods from where workloads have it. */
function isSelected(maker: KubeObject, selector: JsonObject): boolean {
  const labels = partAt(podTemplateOf(maker) ?? partAt(maker, "spec", "template"), "metadata", "labels");
  return isMapping(labels) && Object.entries(selector).every(([name, value]) => labels[name] === value);
}
