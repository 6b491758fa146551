import { afterAll, beforeAll, expect, test } from "vitest";
import { type BotWorld, config, configMap, eventually, startBotWorld } from "../bot-world.ts";
import { candidate } from "./merge-queue-candidate.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
});
afterAll(() => world?.dispose());

async function verdictOn(sha: string) {
  const found = () => world.repository.checks(sha).find(({ name }) => name === "trueup");
  return eventually(found, (check) => check?.status === "completed", "check");
}

test("a candidate that is valid may be merged, told what nobody has looked at; one that is not may not, and says where", async () => {
  const valid = await verdictOn(await candidate(world, `1-${"a".repeat(40)}`, configMap("blue")));
  expect(valid).toMatchObject({ conclusion: "success", title: "Ready to merge" });
  expect(valid?.summary).toContain("The files are valid together, and the agents that deploy them are there: `shop`.");
  expect(valid?.summary).toContain(
    "No cluster was asked what the pull requests do together, only what each does alone",
  );
  const invalid = await verdictOn(
    await candidate(world, `2-${"b".repeat(40)}`, configMap("x").replace("\ndata:", "\ndatum:")),
  );
  expect(invalid?.conclusion).toBe("failure");
  expect(world.repository.annotations(invalid!.id)).toMatchObject([{ path: "shop/web.yaml", startLine: 5 }]);
});
