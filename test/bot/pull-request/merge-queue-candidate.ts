import { createHmac, randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { BotWorld } from "../bot-world.ts";

/**
 * Has a merge queue's candidate checked. The embedded forge has no merge queue; what GitHub does is make a branch and send this event.
 *
 * @param name of the branch: `<number>-<base SHA>`
 * @param content of `shop/web.yaml`
 * @returns the candidate's commit
 */
export async function candidate(world: BotWorld, name: string, content: string): Promise<string> {
  const { repository, forge, bot } = world;
  const ref = `gh-readonly-queue/main/pr-${name}`;
  await repository.createBranch(ref, "main");
  await repository.commitFile({ branch: ref, path: "shop/web.yaml", content, message: "Candidate" });
  const sha = (await repository.resolve(ref))!;
  const body = JSON.stringify({
    action: "checks_requested",
    merge_group: { head_sha: sha, head_ref: `refs/heads/${ref}`, base_ref: "refs/heads/main" },
    repository: { id: repository.address.id },
    installation: { id: 1 },
  });
  const answer = await fetch(`${bot.url}/`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": "merge_group",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${createHmac("sha256", forge.app.webhookSecret).update(body).digest("hex")}`,
    },
  });
  expect(answer.ok).toBe(true);
  return sha;
}
