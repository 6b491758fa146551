import type { SystemConfig } from "./system.ts";

/** What becomes of one system's entry in `.trueup.yaml`. */
export interface RuleChange {
  system: string;
  /** The field as it is called in the file. */
  rule: string;
  /** As people write it. */
  before: string;
  after: string;
  /** True when less is guarded or looked after than before. */
  loosens: boolean;
}

type Rule = {
  name: string;
  shown(system: SystemConfig): string;
  loosens(before: SystemConfig, after: SystemConfig): boolean;
};

const never = () => false;
const always = () => true;

/** Every field that says how a system is looked after, in the order in which it is read. */
const rules: readonly Rule[] = [
  { name: "heal", shown: ({ heal }) => `${heal}`, loosens: (_, { heal }) => !heal },
  { name: "exact", shown: ({ exact }) => `${exact}`, loosens: (_, { exact }) => exact },
  { name: "prune", shown: ({ prune }) => `${prune}`, loosens: (_, { prune }) => prune },
  { name: "protect.maxDeletions", shown: limitOf, loosens: (before, after) => !atMost(after.protect, before.protect) },
  { name: "confine", shown: ({ confine }) => `${confine}`, loosens: (_, { confine }) => !confine },
  {
    name: "ignore",
    shown: ({ ignore }) => list(ignore.map(ignored)),
    loosens: grows(({ ignore }) => ignore.map(ignored)),
  },
  { name: "branch", shown: ({ branch }) => branch ?? "the default branch", loosens: always },
  { name: "cluster", shown: ({ cluster }) => cluster, loosens: always },
  { name: "namespace", shown: ({ namespace }) => namespace, loosens: (before) => before.confine },
  { name: "path", shown: ({ path }) => path || ".", loosens: never },
  { name: "approvers", shown: ({ approvers }) => list(approvers), loosens: grows(({ approvers }) => approvers) },
  {
    name: "dependsOn",
    shown: ({ dependsOn }) => list(dependsOn),
    loosens: (before, after) => grows(({ dependsOn }) => dependsOn)(after, before),
  },
  { name: "timeout", shown: ({ timeoutMs }) => `${timeoutMs / 1000}s`, loosens: never },
];

/** How two versions of one system's entry differ, what is looked after less first. */
export function ruleChanges(before: SystemConfig, after: SystemConfig): RuleChange[] {
  return rules
    .map(({ name, shown, loosens }) => ({
      system: after.name,
      rule: name,
      before: shown(before),
      after: shown(after),
      loosens: loosens(before, after),
    }))
    .filter((change) => change.before !== change.after)
    .sort((a, b) => Number(b.loosens) - Number(a.loosens));
}

function limitOf({ protect: { maxDeletions } }: SystemConfig): string {
  return "percent" in maxDeletions ? `${maxDeletions.percent}%` : `${maxDeletions.count}`;
}

/** A share and a number cannot be told apart without the objects, unless nothing at all may be deleted. */
function atMost(
  { maxDeletions: limit }: SystemConfig["protect"],
  { maxDeletions: other }: SystemConfig["protect"],
): boolean {
  if ("percent" in limit && "percent" in other) return limit.percent <= other.percent;
  if ("count" in limit && "count" in other) return limit.count <= other.count;
  return ("percent" in limit ? limit.percent : limit.count) === 0;
}

function ignored({ paths, kind, namespace, name }: SystemConfig["ignore"][number]): string {
  const of = [kind, namespace, name].filter((part) => part !== undefined).join("/");
  return `${paths.join(" ")}${of === "" ? "" : ` of ${of}`}`;
}

function grows(items: (system: SystemConfig) => readonly string[]): Rule["loosens"] {
  return (before, after) => {
    const known = new Set(items(before));
    return items(after).some((item) => !known.has(item));
  };
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}
