import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SyncResult } from "../../../src/link/messages.ts";
import { jsonApi } from "../../../src/sandbox/story/json-api.ts";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  propose,
  startBotWorld,
  syncedFor,
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
});
afterEach(() => world.forge.faults.clear());
afterAll(() => world?.dispose());

/** What the forge itself cannot have: the pull request as GitHub would tell of it, with these fields different. @returns it, to be changed again */
async function pretend<T extends object>(number: number, change: (pullRequest: Pull) => T): Promise<T> {
  const api = jsonApi({ base: world.forge.apiUrl, token: world.forge.person.token });
  const pullRequest = await api<Pull>(`/repos/acme/state/pulls/${number}`);
  const path = new RegExp(`/pulls/${number}$`);
  const body = change(pullRequest!);
  world.forge.faults.add({ method: "GET", path, times: 1000, does: { kind: "answer", status: 200, body } });
  return body;
}

interface Pull {
  head: { sha: string; repo: { id: number } };
}

const asFork = (number: number) =>
  pretend(number, (pull) => ({ ...pull, head: { ...pull.head, repo: { ...pull.head.repo, id: 4711 } } }));

/** A push to the base has the bot look at the pull requests into it. */
const moveBase = (content: string) =>
  world.repository.commitFile({ branch: "main", path: "README.md", content, message: "Move the base" });

const plansAsked = (number: number) =>
  world.agent.commands.filter((command) => command.type === "plan" && command.pullRequest === number).length;
const conclusion = (number: number, wanted: string) =>
  eventually(
    () => check(world, number),
    (found) => found?.conclusion === wanted,
    wanted,
  );

const told = (number: number, sentence: string) =>
  eventually(
    () => botComments(world, number),
    (comments) => comments.some((comment) => comment.includes(sentence)),
    sentence,
  );

test("a fork's head is planned only once somebody with write permission has named it, so that no other slips in", async () => {
  // The bot hears of it when it is one already.
  world.forge.faults.loseDeliveries((event) => event === "pull_request");
  const number = await propose(world, "from-a-fork", { "shop/web.yaml": configMap("blue") });
  await world.forge.settled();
  world.forge.faults.loseDeliveries(undefined);
  const fork = await asFork(number);
  await moveBase("one");
  await conclusion(number, "action_required");
  expect(plansAsked(number)).toBe(0);
  const { headSha } = (await world.repository.pullRequest(number))!;
  const toType = `/trueup plan ${headSha.slice(0, 12)}`;
  expect(botComments(world, number).join()).toContain(`write \`${toType}\``);

  await world.repository.addComment(number, toType, world.forge.visitor.login);
  await world.repository.addComment(number, "/trueup plan", world.forge.person.login);
  await told(number, "comes from a fork, so name the commit that you looked at");
  await world.repository.addComment(number, `/trueup plan ${"0".repeat(12)}`, world.forge.person.login);
  const [comment, ...others] = await told(number, "head is not `000000000000`; it may have moved");
  expect(comment?.split(toType)).toHaveLength(4);
  expect(others).toEqual([]);
  expect(plansAsked(number)).toBe(0);

  await world.repository.addComment(number, `/trueup plan ${headSha.slice(0, 7)}`, world.forge.person.login);
  await conclusion(number, "success");
  expect(plansAsked(number)).toBe(1);

  // Who was let in once is not let in with whatever comes next.
  world.forge.faults.loseDeliveries((event) => event === "pull_request");
  const push = { branch: "from-a-fork", path: "shop/web.yaml", content: configMap("black"), message: "More" };
  fork.head.sha = (await world.repository.commitFile(push)).sha;
  await world.forge.settled();
  world.forge.faults.loseDeliveries(undefined);
  await moveBase("again");
  await conclusion(number, "action_required");
  const next = `/trueup plan ${fork.head.sha.slice(0, 12)}`;
  await told(number, `write \`${next}\``);
  await world.repository.addComment(number, "/trueup plan", world.forge.person.login);
  await told(number, `To have its head planned as it is now: \`${next}\``);
  expect(plansAsked(number)).toBe(1);
});

test("a draft is planned for its check alone, and has its comment when it is ready or somebody asks", async () => {
  const draft = async (branch: string, colour: string) => {
    await world.repository.createBranch(branch, "main");
    const message = "Draw";
    await world.repository.commitFile({ branch, path: "shop/web.yaml", content: configMap(colour), message });
    return (await world.repository.openPullRequest({ title: branch, head: branch, base: "main", draft: true })).number;
  };
  const ready = await draft("drawn", "drawn");
  await conclusion(ready, "success");
  await world.forge.settled();
  expect(botComments(world, ready)).toEqual([]);
  expect((await check(world, ready))?.summary).toContain("1 update");
  await world.repository.setPullRequestDraft(ready, false);
  await told(ready, "1 update");

  const asked = await draft("sketched", "sketched");
  await conclusion(asked, "success");
  expect(botComments(world, asked)).toEqual([]);
  await world.repository.addComment(asked, "/trueup plan", world.forge.person.login);
  await told(asked, "1 update");
});

