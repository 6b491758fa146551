import type { Selectable } from "kysely";
import type { DeletionApproval } from "../core/plan/deletion-approval.ts";
import type { Database, Tables } from "./schema.ts";

export type ApprovalRow = Selectable<Tables["approvals"]>;

/** For which pull request somebody has let deletions go. */
export interface ApprovedFor {
  repositoryId: number;
  pullRequest: number;
  system: string;
  /** Head commit that was looked at. */
  headSha: string;
  /** Branch that it is to be merged into. */
  baseRef: string;
  /** What is rolled out, where it was approved after the merge. */
  rolloutSha?: string;
}

/** The same person's approval of the same deletions again is the same one. */
export async function recordApproval(db: Database, of: ApprovedFor, approval: DeletionApproval): Promise<void> {
  await db
    .insertInto("approvals")
    .values({
      repository_id: of.repositoryId,
      pull_request: of.pullRequest,
      system: of.system,
      head_sha: of.headSha,
      base_ref: of.baseRef,
      tree: approval.tree,
      approver: approval.by,
      rollout_sha: of.rolloutSha ?? null,
      deletes: JSON.stringify(approval.deletes),
    })
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "pull_request", "system", "tree", "approver"]).doUpdateSet({
        deletes: JSON.stringify(approval.deletes),
        head_sha: of.headSha,
        base_ref: of.baseRef,
        rollout_sha: of.rolloutSha ?? null,
      }),
    )
    .execute();
}

/** What was approved for a system on these pull requests, and of this rollout wherever, newest first. */
export async function approvalsFor(
  db: Database,
  { repositoryId, system }: Pick<ApprovedFor, "repositoryId" | "system">,
  pullRequests: readonly number[],
  rolloutSha?: string,
): Promise<DeletionApproval[]> {
  if (pullRequests.length === 0 && rolloutSha === undefined) return [];
  const rows = await db
    .selectFrom("approvals")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("system", "=", system)
    .where((where) =>
      where.or([
        ...(pullRequests.length === 0 ? [] : [where("pull_request", "in", [...pullRequests])]),
        ...(rolloutSha === undefined ? [] : [where("rollout_sha", "=", rolloutSha)]),
      ]),
    )
    .orderBy("at", "desc")
    .limit(mostApprovals)
    .execute();
  return rows.map(({ tree, deletes, approver }) => ({ tree, deletes, by: approver }));
}

/** As many as a command carries. */
const mostApprovals = 100;

/** A pull request whose head or base moved is another one than the one that was approved. */
export async function voidApprovals(
  db: Database,
  { repositoryId, pullRequest, headSha, baseRef }: Omit<ApprovedFor, "system">,
): Promise<void> {
  await db
    .deleteFrom("approvals")
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .where("rollout_sha", "is", null)
    .where((where) => where.or([where("head_sha", "!=", headSha), where("base_ref", "!=", baseRef)]))
    .execute();
}
