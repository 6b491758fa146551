import { afterAll, beforeAll, expect, test } from "vitest";
import type { Adoptable } from "../../../src/core/adopt/adoptable-changes.ts";
import type { AskDrift } from "../../../src/link/messages.ts";
import { hostile, notInert } from "../../core/report/hostile.ts";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  mayPush,
  planFor,
  startBotWorld,
} from "../bot-world.ts";

/** What can be a file's name, each in a file of its own. */
const names = hostile.filter((text) => text.trim() !== "" && !text.includes("\0"));
const fileOf = (text: string) => `shop/${text.replaceAll("/", "∕")}.yaml`;
const objectOf = (text: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: text });
const manifestOf = (text: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${JSON.stringify(text)}}\ndata: {v: "1"}\n`;

let world: BotWorld;
beforeAll(async () => {
  const hostileFiles = Object.fromEntries(names.map((text) => [fileOf(text), manifestOf(text)]));
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), ...hostileFiles };
  world = await startBotWorld(files, { appPermissions: mayPush });
  // Before anything was rolled out no agent is asked what has drifted.
  await eventually(
    () => world.repository.deployments().flatMap(({ statuses }) => statuses),
    (told) => told.length > 0,
    "first rollout",
  );
});
afterAll(() => world?.dispose());

/** A pull request whose every word is somebody's. */
async function proposed(branch: string, title: string, files: Record<string, string>): Promise<number> {
  const { repository } = world;
  await repository.createBranch(branch, "main");
  for (const [path, content] of Object.entries(files)) {
    await repository.commitFile({
      branch,
      path,
      content,
      message: `${title}\n\nCo-authored-by: Eve <eve@evil.example>\n`,
    });
  }
  const { number } = await repository.openPullRequest({ title, head: branch, base: "main", body: title });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  return number;
}

/** The answer, once there is one, and the pull request that it opened. */
async function openedBy(number: number, command: string): Promise<{ answer: string; opened: number }> {
  const comment = await world.repository.addComment(number, command, world.forge.person.login);
  const [answer] = await eventually(
    () => botComments(world, number).filter((body) => body.includes(`<!-- trueup:answer:${comment.id} -->`)),
    (found) => found.length > 0,
    "answer",
  );
  const own = () =>
    world.repository.pullRequests("open").filter(({ head }) => head.endsWith(`-${number}-${comment.id}`));
  const [opened] = await eventually(own, (found) => found.length === 1, `a pull request of its own (${answer})`);
  return { answer: answer!, opened: opened!.number };
}

/** What GitHub acts on in the message of a commit, where nothing is code. */
const actsInMessage =
  /@[a-z\d]|#\d|\bGH-\d|:\/\/|\bwww\.|\[(?:skip|no) ?[a-z]+\]|\[[a-z]+ skip\]|^[A-Za-z-]+-by:|^closes|[\0\u202e\u200b]/im;

async function expectInert(opened: number, asked: number, title: RegExp): Promise<void> {
  const pull = (await world.repository.pullRequest(opened))!;
  const [commit, ...more] = await world.repository.pullRequestCommits(opened);
  const ours = (text: string) => text.replaceAll(`#${asked}`, "this");
  const body = ours(pull.body ?? "");
  expect(pull.title).toMatch(title);
  expect(notInert(body)).toEqual([]);
  // A repository may have the description be the message of a squashed commit.
  expect(body).not.toMatch(actsInMessage);
  expect(pull.head).toMatch(/^trueup\/(adopt|rollback)-\d+-\d+$/);
  expect(more).toEqual([]);
  expect(commit!.message.trimEnd()).toBe(`${pull.title}\n\nAsked for by ${world.forge.person.login} in #${asked}.`);
}

const field = (name: string) => ({ type: "field", name }) as const;
const adoptable = (text: string): Adoptable => ({
  object: objectOf(text),
  file: fileOf(text),
  changes: [
    { path: [field("data"), field("v")], to: text },
    { path: [field("metadata"), field("name"), field(text)], to: text },
    { path: [field("data"), field(text), field("deep")], to: text },
  ],
  added: [],
  left: 2,
  leftOut: [
    { path: text, why: "credential" },
    { path: text, why: "order" },
  ],
});

/** In an answer, a title and a description there is room for some at once. */
const groups = [0, 7, 14, 21, 28].map((at) => names.slice(at, at + 7)).filter((some) => some.length > 0);

test("what is adopted has our own words alone in title, branch and commit, and inert code in the description", async () => {
  const number = await proposed("evil", "evil", { "README.md": "evil\n" });
  for (const some of groups) {
    const answering = setInterval(() => {
      for (const asked of world.agent.commands.splice(0)) if (asked.type === "ask-drift") answerDrift(asked, some);
    }, 20);
    try {
      const { answer, opened } = await openedBy(number, "/trueup adopt");
      expect(answer).toContain(`#${opened} writes what is live into`);
      expect(notInert(answer.replaceAll(/#\d+(?= writes)/g, "This"))).toEqual([]);
      await expectInert(opened, number, /^Adopt what is live in \d+ files$/);
    } finally {
      clearInterval(answering);
    }
  }
});

function answerDrift({ id, repositoryId, system }: AskDrift, some: readonly string[]): void {
  const asked = {
    type: "plan",
    id,
    repositoryId,
    system,
    pullRequest: 1,
    headSha: "0".repeat(40),
    baseSha: "0".repeat(40),
  };
  const gone = some.map((text) => ({
    ...objectOf(text),
    action: "create" as const,
    drifted: true,
    fields: [],
    file: fileOf(text),
  }));
  const { plan } = planFor(asked as Parameters<typeof planFor>[0], gone);
  world.agent.link.send({
    type: "drift-answer",
    id,
    repositoryId,
    system,
    plan: plan!,
    adoptable: some.map(adoptable),
  });
}

test("a rollback says nothing of what the merged pull request, its branch and its commits say", async () => {
  const subject = "evil fixes #1, @evil/ops [skip ci]";
  const number = await proposed("@evil/ops-fixes-#1-`", subject, { "shop/web.yaml": configMap("blue") });
  await world.repository.mergePullRequest(number);
  await eventually(
    () => botComments(world, number),
    ([told]) => told?.includes("Rolled out") === true,
    "rollout",
  );
  const { answer, opened } = await openedBy(number, "/trueup rollback");
  const told = answer.split("<!-- trueup:answers -->")[1]!;
  expect(told).toContain(`#${opened} takes \`shop\` back to`);
  expect(`${told}${(await world.repository.pullRequest(opened))!.body}`).not.toContain("evil");
  await expectInert(opened, number, /^Roll back shop to [0-9a-f]{7}$/);
});
