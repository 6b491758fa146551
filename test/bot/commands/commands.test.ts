import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  mayPush,
  propose,
  startBotWorld,
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), "README.md": "#\n" };
  world = await startBotWorld(files, { appPermissions: mayPush });
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

/** The one comment, once it says this; answers edit it, and notify nobody. */
async function told(number: number, words: string, of = world): Promise<string> {
  const comments = await eventually(
    () => botComments(of, number),
    ([comment]) => comment?.includes(words) === true,
    words,
  );
  expect(comments).toHaveLength(1);
  return comments[0]!;
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

test("help and unknown words are answered below the plan, in the one comment, the newest open to view", async () => {
  const number = await propose(world, "help", { "shop/web.yaml": configMap("white") });
  await settledCheck(number);
  expect(reactions(await say(number, "/trueup frobnicate @acme/ops"))).toEqual(["confused"]);
  const comment = await told(number, "`frobnicate @acme/ops` is nothing that trueup knows");
  expect(comment).toContain("| `/trueup rollback [sha]` |");
  expect(comment).toMatch(/^<!-- trueup:v1:.*\n### trueup · 1 update/);
  expect(reactions(await say(number, "/trueup rollback the last"))).toEqual(["confused"]);
  expect(reactions(await say(number, "/trueup rollback zzzz"))).toEqual(["confused"]);
  const later = await told(number, "`zzzz` names no commit");
  const [, newest, before] = later.split(/<!-- trueup:answers -->|<summary>Answered before<\/summary>/);
  expect(newest).toContain("`zzzz` names no commit");
  expect(before).toContain("`rollback the last` is nothing");
  expect(before).toContain("`frobnicate @acme/ops` is nothing");
});

test("sync has the last rollout applied again", async () => {
  const number = await propose(world, "synced", { "shop/web.yaml": configMap("pink") });
  await settledCheck(number);
  const syncs = () => world.agent.commands.filter(({ type }) => type === "sync").length;
  const before = syncs();
  await say(number, "/trueup sync nothing-of-that-name");
  await told(number, "No system `nothing-of-that-name` was rolled out from `main`. There is `shop`.");
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
  await told(number, `#${rollback} is open already`);
  await told(number, `#${rollback} takes \`shop\` back to`);
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
  await told(number, "This pull request is not merged; name the commit");
  await say(number, `/trueup rollback ${"0".repeat(12)}`);
  await told(number, "The branch has no commit `000000000000`");
});

test("a closed pull request keeps what its comment said, with the answer below, and an answer outlives the next plan", async () => {
  const number = await propose(world, "closed", { "shop/web.yaml": configMap("black") });
  await settledCheck(number);
  await say(number, "/trueup help");
  await told(number, "this table");
  await world.repository.commitFile({
    branch: "closed",
    message: "More",
    path: "shop/web.yaml",
    content: configMap("blacker"),
  });
  const planned = `Planned for \`${(await world.repository.pullRequest(number))!.headSha.slice(0, 7)}\``;
  await told(number, planned);
  await told(number, "this table");
  await world.repository.setPullRequestState(number, "closed");
  await say(number, "/trueup rollback");
  const comment = await told(number, "It was closed without being merged, so there is nothing of it to take back");
  expect(comment).toContain(planned);
  expect(comment.match(/trueup:answers/g)).toHaveLength(1);
});

test.each(["merged", "closed"])(
  "plan on a pull request that is %s is told that nothing is left to plan",
  async (how) => {
    const number = await propose(world, `late-${how}`, { "shop/web.yaml": configMap(how) });
    await settledCheck(number);
    if (how === "merged") await world.repository.mergePullRequest(number);
    else await world.repository.setPullRequestState(number, "closed");
    await say(number, "/trueup plan");
    await told(number, `It is ${how}, so there is nothing to plan any more.`);
  },
);

test("a pause that is longer than one may be says when it ends and why, and one that is not says nothing of that", async () => {
  const number = await propose(world, "break", { "shop/web.yaml": configMap("brown") });
  await settledCheck(number);
  const ends = await pausedUntil(number, "/trueup pause 30d");
  const days = (Date.parse(ends) - Date.now()) / (24 * 3_600_000);
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThanOrEqual(7);
  const when = `${ends.slice(0, 16).replace("T", " ")} UTC`;
  const comment = await told(number, `A pause lasts 7 days at most, so this one ends ${when}.`);
  expect(comment).toContain(`\`shop\` is paused until ${when}`);

  const other = await propose(world, "short-break", { "shop/web.yaml": configMap("beige") });
  await settledCheck(other);
  const end = await pausedUntil(other, "/trueup pause 7d");
  expect(await told(other, `is paused until ${end.slice(0, 16).replace("T", " ")}`)).not.toContain("at most");
  await say(other, "/trueup resume");
});

test.each([
  ["is closed", { "shop/web.yaml": configMap("ochre") }],
  ["concerns no system", { "README.md": "# Words\n" }],
  ["cannot be read", { "shop/web.yaml": "kind: [" }],
])("a pull request that %s says what a pause and its end did, and that nothing was paused", async (how, files) => {
  const number = await propose(world, how.replaceAll(" ", "-"), files);
  await settledCheck(number);
  if (how === "is closed") await world.repository.setPullRequestState(number, "closed");
  await say(number, "/trueup resume");
  await told(number, "Nothing of `shop` was paused.");
  const end = await pausedUntil(number, "/trueup pause 1h");
  await told(number, `Nothing of \`shop\` is written until ${end.slice(0, 16).replace("T", " ")} UTC.`);
  await say(number, "/trueup resume");
  await told(number, "`shop` goes on.");
});

test("sync leaves a system alone that was taken out, and what was rolled out of it stays told as it was", async () => {
  const other = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red") };
  const left = await startBotWorld(other);
  try {
    const number = await propose(left, "last", { "shop/web.yaml": configMap("last") });
    await eventually(
      () => check(left, number),
      (found) => found?.status === "completed",
      "check",
    );
    await left.repository.mergePullRequest(number);
    await told(number, "deployed", left);
    const main = { branch: "main", message: "Take it out", path: ".trueup.yaml", content: "systems: {}\n" };
    await left.repository.commitFile(main);
    await left.repository.addComment(number, "/trueup sync", left.forge.person.login);
    await told(number, "No system is described by `main` any more; what it made stays as it is.", left);
    await left.repository.addComment(number, "/trueup sync shop", left.forge.person.login);
    await told(number, "No system `shop` is described by `main` any more", left);
    expect(left.agent.commands.filter(({ type }) => type === "sync")).toHaveLength(2);
  } finally {
    await left.dispose();
  }
});

async function pausedUntil(number: number, command: string): Promise<string> {
  await say(number, command);
  const words = new RegExp(`asked on #${number} for .*pauses shop until (\\S+)`);
  const lines = await eventually(audit, (found) => found.some((line) => words.test(line)), command);
  return words.exec(lines.find((line) => words.test(line))!)![1]!;
}

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
    await told(number, "Grant the GitHub App the permission `contents: write`", least);
  } finally {
    await least.dispose();
  }
});
