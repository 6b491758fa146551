import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
  changed,
  check,
  cluster,
  config,
  configMap,
  eventually,
  planFor,
  propose,
  startBotWorld,
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({
    ".trueup.yaml": config("  far:\n    cluster: nowhere\n    path: far\n"),
    "shop/web.yaml": configMap("red"),
    "far/web.yaml": configMap("red"),
    "README.md": "# state\n",
  });
  await eventually(
    () => world.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
});
afterAll(() => world?.dispose());

async function commentOf(number: number, text: string): Promise<string> {
  const comments = () => botComments(world, number);
  const told = await eventually(comments, ([comment]) => comment?.includes(text) === true, `comment with ${text}`);
  expect(told).toHaveLength(1);
  return told[0]!;
}

async function conclusionOf(number: number, wanted: string) {
  return eventually(
    () => check(world, number),
    (found) => found?.conclusion === wanted,
    `check ${wanted}`,
  );
}

const plansAsked = (number: number) =>
  world.agent.commands.filter((command) => command.type === "plan" && command.pullRequest === number).length;

describe("what Git alone can tell", () => {
  test("a field that is none is a finding on its line, nothing is asked of the agent, and the next push recovers", async () => {
    const bad = configMap("blue").replace("\ndata:", "\ndatum:");
    const number = await propose(world, "bad-field", { "shop/web.yaml": bad });
    const comment = await commentOf(number, "nothing can be deployed yet");
    expect(comment).toContain("`shop/web.yaml:5`");
    const failed = await conclusionOf(number, "failure");
    expect(world.repository.annotations(failed!.id)).toMatchObject([{ path: "shop/web.yaml", startLine: 5 }]);
    expect(plansAsked(number)).toBe(0);

    await world.repository.commitFile({
      branch: "bad-field",
      path: "shop/web.yaml",
      content: configMap("blue"),
      message: "Mend it",
    });
    await commentOf(number, "1 update");
    await conclusionOf(number, "success");
  });

  test("what is wrong on the base branch already is told as that, wherever it has moved to in its file, apart from what is new", async () => {
    const bad = (color: string) => configMap(color).replace("\ndata:", "\ndatum:");
    const broken = await startBotWorld({ ".trueup.yaml": config(), "shop/old.yaml": bad("red") });
    try {
      const number = await propose(broken, "more", {
        "shop/old.yaml": `# moved\n${bad("red")}`,
        "shop/new.yaml": bad("blue").replace("web", "new"),
      });
      const [comment] = await eventually(
        () => botComments(broken, number),
        ([told]) => told !== undefined,
        "comment",
      );
      expect(comment).toContain("### trueup · 2 findings, 1 of them there before, nothing can be deployed yet");
      const rows = comment!.split("\n").filter((line) => line.startsWith("| `shop/"));
      expect(rows.map((row) => row.includes("there before: "))).toEqual([false, true]);
      expect(rows.at(-1)).toContain("`shop/old.yaml:6`");
    } finally {
      await broken.dispose();
    }
  });

  test("a pull request that touches no system has nothing to deploy", async () => {
    const number = await propose(world, "readme", { "README.md": "# changed\n" });
    await commentOf(number, "nothing to deploy");
    await conclusionOf(number, "success");
    expect(plansAsked(number)).toBe(0);
  });

  test("conflicts name the paths and the way out", async () => {
    const number = await propose(world, "conflicting", { "README.md": "# mine\n" });
    await commentOf(number, "nothing to deploy");
    await world.repository.commitFile({
      branch: "main",
      path: "README.md",
      content: "# theirs\n",
      message: "Change it too",
    });
    const comment = await commentOf(number, "conflicts");
    expect(comment).toContain("`README.md`");
    await conclusionOf(number, "failure");
  });

  test("a broken .trueup.yaml is a finding", async () => {
    const number = await propose(world, "broken-config", { ".trueup.yaml": config().replace("cluster:", "clutser:") });
    expect(await commentOf(number, "nothing can be deployed yet")).toContain("`.trueup.yaml:");
    await conclusionOf(number, "failure");
  });

  test("a pull request that removes .trueup.yaml is red, and told how to mean it", async () => {
    const number = await propose(world, "no-config", { ".trueup.yaml": null });
    expect(await commentOf(number, "nothing can be deployed yet")).toContain("write `systems: {}` into it");
    await conclusionOf(number, "failure");
  });

  test("a system that is taken out is said so", async () => {
    const number = await propose(world, "one-less", { ".trueup.yaml": config() });
    expect(await commentOf(number, "nothing to deploy")).toContain("**Takes out** system `far`");
    await conclusionOf(number, "success");
  });

  test("the last systems may be taken out, and what becomes of their objects is told", async () => {
    const number = await propose(world, "none-left", { ".trueup.yaml": "systems: {}\n" });
    expect(await commentOf(number, "nothing to deploy")).toContain(
      "**Takes out** system `shop`: its objects stay in the cluster and are no longer kept true",
    );
    await conclusionOf(number, "success");
  });
});

