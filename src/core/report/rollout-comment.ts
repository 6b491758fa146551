import { howToApprove } from "./approval.ts";
import { code, prose } from "./inert.ts";
import { namesOf } from "./refusals.ts";
import type { RolloutOfSystem, RolloutReport } from "./report.ts";
import { causeInShort, caution } from "./rollout-alert.ts";
import { systemNames } from "./system-name.ts";
import { within } from "./within.ts";
import { markdownOf, plural } from "./words.ts";

/** Of characters; how many systems and messages there are is up to the repository and its clusters. */
const most = { alerts: 30_000, table: 12_000, deviations: 12_000 };

/** Of what is held since an earlier merge. */
const mostLines = 8;

/** As Markdown, what a system is called beside the others. */
type NameOf = (one: RolloutOfSystem) => string;

/** How a merge goes: deploying, then healthy, or failed with the reason and the way back. */
export function rolloutComment({ systems, sha, branch }: RolloutReport): string {
  const words = systemNames(systems);
  const nameOf: NameOf = (one) => markdownOf(words(one));
  const failed = systems.filter(isBad);
  const parts = [
    `### trueup · ${headline(systems, nameOf)}`,
    ...within(
      failed.map((one) => caution(one, sha, systems.length === 1 ? undefined : nameOf(one))),
      most.alerts,
      (left) => `… and **${left} more** that failed or are held.`,
    ),
    table(systems),
    ...within(
      systems.flatMap((one) => stillHeld(one, sha, nameOf)),
      most.deviations,
      (left) => `… and ${left} more systems.`,
    ),
    ...within(
      systems.flatMap((one) => deletedUntold(one, nameOf)),
      most.deviations,
      (left) => `… and ${left} more systems.`,
    ),
    ...within(
      systems.flatMap((one) => deviations(one, nameOf)),
      most.deviations,
      (left) => `… and ${left} more systems.`,
    ),
    `<sub>${[...lastWords(systems, sha, branch), "`/trueup help`"].join(" · ")}</sub>`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

const isBad = ({ state }: RolloutOfSystem): boolean => state === "failed" || state === "held";

function headline(systems: readonly RolloutOfSystem[], nameOf: NameOf): string {
  const bad = systems.find(({ state }) => state === "failed") ?? systems.find(isBad);
  if (bad !== undefined) {
    const cause = causeInShort(bad);
    const others = systems.filter((one) => one !== bad && isBad(one));
    const states = [...new Set(others.map(({ state }) => state))].join(" or ");
    return `**${nameOf(bad)} ${bad.state}**${cause === "" ? "" : `: ${cause}`}${others.length === 0 ? "" : ` · **${others.length} more ${states}**`}`;
  }
  const running =
    systems.find(({ state }) => state === "deploying") ?? systems.find(({ state }) => state === "waiting");
  if (running !== undefined) {
    const healthy = systems.filter(({ state }) => state === "healthy").length;
    const far = systems.length === 1 ? "" : ` · ${healthy} of ${systems.length} systems healthy`;
    const progress = running.progress === undefined ? "" : ` · ${nameOf(running)} ${code(running.progress)}`;
    return `deploying${far}${progress}`;
  }
  const superseded = systems.some(({ state }) => state === "superseded");
  if (superseded) return "superseded by a later commit";
  const longest = Math.max(0, ...systems.map(({ durationMs }) => durationMs ?? 0));
  const held = systems.reduce((sum, { stillHeld = 0 }) => sum + stillHeld, 0);
  const standing = held === 0 ? "" : ` · ${held} still held`;
  const fidelity = fidelityOf(systems).map((text) => ` · ${text}`);
  return `deployed in ${Math.max(1, Math.round(longest / 1000))} s · healthy${fidelity}${standing}`;
}

function lastWords(systems: readonly RolloutOfSystem[], sha: string, branch: string): string[] {
  const isOver = systems.every(({ state }) => state !== "deploying" && state !== "waiting");
  return [`${isOver ? "Rolled" : "Rolling"} out \`${sha.slice(0, 7)}\` of ${code(branch)}`, ...fidelityOf(systems)];
}

/** Empty where there is nothing to compare. */
function fidelityOf(systems: readonly RolloutOfSystem[]): string[] {
  const planned = systems.flatMap(({ asPlanned }) => (asPlanned === undefined ? [] : [asPlanned]));
  const same = planned.reduce((sum, { same }) => sum + same, 0);
  const of = planned.reduce((sum, { of }) => sum + of, 0);
  return of === 0 ? [] : [`${same} of ${plural(of, "object")} as planned`];
}

function table(systems: readonly RolloutOfSystem[]): string {
  const isTold = systems.some(({ state, progress }) => tell(state, progress) !== "");
  const rows = systems.map(
    ({ system, cluster, state, progress }) =>
      `| ${code(system, "table")} | ${code(cluster, "table")} | ${state === "failed" || state === "held" ? `**${state}**` : state} |${isTold ? ` ${tell(state, progress)} |` : ""}`,
  );
  const head = isTold
    ? ["| system | cluster | state | |", "|---|---|---|---|"]
    : ["| system | cluster | state |", "|---|---|---|"];
  return [...head, ...within(rows, most.table, (left) => `\n… and ${left} more systems.`)].join("\n");
}

function tell(state: RolloutOfSystem["state"], progress: string | undefined): string {
  const text = state === "deploying" || state === "waiting" ? progress : undefined;
  return text === undefined ? "" : code(text, "table");
}

/** Nothing of this merge, so nothing to warn of. */
function stillHeld(one: RolloutOfSystem, sha: string, nameOf: NameOf): string[] {
  const { stillHeld = 0, details = [], approvers } = one;
  if (stillHeld === 0) return [];
  const lines = details.slice(0, mostLines).map((text) => `- ${prose(text)}`);
  if (details.length > mostLines) lines.push(`- … and ${details.length - mostLines} more`);
  const way = approvers === undefined ? "" : `\n\n${howToApprove({ approvers }, sha)}`;
  return [`Still held in ${nameOf(one)} since an earlier merge:\n\n${lines.join("\n")}${way}`];
}

function deletedUntold({ deletedUntold = [], ...one }: RolloutOfSystem, nameOf: NameOf): string[] {
  if (deletedUntold.length === 0) return [];
  return [`Deleted in ${nameOf(one)}, which no plan of this pull request told: ${namesOf(deletedUntold)}.`];
}

/** Why one failed or is held is told already. */
function deviations(one: RolloutOfSystem, nameOf: NameOf): string[] {
  const { state, asPlanned } = one;
  if (state !== "healthy" || asPlanned === undefined || asPlanned.different.length === 0) return [];
  const lines = asPlanned.different.slice(0, 20).map((text) => `- ${code(text)}`);
  return [`Different from the plan in ${nameOf(one)}:\n\n${lines.join("\n")}`];
}
