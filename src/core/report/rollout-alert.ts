import { howToApprove } from "./approval.ts";
import { inShort } from "./in-short.ts";
import { code, prose } from "./inert.ts";
import { firstOf, namesOf, refusalTold, refusedInShort } from "./refusals.ts";
import type { Reached, RolloutOfSystem } from "./report.ts";
import { plural } from "./words.ts";

const mostLines = 8;

/** Why a system failed or is held, for a heading; the whole stands in the alert. Inert, and empty where nobody says. */
export function causeInShort({ message, refusals = [], held = [] }: RolloutOfSystem): string {
  if (refusals.length > 0) return refusedInShort(refusals);
  const cause = message === undefined ? "" : prose(inShort(message));
  return held.length === 0 ? cause : `${firstOf(held)}: ${cause}`;
}

/**
 * The alert of a system that failed or is held: why, how far it has come, and the way out.
 *
 * @param sha that is rolled out
 * @param name where other systems have one of their own
 */
export function caution(one: RolloutOfSystem, sha: string, name: string | undefined): string {
  const { system, state, approvers, reached } = one;
  const whole = reasons(one);
  const lines = whole.slice(0, mostLines).map((text) => `> ${text}`);
  if (whole.length > mostLines) lines.push(`> … and ${whole.length - mostLines} more.`);
  if (name !== undefined) lines.unshift(`> **${name} ${state}**`);
  if (lines.length === 0) lines.push(`> ${code(system)} ${state}`);
  if (reached !== undefined) lines.push(`> ${howFar(reached)}`);
  if (approvers !== undefined) lines.push(`> ${howToApprove({ approvers }, sha)}`);
  if (state === "failed") lines.push(`> ${wayBack(one)}`);
  return ["> [!CAUTION]", lines.join("  \n")].join("\n");
}

function wayBack({ previousSha, previousFailed }: RolloutOfSystem): string {
  const way = "`/trueup rollback` opens a pull request back";
  if (previousSha === undefined) return `${way}.`;
  const back = `${way} to \`${previousSha.slice(0, 7)}\``;
  if (previousFailed === undefined) return `${back}.`;
  const { healthySha } = previousFailed;
  const last =
    healthySha === undefined ? "" : `; \`/trueup rollback ${healthySha.slice(0, 12)}\` to what was healthy last`;
  return `${back}, which had failed too${last}.`;
}

/** Each once. */
function reasons({ message, details = [], refusals = [] }: RolloutOfSystem): string[] {
  if (refusals.length > 0) return refusals.map(refusalTold);
  const isTold = message === undefined || details.some((detail) => detail.includes(message));
  return (isTold ? details : [message, ...details]).map((text) => prose(text));
}

function howFar({ applied, of, left }: Reached): string {
  const done = of === undefined ? plural(applied, "object") : `${applied} of ${plural(of, "object")}`;
  const [deletions, others] = [true, false].map((gone) => left.filter(({ action }) => (action === "delete") === gone));
  return [
    `Applied: ${applied === 0 ? "nothing" : done}.`,
    ...(others!.length === 0 ? [] : [`Not reached: ${namesOf(others!)}.`]),
    ...(deletions!.length === 0 ? [] : [`Not deleted yet: ${namesOf(deletions!)}.`]),
  ].join(" ");
}
