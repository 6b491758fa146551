import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  propose,
  startBotWorld,
} from "../bot-world.ts";

const permissions = {
  checks: "write",
  deployments: "write",
  issues: "write",
  pull_requests: "write",
  contents: "write",
  metadata: "read",
  members: "read",
} as const;

let world: BotWorld;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), "README.md": "#\n" };
  world = await startBotWorld(files, { appPermissions: permissions });
  await eventually(
    () => world.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
});
afterAll(() => world?.dispose());

const settledCheck = (number: number) =>
  eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
const audit = async () => (await world.bot.audit()).map(({ who, what }) => `${who} ${what}`);

async function say(number: number, text: string, who = world.forge.person.login): Promise<number> {
  const comment = await world.repository.addComment(number, text, who);
  await eventually(
    () => world.repository.reactions(comment.id),
    (found) => found.length > 0,
    "reaction",
  );
  return comment.id;
}

const reactions = (commentId: number) => world.repository.reactions(commentId).map(({ content }) => content);

test("who may only read gets no for an answer, and nothing else happens", async () => {
  const number = await propose(world, "readers", { "shop/web.yaml": configMap("blue") });
  await settledCheck(number);
  const before = world.agent.commands.length;
  const id = await say(number, "/trueup plan", world.forge.visitor.login);
  expect(reactions(id)).toEqual(["-1"]);
  await eventually(audit, (lines) => lines.some((line) => line.includes("refused, no write permission")), "audit");
  expect(world.agent.commands).toHaveLength(before);
});

test("plan asks the agents again", async () => {
  const number = await propose(world, "again", { "shop/web.yaml": configMap("green") });
  await settledCheck(number);
  const plans = () => world.agent.commands.filter(({ type }) => type === "plan").length;
  const before = plans();
  expect(reactions(await say(number, "/trueup plan\n\nplease"))).toEqual(["eyes"]);
  await eventually(plans, (count) => count === before + 1, "another plan");
});

test("help and unknown words are answered once, the answer told apart from the plan", async () => {
  const number = await propose(world, "help", { "shop/web.yaml": configMap("white") });
  await settledCheck(number);
  expect(reactions(await say(number, "/trueup frobnicate @acme/ops"))).toEqual(["confused"]);
  const comments = await eventually(
    () => botComments(world, number),
    (told) => told.length === 2,
    "answer",
  );
  expect(comments[1]).toContain("`frobnicate @acme/ops` is nothing that trueup knows");
  expect(comments[1]).toContain("| `/trueup rollback [sha]` |");
  expect(reactions(await say(number, "/trueup rollback the last"))).toEqual(["confused"]);
  expect(reactions(await say(number, "/trueup rollback zzzz"))).toEqual(["confused"]);
  const later = await eventually(
    () => botComments(world, number),
    (told) => told.length === 4,
    "answers",
  );
  expect(later[3]).toContain("`zzzz` names no commit");
});

test("sync has the last rollout applied again", async () => {
  const number = await propose(world, "synced", { "shop/web.yaml": configMap("pink") });
  await settledCheck(number);
  const syncs = () => world.agent.commands.filter(({ type }) => type === "sync").length;
  const before = syncs();
  await say(number, "/trueup sync nothing-of-that-name");
  await eventually(
    () => botComments(world, number),
    (told) => told.length === 2,
    "answer",
  );
  expect(botComments(world, number)[1]).toContain(
    "No system `nothing-of-that-name` was rolled out from `main`. There is `shop`.",
  );
  await say(number, "/trueup sync shop");
  await eventually(syncs, (count) => count === before + 1, "another sync");
});

test("rollback opens one pull request, however often it is asked for, that takes the system back over later changes", async () => {
  const number = await propose(world, "regretted", { "shop/web.yaml": configMap("regret") });
  await settledCheck(number);
  await world.repository.mergePullRequest(number);
  await eventually(
    () => botComments(world, number),
    ([told]) => told?.includes("deployed") === true,
    "rollout",
  );
  const main = { branch: "main", message: "Change more" };
  await world.repository.commitFile({ ...main, path: "shop/web.yaml", content: configMap("more") });
  await world.repository.commitFile({ ...main, path: "README.md", content: "# kept\n" });

  await say(number, "/trueup rollback");
  const isRollback = ({ head }: { head: string }) => head.startsWith(`trueup/rollback-${number}-`);
  const open = () => world.repository.pullRequests("open").filter((pull) => isRollback({ head: pull.head }));
  const [proposed] = await eventually(open, (found) => found.length === 1, "rollback");
  const rollback = proposed!.number;
  await say(number, "/trueup rollback");
  const answers = await eventually(
    () => botComments(world, number),
    (told) => told.length === 3,
    "answer to the second asking",
  );
  expect(answers[1]).toContain(`#${rollback} takes \`shop\` back to`);
  expect(answers[2]).toContain(`#${rollback} is open already`);
  expect(open()).toHaveLength(1);
  await settledCheck(rollback);
  await world.repository.mergePullRequest(rollback);
  expect((await world.repository.file("main", "shop/web.yaml"))?.content.toString()).toBe(configMap("red"));
  expect((await world.repository.file("main", "README.md"))?.content.toString()).toBe("# kept\n");
  await eventually(audit, (lines) => lines.some((line) => line.includes(`opened #${rollback}, back to`)), "audit");
});

test("rollback answers with a sentence when it cannot be done", async () => {
  const number = await propose(world, "unmerged", { "shop/web.yaml": configMap("grey") });
  await settledCheck(number);
  await say(number, "/trueup rollback");
  const comments = () => botComments(world, number);
  const first = await eventually(comments, (told) => told.length === 2, "answer");
  expect(first[1]).toContain("This pull request is not merged; name the commit");
  await say(number, `/trueup rollback ${"0".repeat(12)}`);
  const second = await eventually(comments, (told) => told.length === 3, "answer");
  expect(second[2]).toContain("The branch has no commit `000000000000`");
});

test("rollback without the permission to push says how to grant it", async () => {
  const least = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
  try {
    const number = await propose(least, "regretted", { "shop/web.yaml": configMap("regret") });
    await eventually(
      () => check(least, number),
      (found) => found?.status === "completed",
      "check",
    );
    await least.repository.mergePullRequest(number);
    await eventually(
      () => botComments(least, number),
      ([told]) => told?.includes("deployed") === true,
      "rollout",
    );
    await least.repository.addComment(number, "/trueup rollback", least.forge.person.login);
    const comments = await eventually(
      () => botComments(least, number),
      (told) => told.length === 2,
      "answer",
    );
    expect(comments[1]).toContain("Grant the GitHub App the permission `contents: write`");
  } finally {
    await least.dispose();
  }
});