describe("what agents answer", () => {
  test("a cluster without an agent cannot be planned, and the check is red", async () => {
    const number = await propose(world, "nowhere", { "far/web.yaml": configMap("blue") });
    expect(await commentOf(number, "not planned")).toContain("`far` on `nowhere`");
    await conclusionOf(number, "failure");
  });

  test("what the cluster refuses is a finding beside the plan, on its line", async () => {
    const finding = {
      file: "shop/web.yaml",
      line: 6,
      column: 3,
      severity: "error",
      rule: "admission",
      message: "policy `no-green` refuses it",
      pointer: "/data",
    } as const;
    const { onPlan } = world.agent;
    world.agent.onPlan = (command) =>
      planFor(command, [{ ...changed("green"), action: "invalid" }], { findings: [finding] });
    const number = await propose(world, "green", { "shop/web.yaml": configMap("green") });
    expect(await commentOf(number, "1 finding")).toContain("no-green");
    const failed = await conclusionOf(number, "failure");
    expect(world.repository.annotations(failed!.id)).toMatchObject([{ path: "shop/web.yaml", startLine: 6 }]);
    world.agent.onPlan = onPlan;
  });

  test("what only the agent finds wrong is told like what is found without it, and that it is asked again beside it, while no check waits for it", async () => {
    const rule = "unknown-kind";
    const message = "the cluster does not serve Widget";
    const finding = {
      file: "shop/web.yaml",
      line: 2,
      column: 7,
      severity: "error",
      rule,
      message,
      pointer: "",
    } as const;
    const { onPlan } = world.agent;
    world.agent.onPlan = ({ id, repositoryId, system }) => ({
      type: "plan-result",
      ...{ id, repositoryId, system },
      error: { kind: "user", message: "the manifests have errors", findings: [finding] },
    });
    const number = await propose(world, "widget", { "shop/web.yaml": configMap("teal") });
    const comment = await commentOf(number, "1 finding");
    expect(comment.split("\n")[1]).toBe("### trueup · 1 finding, nothing can be deployed yet");
    expect(comment).toContain("the cluster does not serve Widget");
    const before = await conclusionOf(number, "failure");

    // Asked again, it takes its time.
    world.agent.onPlan = () => undefined;
    await world.repository.addComment(number, "/trueup plan", world.forge.person.login);
    expect(await commentOf(number, "**Being planned again**")).toContain("the cluster does not serve Widget");
    expect(await check(world, number)).toEqual(before);
    world.agent.onPlan = onPlan;
  });

  test("an agent that cannot says why, without anything internal", async () => {
    const { onPlan } = world.agent;
    world.agent.onPlan = ({ id, repositoryId, system }) => ({
      type: "plan-result",
      id,
      repositoryId,
      system,
      error: { kind: "fault", message: "the Kubernetes API cannot be reached" },
    });
    const number = await propose(world, "unlucky", { "shop/web.yaml": configMap("white") });
    const comment = await commentOf(number, "not planned");
    expect(comment).toContain(`\`shop\` on \`${cluster}\`: the Kubernetes API cannot be reached`);
    await conclusionOf(number, "failure");
    world.agent.onPlan = onPlan;
  });

  test("who asks for the plan again reads that it is on its way beside the one that stands, and no check waits for it", async () => {
    const number = await propose(world, "again", { "shop/web.yaml": configMap("again") });
    await commentOf(number, "1 update");
    const before = await conclusionOf(number, "success");
    const { onPlan } = world.agent;
    let answer = () => {};
    world.agent.onPlan = (command) => {
      answer = () => world.agent.link.send(planFor(command, [changed()]));
      return undefined;
    };
    await world.repository.addComment(number, "/trueup plan", world.forge.person.login);
    expect(await commentOf(number, "**Being planned again**")).toContain("1 update");
    answer();
    await eventually(
      () => botComments(world, number),
      ([comment]) => comment?.includes("1 update") === true && !comment.includes("planned again"),
      "the plan alone",
    );
    expect(await check(world, number)).toEqual(before);
    world.agent.onPlan = onPlan;
  });

  test("a slow agent is announced, and its plan comes into the same comment", async () => {
    const { onPlan } = world.agent;
    let answer = () => {};
    world.agent.onPlan = (command) => {
      answer = () => world.agent.link.send(planFor(command, [changed("slow")]));
      return undefined;
    };
    const number = await propose(world, "slow", { "shop/web.yaml": configMap("slow") });
    await commentOf(number, "Waiting for the plan");
    await eventually(
      () => check(world, number),
      (found) => found?.status === "in_progress",
      "open check",
    );
    answer();
    await commentOf(number, "1 update");
    await conclusionOf(number, "success");
    world.agent.onPlan = onPlan;
  });
});
