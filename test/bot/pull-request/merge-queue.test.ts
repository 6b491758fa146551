import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BotWorld, config, configMap, eventually, startBotWorld } from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
});
afterAll(() => world?.dispose());

/** The embedded forge has no merge queue; what GitHub does is make a branch and send this event. */
async function queue(name: string, content: string): Promise<string> {
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

async function verdictOn(sha: string) {
  const found = () => world.repository.checks(sha).find(({ name }) => name === "trueup");
  return eventually(found, (check) => check?.status === "completed", "check");
}

test("a candidate that is valid may be merged, one that is not may not, and says where", async () => {
  const valid = await verdictOn(await queue(`1-${"a".repeat(40)}`, configMap("blue")));
  expect(valid).toMatchObject({ conclusion: "success", title: "Ready to merge" });
  const invalid = await verdictOn(await queue(`2-${"b".repeat(40)}`, configMap("x").replace("\ndata:", "\ndatum:")));
  expect(invalid?.conclusion).toBe("failure");
  expect(world.repository.annotations(invalid!.id)).toMatchObject([{ path: "shop/web.yaml", startLine: 5 }]);
});