/** What the bot is not told meanwhile it finds out by the truth that it is shown then: a locked conversation. */
async function unheard<T>(work: () => Promise<T>, numberOf: (made: T) => number): Promise<T> {
  world.forge.faults.clear();
  world.forge.faults.loseDeliveries(() => true);
  const made = await work();
  await world.forge.settled();
  world.forge.faults.loseDeliveries(undefined);
  await pretend(numberOf(made), (pull) => ({ ...pull, locked: true }));
  return made;
}

const checkSays = (number: number, words: string, title = "") =>
  eventually(
    () => check(world, number),
    (found) => found?.summary?.includes(words) === true && found.title?.includes(title) === true,
    words,
  );

test("in a locked conversation the check tells what the comment would, in place: the plan, answers, and a rollout that failed in red", async () => {
  const open = () => propose(world, "locked", { "shop/web.yaml": configMap("green") });
  const number = await unheard(open, (made) => made);
  await moveBase("two");
  const planned = await conclusion(number, "success");

  await world.repository.addComment(number, "/trueup help", world.forge.person.login);
  const answered = await checkSays(number, "`/trueup help`, asked for by");
  expect(answered).toMatchObject({ id: planned!.id, conclusion: "success" });
  expect(answered!.summary).toContain("1 update");

  let outcome: Partial<SyncResult> = { outcome: "failed", message: "web:1 cannot be pulled" };
  world.agent.onSync = (command) => syncedFor(command, outcome);
  await unheard(
    () => world.repository.mergePullRequest(number),
    () => number,
  );
  await moveBase("three");
  const failed = await checkSays(number, "cannot be pulled", "Rollout failed");
  expect(failed).toMatchObject({ status: "completed", conclusion: "failure" });
  expect(failed!.summary).toContain("`/trueup rollback` opens a pull request back");
  expect(failed!.summary).toContain("`/trueup help`, asked for by");

  outcome = { outcome: "healthy" };
  world.forge.faults.add({ method: "POST", path: /\/reactions$/, does: { kind: "answer", status: 403 } });
  await world.repository.addComment(number, "/trueup sync", world.forge.person.login);
  const deployed = await checkSays(number, "healthy", "Deployed, healthy");
  expect(deployed).toMatchObject({ status: "completed", conclusion: "success" });
  expect(botComments(world, number)).toEqual([]);
});

test("a rollout in a locked conversation is told beside the check of another pull request with the same head, whichever comes first", async () => {
  const { repository, agent } = world;
  agent.onSync = (command) => syncedFor(command, { outcome: "failed", message: "web:2 cannot be pulled" });
  await repository.createBranch("stable", "main");
  const number = await unheard(
    () => propose(world, "shared", { "shop/web.yaml": configMap("shared") }),
    (made) => made,
  );
  await moveBase("five");
  await conclusion(number, "success");
  await unheard(
    () => repository.mergePullRequest(number),
    () => number,
  );
  await moveBase("six");
  await checkSays(number, "cannot be pulled", "Rollout failed");

  const open = async (base: string) =>
    (await repository.openPullRequest({ title: base, head: "shared", base, author: world.forge.person.login })).number;
  const later = await open("stable");
  const { headSha } = (await repository.pullRequest(later))!;
  const both = () => Object.fromEntries(repository.checks(headSha).map(({ name, ...told }) => [name, told]));
  const isOf = (name: string, words: string) => both()[name]?.summary?.includes(words) === true;
  const each = () => isOf("trueup", "No system tracks branch") && isOf(`trueup #${number}`, "cannot be pulled");
  await eventually(each, Boolean, "each one's story");
  expect(both()).toMatchObject({ trueup: { conclusion: "success" }, [`trueup #${number}`]: { conclusion: "failure" } });

  agent.onSync = (command) => syncedFor(command, { outcome: "healthy" });
  world.forge.faults.add({ method: "POST", path: /\/reactions$/, does: { kind: "answer", status: 403 } });
  await repository.addComment(number, "/trueup sync", world.forge.person.login);
  await eventually(() => isOf(`trueup #${number}`, "healthy"), Boolean, "the way on, beside it");
  expect(isOf("trueup", "No system tracks branch")).toBe(true);
});

test("a command in a locked conversation whose pull request was closed is answered on its check, below the plan", async () => {
  const open = () => propose(world, "locked-closed", { "shop/web.yaml": configMap("grey") });
  const number = await unheard(open, (made) => made);
  await moveBase("four");
  const planned = await conclusion(number, "success");
  await unheard(
    () => world.repository.setPullRequestState(number, "closed"),
    () => number,
  );
  await world.repository.addComment(number, "/trueup help", world.forge.person.login);
  const answered = await checkSays(number, "asked for by");
  expect(answered).toMatchObject({ id: planned!.id, title: planned!.title, conclusion: "success" });
  expect(answered!.summary).toContain("1 update");
  expect(botComments(world, number)).toEqual([]);
});
