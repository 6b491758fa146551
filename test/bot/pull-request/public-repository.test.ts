import { expect, test } from "vitest";
import { botComments, check, config, configMap, eventually, propose, startBotWorld } from "../bot-world.ts";

test("on a public repository nobody reads in a comment what is live in the cluster", async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red") };
  const world = await startBotWorld(files, { isPrivate: false });
  try {
    const number = await propose(world, "blue", { "shop/web.yaml": configMap("blue") });
    const found = await eventually(
      () => check(world, number),
      (seen) => seen?.status === "completed",
      "check",
    );
    const [comment] = botComments(world, number);
    expect(comment).toContain("| `data.colour` | `hidden` | `blue` | this pull request |");
    expect(`${comment}${JSON.stringify(found)}`).not.toContain("red");
  } finally {
    await world.dispose();
  }
});
