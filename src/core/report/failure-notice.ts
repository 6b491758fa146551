import { approveCommand } from "./approval.ts";
import type { RolloutReport } from "./report.ts";
import { causeInShort } from "./rollout-alert.ts";
import { systemNames } from "./system-name.ts";
import { markdownOf } from "./words.ts";

const mostSystems = 5;

/**
 * The one comment that may notify somebody, since edits notify nobody: a rollout that failed or is held, in few words.
 *
 * @param login of the person who merged; undefined when it was no person
 * @returns undefined when nothing failed and nothing is held
 */
export function failureNotice({ systems, sha }: RolloutReport, login: string | undefined): string | undefined {
  const bad = systems.filter(({ state }) => state === "failed" || state === "held");
  if (bad.length === 0) return undefined;
  const nameOf = systemNames(systems);
  const lines = bad.slice(0, mostSystems).map((one) => {
    const cause = causeInShort(one);
    return `${markdownOf(nameOf(one))} **${one.state}**${cause === "" ? "" : `: ${cause}`}`;
  });
  const more = bad.length > mostSystems ? [`and ${bad.length - mostSystems} more`] : [];
  const who = login !== undefined && isLogin.test(login) ? `@${login}: ` : "";
  const way = bad.some(({ state }) => state === "failed") ? " `/trueup rollback` opens a pull request back." : "";
  const isApprovable = bad.some(({ approvers }) => approvers !== undefined);
  const letGo = isApprovable ? ` \`${approveCommand(sha)}\`, by an approver, lets go what is held.` : "";
  const told = [...lines, ...more].join("  \n");
  return `${who}${told}\n\n\`${sha.slice(0, 7)}\` is not wholly live; the comment above tells all of it.${letGo}${way}`;
}

/** https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication */
const isLogin = /^[A-Za-z0-9](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_])){0,63}$/;
