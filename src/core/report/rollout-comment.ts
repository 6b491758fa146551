import { howToApprove } from "./approval.ts";
import { inShort } from "./in-short.ts";
import { code, prose } from "./inert.ts";
import type { RolloutOfSystem, RolloutReport } from "./report.ts";
import { within } from "./within.ts";
import { plural } from "./words.ts";

/** Of characters; how many systems and messages there are is up to the repository and its clusters. */
const most = { alerts: 30_000, table: 12_000, deviations: 12_000 };

const mostLines = 8;

/** How a merge goes: deploying, then healthy, or failed with the reason and the way back. */
export function rolloutComment({ systems, sha, branch }: RolloutReport): string {
  const failed = systems.filter(({ state }) => state === "failed" || state === "held");
  const parts = [
    `### trueup · ${headline(systems)}`,
    ...within(
      failed.map((one) => caution(one, sha)),
      most.alerts,
      (left) => `… and **${left} more** that failed or are held.`,
    ),
    table(systems),
    ...within(
      systems.flatMap((one) => stillHeld(one, sha)),
      most.deviations,
      (left) => `… and ${left} more systems.`,
    ),
    ...within(systems.flatMap(deviations), most.deviations, (left) => `… and ${left} more systems.`),
    `<sub>${[...lastWords(systems, sha, branch), "`/trueup help`"].join(" · ")}</sub>`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function headline(systems: readonly RolloutOfSystem[]): string {
  const bad = systems.find(({ state }) => state === "failed") ?? systems.find(({ state }) => state === "held");
  if (bad !== undefined) {
    const cause = bad.message === undefined ? "" : `: ${prose(inShort(bad.message))}`;
    return `**${code(bad.system)} ${bad.state}**${cause}`;
  }
  const running = systems.find(({ state }) => state === "deploying" || state === "waiting");
  if (running !== undefined) {
    const progress = running.progress === undefined ? "" : ` · ${code(running.system)} ${code(running.progress)}`;
    return `deploying${progress}`;
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

function caution({ system, state, message, details, previousSha, approvers }: RolloutOfSystem, sha: string): string {
  const told = details ?? [];
  const whole = message === undefined || told.some((detail) => detail.includes(message)) ? told : [message, ...told];
  const lines = whole.slice(0, mostLines).map((text) => `> ${prose(text)}`);
  if (whole.length > mostLines) lines.push(`> … and ${whole.length - mostLines} more.`);
  if (lines.length === 0) lines.push(`> ${code(system)} ${state}`);
  if (approvers !== undefined) lines.push(`> ${howToApprove({ approvers }, sha)}`);
  if (state === "failed") {
    lines.push(
      previousSha === undefined
        ? "> `/trueup rollback` opens a pull request back to the revision before."
        : `> \`/trueup rollback\` opens a pull request back to \`${previousSha.slice(0, 7)}\`.`,
    );
  }
  return ["> [!CAUTION]", lines.join("  \n")].join("\n");
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
function stillHeld({ system, stillHeld = 0, details = [], approvers }: RolloutOfSystem, sha: string): string[] {
  if (stillHeld === 0) return [];
  const lines = details.slice(0, mostLines).map((text) => `- ${prose(text)}`);
  if (details.length > mostLines) lines.push(`- … and ${details.length - mostLines} more`);
  const way = approvers === undefined ? "" : `\n\n${howToApprove({ approvers }, sha)}`;
  return [`Still held in ${code(system)} since an earlier merge:\n\n${lines.join("\n")}${way}`];
}

/** Why one failed or is held is told already. */
function deviations({ system, state, asPlanned }: RolloutOfSystem): string[] {
  if (state !== "healthy" || asPlanned === undefined || asPlanned.different.length === 0) return [];
  const lines = asPlanned.different.slice(0, 20).map((text) => `- ${code(text)}`);
  return [`Different from the plan in ${code(system)}:\n\n${lines.join("\n")}`];
}
