import { isMapping, type Json } from "../../manifest/kube-object.ts";
import { equalJson } from "../equal.ts";
import { conditionsOf } from "./label-conditions.ts";
import { podTemplateOf } from "./pod-template.ts";
import { added, fewNamed, listAt, openly, partAt, podsNow, type RiskRule, textAt, textsAt } from "./risk.ts";

/**
 * Nodes that a DaemonSet leaves: its pods there go, at once and whatever its strategy, and none come in their place. Which nodes there
 * are, nobody here knows.
 */
export const leavesNodes: RiskRule = ({ live, after }) => {
  if (podsNow(live) === undefined) return [];
  const [before, now] = [live, after].map((one) => partAt(podTemplateOf(one), "spec"));
  const labels = added(selectorOf(before), selectorOf(now));
  const nodes = [
    ...(labels.length === 0 ? [] : [`without ${fewNamed(labels, " or without ")}`]),
    ...(allowsLess(termsOf(before), termsOf(now)) ? ["that its node affinity leaves out"] : []),
    ...(toleratesLess(tolerationsOf(before), tolerationsOf(now)) ? ["with taints that it tolerates no more"] : []),
  ];
  return nodes.length === 0 ? [] : [openly(`its pods on nodes ${nodes.join(", or ")}`)];
};

const selectorOf = (spec: unknown): string[] => conditionsOf({ matchLabels: partAt(spec, "nodeSelector") });

const tolerationsOf = (spec: unknown): unknown[] => listAt(spec, "tolerations");

/** Each of them is a way to be a node for its pods, by all that it demands; undefined when every node is one. */
function termsOf(spec: unknown): unknown[][] | undefined {
  const required = partAt(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  if (!isMapping(required)) return undefined;
  const terms = listAt(required, "nodeSelectorTerms").map((term) =>
    ["matchExpressions", "matchFields"].flatMap((name) => listAt(term, name)),
  );
  // A term that demands nothing has no nodes.
  return terms.filter((demands) => demands.length > 0);
}

/** Each one is compared with each. */
const mostCompared = 50;

const areMany = (...lists: (readonly unknown[])[]): boolean => lists.some(({ length }) => length > mostCompared);

function allowsLess(before: unknown[][] | undefined, now: unknown[][] | undefined): boolean {
  if (now === undefined || equalJson(before as Json[], now as Json[])) return false;
  if (before === undefined || areMany(before, now, ...before, ...now)) return true;
  const isAmong = (narrow: unknown[], wide: unknown[]) =>
    wide.every((demand) => narrow.some((one) => meetsAlso(one, demand)));
  return !before.every((one) => now.some((other) => isAmong(one, other)));
}

/** Whether whatever meets the first demand of a label meets the second one too. */
function meetsAlso(narrow: unknown, wide: unknown): boolean {
  if (equalJson(narrow as Json, wide as Json)) return true;
  const operator = textAt(wide, "operator");
  if (textAt(narrow, "key") !== textAt(wide, "key") || textAt(narrow, "operator") !== operator) return false;
  const [few, many] = operator === "In" ? [narrow, wide] : operator === "NotIn" ? [wide, narrow] : [];
  return few !== undefined && added(textsAt(many, "values"), textsAt(few, "values")).length === 0;
}

function toleratesLess(before: readonly unknown[], now: readonly unknown[]): boolean {
  if (equalJson(before as Json[], now as Json[])) return false;
  return areMany(before, now) || !before.every((one) => now.some((other) => covers(other, one)));
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function covers(wide: unknown, narrow: unknown): boolean {
  const isFor = (name: string) => [undefined, "", textAt(narrow, name)].includes(textAt(wide, name));
  if (!isFor("effect") || !isFor("key")) return false;
  if (textAt(wide, "operator") === "Exists") return true;
  const isSame = (name: string) => (textAt(wide, name) ?? "") === (textAt(narrow, name) ?? "");
  return isSame("key") && isSame("value") && textAt(narrow, "operator") !== "Exists";
}
