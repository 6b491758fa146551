import type { Finding } from "../manifest/finding.ts";
import type { SystemOnCluster } from "../plan/plan.ts";
import { code, quoting } from "./inert.ts";
import type { PullRequestReport, SystemFinding, SystemFolder } from "./report.ts";
import { inSystems } from "./system-name.ts";
import { countWithin } from "./within.ts";
import { markdownOf, plural, type Words } from "./words.ts";

const mostCharacters = 20_000;

/** As a reader is told of it. */
export interface ToldFinding extends Finding {
  /** ` in `shop-eu``, as it follows the place; nothing where that tells the system, or no other could be meant. */
  whose: Words;
  /** Whether the base branch has it already. */
  isStanding: boolean;
}

/** Everything that is wrong with the files, whichever stage tells it; each once, with the systems that it is wrong for, errors first. */
export function findingsOf(report: PullRequestReport): ToldFinding[] {
  const { found, systems } = allFindings(report);
  const once = [...Map.groupBy(found, keyOf).values()];
  const before = Map.groupBy(("standing" in report ? report.standing : undefined) ?? [], String);
  const now = Map.groupBy(once, ([finding]) => findingKey(finding!));
  // Of two that are alike, one of which is new, nobody can say which.
  const isStanding = (key: string) => (before.get(key)?.length ?? 0) >= now.get(key)!.length;
  return once
    .map((those) => {
      const about = systems.filter(({ system }) => those.some(({ of }) => of?.system === system));
      const { of: _, ...finding } = those[0]!;
      const whose = isToldBy(finding.file, about, systems) ? [] : inSystems(about, systems);
      return { ...finding, whose, isStanding: isStanding(findingKey(finding)) };
    })
    .sort((a, b) => rank(a) - rank(b));
}

/** The same finding has the same one, on whichever line of its file. */
const findingKey = ({ file, rule, pointer, message }: Finding): string =>
  JSON.stringify([file, rule, pointer, message]);

/** The keys of findings, as often as they are told. */
export const keysOf = (findings: readonly Finding[]): string[] =>
  [...Map.groupBy(findings, keyOf).values()].map(([finding]) => findingKey(finding!));

type Systems = readonly (SystemOnCluster & Partial<SystemFolder>)[];

function allFindings(report: PullRequestReport): { found: SystemFinding[]; systems: Systems } {
  switch (report.stage) {
    case "findings":
      return { found: report.findings, systems: report.folders ?? [] };
    case "planned": {
      const all = [...report.plans, ...report.unplanned];
      const found = all.flatMap((one) => (one.findings ?? []).map((finding) => ({ ...finding, of: one })));
      return { found, systems: report.folders ?? all };
    }
    case "planning":
    case "note":
    case "rollout":
      return { found: [], systems: [] };
  }
}

/** Whether the file lies where the files of this system lie and of no other. */
function isToldBy(file: string, about: Systems, systems: Systems): boolean {
  const there = systems.filter(({ path }) => path === "" || (path !== undefined && file.startsWith(`${path}/`)));
  return there.length === 1 && about.length === 1 && there[0] === about[0];
}

const keyOf = ({ file, line, column, rule, message }: Finding): string =>
  JSON.stringify([file, line, column, rule, message]);
/** Errors first, and of the same weight what the pull request brings. */
const rank = ({ severity, isStanding }: ToldFinding): number => (severity === "error" ? 0 : 2) + (isStanding ? 1 : 0);

/** `2 findings`; `3 warnings` when none is an error; `3 warnings, 1 of them there before`. */
export function countOf(findings: readonly ToldFinding[]): string {
  const all = plural(findings.length, findings.some(({ severity }) => severity === "error") ? "finding" : "warning");
  const standing = findings.filter(({ isStanding }) => isStanding).length;
  if (standing === 0) return all;
  return `${all}, ${standing === findings.length ? "" : `${standing} of them `}there before`;
}

/** Where and what, one row each; what is beyond `most` is counted. */
export function findingsTable(findings: readonly ToldFinding[], most: number): string {
  const all = findings.slice(0, most).map(row);
  const rows = all.slice(0, countWithin(all, mostCharacters));
  const table = ["| where | what |", "|---|---|", ...rows].join("\n");
  const left = findings.length - rows.length;
  return left === 0 ? table : `${table}\n\n… and ${left} more, in the check run \`trueup\`.`;
}

function row({ file, line, message, severity, whose, isStanding }: ToldFinding): string {
  const marks = [...(isStanding ? ["there before"] : []), ...(severity === "warning" ? ["warning"] : [])].join(", ");
  return `| ${code(`${file}:${line}`, "table")}${markdownOf(whose, "table")} | ${marks === "" ? "" : `${marks}: `}${quoting(message, "table")} |`;
}
