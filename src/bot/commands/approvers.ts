import type { RepositoryClient } from "../../github/repository-client.ts";

/** Roles that may approve where the policy names nobody. */
const maintains = new Set(["admin", "maintain"]);

/**
 * Whether somebody is among those who may approve a system's deletions.
 *
 * @param approvers as the base's policy writes them: `@mona`, `@acme/ops`
 * @throws GitHubError `forbidden` when the app may not read who is in a team
 */
export async function isApprover(
  client: RepositoryClient,
  login: string,
  approvers: readonly string[],
): Promise<boolean> {
  if (approvers.length === 0) return maintains.has(await client.permissionOf(login));
  const names = approvers.map((name) => name.slice(1).split("/"));
  const people = names.filter((parts) => parts.length === 1).map(([name = ""]) => name.toLowerCase());
  if (people.includes(login.toLowerCase())) return true;
  for (const [organization = "", slug] of names) {
    if (slug !== undefined && (await client.isInTeam(login, { organization, slug }))) return true;
  }
  return false;
}
