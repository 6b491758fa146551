import { afterAll, beforeAll, expect, test } from "vitest";
import { ofConflicts, ofFork, ofNothing, ofUnreadable } from "../../../src/bot/pull-request/what-to-say.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { hidden, hostile, hostileLines, notInert } from "../../core/report/hostile.ts";
import {
  type BotWorld,
  botComments,
  changed,
  check,
  config,
  configMap,
  eventually,
  planFor,
  propose,
  startBotWorld,
  syncedFor,
} from "../bot-world.ts";

const names = hostile.filter((text) => text.trim() !== "");
/** As bad as Git lets a branch be called. */
const branch = "`@evil/ops|<img/src=evil>&#64;evil-fixes-#1-www.evil.example-</details>";
const onBranch = `  side:\n    cluster: sandbox\n    path: side\n    branch: ${JSON.stringify(branch)}\n`;

let world: BotWorld;
beforeAll(async () => {
  const files = {
    ".trueup.yaml": config(onBranch),
    "shop/web.yaml": configMap("red"),
    "side/web.yaml": configMap("red"),
  };
  world = await startBotWorld(files);
  await world.repository.createBranch(branch, "main");
});
afterAll(() => world?.dispose());

/** Into the branch, under a title and a commit subject that are as bad as its name. */
async function proposeInto(base: string, head: string, files: Record<string, string>): Promise<number> {
  const { repository } = world;
  const title = `${hostileLines[0]} (#1)`;
  await repository.createBranch(head, base);
  for (const [path, content] of Object.entries(files)) {
    await repository.commitFile({ branch: head, path, content, message: title });
  }
  return (await repository.openPullRequest({ title, head, base, body: title })).number;
}

const settled = (number: number) =>
  eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
const comment = async (number: number, words: string): Promise<string> => {
  const [told] = await eventually(
    () => botComments(world, number),
    ([body]) => body?.includes(words) === true,
    words,
  );
  return told!;
};

test.each(names)("a base branch and files that conflict are inert in what is said instead of a plan: %j", (text) => {
  const at = { headSha: "0".repeat(40), base: text, baseSha: "0".repeat(40) };
  const rules = { added: [], removed: [], changes: [] };
  const nothing = { kind: "systems" as const, tree: "", concerned: [], removed: [], rules, tracked: false };
  for (const report of [ofConflicts([text, text], at), ofUnreadable(text, at), ofFork(at), ofNothing(nothing, at)]) {
    const { title, summary } = checkOf(report)!;
    expect(notInert(summary)).toEqual([]);
    expect(title).not.toContain("evil");
  }
});

/** Everything that GitHub shows of the pull request is inert. @returns the check */
async function expectInert(number: number, words: string) {
  expect(notInert(await comment(number, words))).toEqual([]);
  const found = (await settled(number))!;
  for (const told of [found.summary!, found.text ?? ""]) expect(notInert(told)).toEqual([]);
  return found;
}

test("what manifests say that are wrong is inert in the comment, and hides nothing in the check's annotations", async () => {
  const documents = names.flatMap((text) => {
    const name = JSON.stringify(text);
    const more = `annotations: {${name}: ${name}}, ${name}: 1`;
    return [
      `apiVersion: v1\nkind: ${name}\nmetadata: {name: a}\n`,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, ${more}}\ndata: {${name}: a}\n`,
    ];
  });
  const closing = JSON.stringify("x`, as evil had planned, in `y");
  documents.push(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n${closing}: 1\n`);
  const each = Math.ceil(documents.length / hostileLines.length);
  const files = hostileLines.map((line, index) => [
    `shop/${line.replaceAll("/", "∕").replaceAll("\0", "")}.yaml`,
    documents.slice(index * each, (index + 1) * each).join("---\n"),
  ]);
  const number = await propose(world, "evil-findings", Object.fromEntries(files));
  const { id, title } = await expectInert(number, "nothing can be deployed yet");
  expect(title).toMatch(/^\d+ findings$/);
  const annotations = world.repository.annotations(id);
  expect(annotations.length).toBeGreaterThan(names.length);
  for (const { title, message } of annotations) {
    expect(title).toMatch(/^[a-z-]+$/);
    expect(message).not.toMatch(hidden);
  }
});

test("two pull requests of hostile titles, branches and objects are told of each other, and of their base, as inert code", async () => {
  const objects = names.map((text) => ({ ...changed(text), kind: text, namespace: text, name: text }));
  world.agent.onPlan = (command) =>
    planFor(
      command,
      objects.map((object) => ({
        ...object,
        fields: [{ path: object.name, cause: "pull-request", after: `${object.name}${command.pullRequest}` }],
      })),
    );
  const one = await proposeInto(branch, "@evil/one-fixes-#1", { "side/web.yaml": configMap("blue") });
  const two = await proposeInto(branch, "@evil/two-`<b>", { "side/web.yaml": configMap("green") });
  for (const [number, other] of [
    [one, two],
    [two, one],
  ] as const) {
    const found = await expectInert(number, `\`#${other}\` also changes`);
    expect(found.title).toBe(`${objects.length} update`);
    expect(await comment(number, "Planned for")).toContain("on `` `@evil/ops|");
  }
});

test("a rollout's reasons are inert in its story and in the one notice, which mentions who merged and nobody else", async () => {
  const message = `not healthy: ${hostileLines[0]}`;
  world.agent.onPlan = (command) => planFor(command, [changed()]);
  world.agent.onSync = (command) =>
    syncedFor(command, {
      outcome: "held",
      message,
      details: [...hostileLines],
      approval: { tree: "0".repeat(40), deletes: ["x".repeat(22)], approvers: [hostileLines[0]!] },
    });
  const number = await proposeInto(branch, "@evil/three", { "side/web.yaml": configMap("black") });
  await settled(number);
  await world.repository.mergePullRequest(number);
  const story = await comment(number, "held**");
  expect(story).toContain("of `` `@evil/ops|");
  const [, notice] = await eventually(
    () => botComments(world, number),
    (told) => told.length === 2,
    "notice",
  );
  const greeting = `@${world.forge.person.login}: `;
  expect(notice!.split("\n")[1]!.startsWith(greeting)).toBe(true);
  for (const told of [story, notice!.replace(greeting, "")]) {
    expect(told).toContain("evil");
    expect(notInert(told)).toEqual([]);
  }
  const texts = await eventually(
    () =>
      world.repository
        .deployments()
        .flatMap(({ statuses, description }) => [description ?? "", ...statuses.map((one) => one.description)]),
    (all) => all.some((text) => text.includes("evil")),
    "deployment",
  );
  for (const text of texts) {
    expect(text).not.toMatch(hidden);
    expect(text).not.toContain("\n");
    expect(text.length).toBeLessThanOrEqual(140);
  }
});

test("a manifest with a character that no store keeps fails its own system alone, and is told", async () => {
  const bad = `${configMap("blue")}"evil\\0end": 1\n`;
  const number = await propose(world, "evil-nothing", { "shop/web.yaml": bad });
  await settled(number);
  await world.repository.mergePullRequest(number);
  expect(notInert(await comment(number, "failed**"))).toEqual([]);
});
