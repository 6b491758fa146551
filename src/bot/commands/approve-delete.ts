import { whoApproves } from "../../core/report/approval.ts";
import { code } from "../../core/report/inert.ts";
import { GitHubError } from "../../github/github-error.ts";
import { recordApproval } from "../../store/approvals.ts";
import { recordAudit } from "../../store/audit.ts";
import { bring } from "../desired/bring.ts";
import { readConfig } from "../desired/read-config.ts";
import type { BotContext } from "../reconciler.ts";
import { answer, noteAnswer } from "./answer.ts";
import { isApprover } from "./approvers.ts";
import type { Asked, Deed } from "./asked.ts";
import { heldByPlans, heldByRollouts, type Waiting } from "./held-deletions.ts";

/**
 * Lets the deletions go that guards hold, of an open pull request or of one that is merged: for the commit that was looked at, by
 * an approver of the base's policy who did not bring them, and just as comment or check told them. What is approved is bound to the system, the tree of its path and the
 * very objects, so that it survives a squash merge and nothing else.
 *
 * @param sha at least seven digits of the pull request's head; once it is merged, of the commit that is rolled out
 */
export async function approveDelete(asked: Asked, sha: string): Promise<string | Deed> {
  const { client, pullRequest, comment, isAsWritten } = asked;
  const no = async (sentence: string) => {
    await answer(asked, sentence);
    return `no: ${sentence}`;
  };
  if (!isAsWritten) return no("A comment that was edited approves nothing; write a new one.");
  const found = pullRequest.merged ? await heldByRollouts(asked, sha) : await heldByPlans(asked, sha);
  if (typeof found === "string") return no(found);

  const refused: string[] = [];
  const approved: Waiting[] = [];
  for (const waiting of found) {
    const sentence = await whyNot(asked, waiting);
    if (sentence === undefined) approved.push(waiting);
    else refused.push(sentence);
  }
  const by = comment.author;
  const of = {
    repositoryId: client.id,
    pullRequest: pullRequest.number,
    headSha: pullRequest.head.sha,
    baseRef: pullRequest.base.ref,
  };
  const carryOut = async ({ db, wake }: BotContext) => {
    if (refused.length > 0) await noteAnswer(asked, db, refused.join("\n\n"));
    for (const { system, deletions, rolloutSha, goOn } of approved) {
      const { tree, deletes } = deletions;
      await recordApproval(db, { ...of, system, ...(rolloutSha && { rolloutSha }) }, { tree, deletes, by });
      await recordAudit(db, {
        key: `approval:${client.id}:${pullRequest.number}:${system}:${tree}:${comment.id}`,
        who: by,
        what: `approved ${deletes.length} deletions in ${system} on #${pullRequest.number}, of the tree ${tree}`,
        repositoryId: client.id,
        system,
        sha: pullRequest.head.sha,
      });
      await goOn(db);
    }
    await wake({ kind: "branch", repositoryId: client.id, branch: pullRequest.base.ref }, { turn: "first" });
    await wake({ kind: "pull-request", repositoryId: client.id, number: pullRequest.number }, { turn: "asked" });
  };
  const outcomes = [
    ...approved.map(({ system }) => `approved for ${system}`),
    ...refused.map((sentence) => `no: ${sentence}`),
  ];
  return { outcome: outcomes.join("; "), carryOut };
}

/** @returns why this person cannot approve it, inert */
async function whyNot({ context, client, pullRequest, comment }: Asked, waiting: Waiting): Promise<string | undefined> {
  const { system, policy, brought } = waiting;
  const { author: login } = comment;
  if (brought.by.has(login.toLowerCase())) {
    return `Whoever brings deletions cannot approve them, so somebody else has to for ${code(system)}.`;
  }
  if (brought.unknown.length > 0) {
    const how = pullRequest.merged ? "Put the files back, and take them out" : "Take the files out";
    return `Whoever brings deletions cannot approve them, and who that was is not known for ${code(system)}: ${brought.unknown.join(", ")}. ${how} in a pull request of their own.`;
  }
  const mirror = await context.mirror(client.id);
  if (!(await bring(mirror, policy))) {
    return `Who may approve for ${code(system)} stood at \`${policy.slice(0, 7)}\`, which the repository has no more: the branch was forced. Put the files back, and take them out in a pull request.`;
  }
  const { systems } = await readConfig(mirror, policy);
  const known = systems.find(({ name }) => name === system);
  if (known === undefined) return `System ${code(system)} is not described at \`${policy.slice(0, 7)}\`.`;
  try {
    if (await isApprover(client, login, known.approvers)) return undefined;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.kind !== "forbidden") throw error;
    return `trueup may not read who is in the teams that may approve for ${code(system)}. Grant the GitHub App the permission \`members: read\`, and write the command again.`;
  }
  return `Deletions of ${code(system)} are approved by ${whoApproves(known.approvers)}.`;
}
