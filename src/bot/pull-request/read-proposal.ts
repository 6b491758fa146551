import { configFile } from "../../core/config/parse-config.ts";
import { ruleChanges } from "../../core/config/rule-changes.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import { type Finding, hasErrors } from "../../core/manifest/finding.ts";
import type { SystemFolder } from "../../core/report/report.ts";
import type { RulesReport } from "../../core/report/rules-section.ts";
import type { Mirror } from "../../git/mirror.ts";
import { compareSystems, inputsOf, type SystemInput } from "../desired/compare-systems.ts";
import { readConfig, systemsOnBranch } from "../desired/read-config.ts";
import { remembering } from "../desired/remembering.ts";

/** What merging would make, as far as Git alone can tell. */
export type Proposal =
  | { kind: "conflicts"; paths: string[] }
  /** Neither the base branch nor the pull request has a `.trueup.yaml`. */
  | { kind: "unconfigured"; tree: string }
  | { kind: "invalid-config"; findings: Finding[] }
  | {
      kind: "systems";
      /** The tree that merging would make. */
      tree: string;
      concerned: SystemInput[];
      removed: SystemConfig[];
      /** What becomes of the rules in `.trueup.yaml`. */
      rules: RulesReport;
      /** Whether any system at all is fed by the base branch. */
      tracked: boolean;
    };

/** Where the files of each lie. */
export const foldersOf = (concerned: readonly SystemInput[]): SystemFolder[] =>
  concerned.map(({ system: { name: system, cluster, path } }) => ({ system, cluster, path }));

export interface ProposedMerge {
  headSha: string;
  baseSha: string;
  /** Name of the branch that it would be merged into. */
  base: string;
  defaultBranch: string;
}

/** A pull request is looked at again with each answer; so many of a repository's are open at once as a rule. */
const proposalsKept = 64;

/** What merging `headSha` into `baseSha` would make; both commits are fetched when they are not here. */
export const readProposal = remembering(proposalsKept, async (mirror, merge: ProposedMerge): Promise<Proposal> => {
  const { headSha, baseSha } = merge;
  await mirror.fetchCommits([baseSha, headSha]);
  const merged = await mirror.mergeTree(baseSha, headSha);
  if ("conflicts" in merged) return { kind: "conflicts", paths: merged.conflicts };
  return compareTrees(mirror, { ...merge, tree: merged.tree });
});

/** The same for a tree that exists already, such as a merge queue's candidate. */
export async function compareTrees(
  mirror: Mirror,
  { tree, baseSha, base, defaultBranch }: Omit<ProposedMerge, "headSha"> & { tree: string },
): Promise<Proposal> {
  const [before, after] = await Promise.all([readConfig(mirror, baseSha), readConfig(mirror, tree)]);
  if (!before.present && !after.present) return { kind: "unconfigured", tree };
  if (hasErrors(after.findings)) return { kind: "invalid-config", findings: after.findings };
  const old = systemsOnBranch(before.systems, base, defaultBranch);
  if (!after.present && (old.length > 0 || hasErrors(before.findings))) {
    return { kind: "invalid-config", findings: [missingConfig] };
  }
  const fresh = systemsOnBranch(after.systems, base, defaultBranch);
  const changes = compareSystems(await inputsOf(mirror, baseSha, old), await inputsOf(mirror, tree, fresh));
  const rules = hasErrors(before.findings) ? unknownRules : rulesBetween(old, fresh, before.systems, after.systems);
  return { kind: "systems", tree, ...changes, rules, tracked: old.length + fresh.length > 0 };
}

/** Losing the file by accident looks the same as meaning it, and nothing would be kept true any more. */
const missingConfig: Finding = {
  file: configFile,
  line: 1,
  column: 1,
  severity: "error",
  rule: "config-missing",
  message:
    "Merging would leave no `.trueup.yaml`, or a symlink in its place. Keep the file; if nothing is to be deployed from here any more, write `systems: {}` into it.",
  pointer: "",
};

/** A broken configuration says no rules that these could be compared with. */
const unknownRules: RulesReport = { added: [], removed: [], changes: [] };

/** Of systems that the branch feeds before or after; a system may move to it, or away from it, from another branch. */
function rulesBetween(
  old: readonly SystemConfig[],
  fresh: readonly SystemConfig[],
  allBefore: readonly SystemConfig[],
  allAfter: readonly SystemConfig[],
): RulesReport {
  const before = new Map(allBefore.map((system) => [system.name, system]));
  const after = new Map(allAfter.map((system) => [system.name, system]));
  const names = [...new Set([...old, ...fresh].map(({ name }) => name))];
  return {
    added: names.filter((name) => !before.has(name)),
    removed: names.filter((name) => !after.has(name)),
    changes: names.flatMap((name) => {
      const [then, now] = [before.get(name), after.get(name)];
      return then === undefined || now === undefined ? [] : ruleChanges(then, now);
    }),
  };
}
