import { describe, expect, test } from "vitest";
import { renderComment } from "../../../src/core/report/comment.ts";
import type { RolloutOfSystem } from "../../../src/core/report/report.ts";
import { point } from "./planned.ts";

describe("the rollout of several systems", () => {
  const system = (name: string, state: RolloutOfSystem["state"], more: Partial<RolloutOfSystem> = {}) =>
    ({ system: `shop-${name}`, cluster: `prod-${name}`, state, durationMs: 1_000, ...more }) as RolloutOfSystem;
  const rollout = (...systems: RolloutOfSystem[]) =>
    renderComment({ stage: "rollout", sha: point.baseSha, branch: "main", systems });

  test("tells how many are done, and of which one the progress is", () => {
    const text = rollout(
      system("eu", "healthy"),
      system("ap", "waiting"),
      system("us", "deploying", { progress: "3 of 5" }),
    );
    expect(text.split("\n")[0]).toBe(
      "### trueup · deploying · 1 of 3 systems healthy · `shop-us` on `prod-us` `3 of 5`",
    );
  });

  test("says which of them each alert is of, and that more than one failed", () => {
    const text = rollout(
      system("eu", "failed", { message: "no" }),
      system("us", "failed", { message: "no" }),
      system("ap", "healthy"),
    );
    expect(text.split("\n")[0]).toBe("### trueup · **`shop-eu` on `prod-eu` failed**: no · **1 more failed**");
    for (const name of ["eu", "us"]) {
      expect(text).toContain(`> [!CAUTION]\n> **\`shop-${name}\` on \`prod-${name}\` failed**  \n> no  \n`);
    }
  });

  test("says of which of them something came out differently or is still held", () => {
    const asPlanned = { same: 0, of: 1, different: ["Service shop/web: somebody wrote in between"] };
    const text = rollout(system("eu", "healthy"), system("us", "healthy", { asPlanned, stillHeld: 1, details: ["x"] }));
    expect(text).toContain("Different from the plan in `shop-us` on `prod-us`:");
    expect(text).toContain("Still held in `shop-us` on `prod-us` since an earlier merge:");
  });
});
