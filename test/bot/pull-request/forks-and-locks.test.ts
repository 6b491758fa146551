import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
});
afterEach(() => world.forge.faults.clear());
afterAll(() => world?.dispose());

/** What the forge itself cannot have: the pull request as GitHub would tell of it, with these fields different. */
async function pretend(number: number, change: (pullRequest: Pull) => object): Promise<void> {
  const api = jsonApi({ base: world.forge.apiUrl, token: world.forge.person.token });
  const pullRequest = await api<Pull>(`/repos/acme/state/pulls/${number}`);
  const path = new RegExp(`/pulls/${number}$`);
  const body = change(pullRequest!);
  world.forge.faults.add({ method: "GET", path, times: 1000, does: { kind: "answer", status: 200, body } });
}

interface Pull {
  head: { repo: { id: number } };
}

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
  await pretend(number, (pull) => ({ ...pull, head: { ...pull.head, repo: { ...pull.head.repo, id: 4711 } } }));
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

test("a locked conversation gets the check alone", async () => {
  world.forge.faults.loseDeliveries((event) => event === "pull_request");
  const number = await propose(world, "locked", { "shop/web.yaml": configMap("green") });
  await world.forge.settled();
  world.forge.faults.loseDeliveries(undefined);
  await pretend(number, (pull) => ({ ...pull, locked: true }));
  await moveBase("two");
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  expect(botComments(world, number)).toEqual([]);
});
