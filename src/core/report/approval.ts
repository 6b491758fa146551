import { code } from "./inert.ts";

/** As many names as a sentence bears. */
const mostNames = 5;

/**
 * Who can let held deletions go, and with which words.
 *
 * @param approvers as the policy writes them; none: whoever maintains the repository
 * @param sha of the commit that is approved
 * @param whose ` in `shop-eu``: of which systems, where there are others
 */
export function howToApprove({ approvers }: { approvers: readonly string[] }, sha: string, whose = ""): string {
  return `Held${whose} until ${whoApproves(approvers)}, other than the author, writes \`${approveCommand(sha)}\`.`;
}

/** `someone of acme/ops or mona`: without the sign that would call them. */
export function whoApproves(approvers: readonly string[]): string {
  if (approvers.length === 0) return "someone with the role maintain or admin";
  const names = approvers.slice(0, mostNames).map((name) => code(name.replace(/^@/, "")));
  const more = approvers.length > mostNames ? [`${approvers.length - mostNames} more`] : [];
  return `someone of ${[...names, ...more].join(", ")}`;
}

/** Seven digits would do to name it, and to find another commit that has them too. */
export function approveCommand(sha: string): string {
  return `/trueup approve-delete ${sha.slice(0, 12).replaceAll(/[^0-9a-f]/g, "?")}`;
}
