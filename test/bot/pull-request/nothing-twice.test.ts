import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { totalsOf } from "../../../src/core/plan/totals.ts";
import { jsonApi } from "../../../src/sandbox/story/json-api.ts";
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
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), "README.md": "#\n" });
  await eventually(
    () => world.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
});
afterEach(() => world.forge.faults.clear());
afterAll(() => world?.dispose());

const api = (path: string, call?: Parameters<ReturnType<typeof jsonApi>>[1]) =>
  jsonApi({ base: world.forge.apiUrl, token: world.forge.person.token })(`/repos/acme/state${path}`, call);

async function planned(branch: string, value: string): Promise<number> {
  const number = await propose(world, branch, { "shop/web.yaml": configMap(value) });
  await settled(number);
  return number;
}

async function settled(number: number) {
  await eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes("1 update") === true,
    "plan",
  );
  await eventually(
    () => check(world, number),
    (found) => found?.conclusion === "success",
    "check",
  );
}

async function checkRuns(number: number) {
  const { headSha } = (await world.repository.pullRequest(number))!;
  const found = (await api(`/commits/${headSha}/check-runs?filter=all`)) as { check_runs: unknown[] };
  return found.check_runs.length;
}

test("answers that get lost and events that come twice leave one comment and one check run", async () => {
  world.forge.faults.doubleDeliveries(() => true);
  world.forge.faults.add({ method: "POST", path: /\/comments$/, does: { kind: "lose-answer" } });
  world.forge.faults.add({ method: "POST", path: /\/check-runs$/, does: { kind: "lose-answer" } });
  const number = await planned("lost-answers", "blue");
  expect(botComments(world, number)).toHaveLength(1);
  expect(await checkRuns(number)).toBe(1);
});

test("a bot that comes back with an empty store finds its comment and its check run again", async () => {
  const number = await planned("emptied", "green");
  const before = world.repository.comments(number);
  await world.restart({ emptied: true });
  await eventually(
    () => world.agent.commands.filter((command) => command.type === "plan" && command.pullRequest === number).length,
    (count) => count === 2,
    "second plan",
  );
  await settled(number);
  expect(world.repository.comments(number)).toEqual(before);
  expect(await checkRuns(number)).toBe(1);
});

test("a push to the base plans again and, when nothing is different, writes nothing", async () => {
  const number = await planned("based", "white");
  // That the system has more objects by now is nothing that merging does.
  world.agent.onPlan = (command) =>
    planFor(command, [changed()], { totals: { ...totalsOf([changed()]), unchanged: 7 } });
  const before = world.repository.comments(number);
  await world.repository.commitFile({ branch: "main", path: "README.md", content: "# moved\n", message: "Move on" });
  await eventually(
    () => world.agent.commands.filter((command) => command.type === "plan" && command.pullRequest === number).length,
    (count) => count === 2,
    "second plan",
  );
  await settled(number);
  expect(world.repository.comments(number)).toEqual(before);
  expect(await checkRuns(number)).toBe(1);
});

test("a drift of which nobody knows since when, planned again an hour later, is written once", async () => {
  const { onPlan } = world.agent;
  let hour = 11;
  const drift = { path: "data.size", cause: "drift", after: "big", manager: "unknown" } as const;
  const object = { ...changed(), drifted: true, fields: [...changed().fields, drift] };
  world.agent.onPlan = (command) =>
    planFor(command, [object], { drifted: 1, liveAsOf: `2026-11-23T${hour++}:00:00.000Z` });
  const number = await planned("drifted", "yellow");
  const before = world.repository.comments(number);
  expect(before[0]?.body).toContain("unknown writer removed it; merging reverts it");
  await world.repository.commitFile({ branch: "main", path: "README.md", content: "# later\n", message: "Move on" });
  await eventually(
    () => world.agent.commands.filter((command) => command.type === "plan" && command.pullRequest === number).length,
    (count) => count === 2,
    "second plan",
  );
  await settled(number);
  expect(world.repository.comments(number)).toEqual(before);
  expect(await checkRuns(number)).toBe(1);
  // Of the tests that follow one would be the day's last hour.
  world.agent.onPlan = onPlan;
});

test("a deleted comment comes back once, and is left to whoever deletes it again", async () => {
  const number = await planned("deleted", "black");
  const { id } = world.repository.comments(number)[0]!;
  await api(`/issues/comments/${id}`, { method: "DELETE" });
  await eventually(
    () => world.repository.comments(number),
    ([comment, ...more]) => comment !== undefined && comment.id !== id && more.length === 0,
    "comment",
  );
  await settled(number);
  const again = world.repository.comments(number)[0]!.id;
  await api(`/issues/comments/${again}`, { method: "DELETE" });
  const checks = await checkRuns(number);
  const commit = { branch: "deleted", path: "shop/web.yaml", content: configMap("blacker"), message: "More" };
  await world.repository.commitFile(commit);
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check of the new head",
  );
  await world.forge.settled();
  expect(world.repository.comments(number)).toEqual([]);
  expect(checks).toBe(1);
});

test("on a closed pull request too a deleted comment comes back once, with what was answered, and not without end", async () => {
  const { repository, forge } = world;
  const number = await planned("deleted-closed", "grey");
  await repository.setPullRequestState(number, "closed");
  await repository.addComment(number, "/trueup help", forge.person.login);
  const ours = () => repository.comments(number).filter(({ author }) => author !== forge.person.login);
  const answered = async (former?: number) => {
    const [comment] = await eventually(
      ours,
      ([one, ...more]) => one?.id !== former && one?.body.includes("/trueup rollback") === true && more.length === 0,
      "answer",
    );
    return comment!.id;
  };
  const id = await answered();
  await api(`/issues/comments/${id}`, { method: "DELETE" });
  const again = await answered(id);
  await api(`/issues/comments/${again}`, { method: "DELETE" });
  // By the time that a later one is planned, this one was looked at.
  await planned("deleted-later", "silver");
  expect(ours()).toEqual([]);
});

test("a comment of ours that somebody edits says again what is true, and once", async () => {
  const number = await planned("forged", "violet");
  const [ours] = world.repository.comments(number);
  const forged = ours!.body.replace("1 update", "nothing changes");
  await api(`/issues/comments/${ours!.id}`, { method: "PATCH", body: { body: forged } });
  const [mended] = await eventually(
    () => world.repository.comments(number),
    ([comment]) => comment?.body.includes("1 update") === true,
    "mended comment",
  );
  await world.forge.settled();
  expect(mended!.id).toBe(ours!.id);
  expect(world.repository.comments(number)).toEqual([mended]);
});

test("a comment that somebody wrote with our marker in it is left as it is, and is not taken for ours by a bot that has lost its store", async () => {
  const copied = await planned("copied", "teal");
  const [ours] = world.repository.comments(copied);
  const number = await propose(world, "copying", { "shop/web.yaml": configMap("olive") });
  const forged = ours!.body.replace(/(?<=trueup:v1:)\d+/, `${number}`).replace("1 update", "nothing changes");
  await api(`/issues/${number}/comments`, { method: "POST", body: { body: forged } });
  await settled(number);
  await world.restart({ emptied: true });
  await eventually(
    () => botComments(world, number),
    (comments) => comments.length === 1 && comments[0]!.includes("1 update"),
    "a comment of its own",
  );
  await world.forge.settled();
  const bodies = world.repository.comments(number).map(({ body }) => body);
  expect(bodies).toHaveLength(2);
  expect(bodies).toContain(forged);
});

test("two pull requests on one head share the check, and the worst wins", async () => {
  const one = await planned("shared", "pink");
  await world.repository.createBranch("other-base", "main");
  await world.repository.commitFile({
    branch: "other-base",
    path: "shop/web.yaml",
    content: configMap("conflict"),
    message: "In the way",
  });
  await world.repository.openPullRequest({ title: "the same head", head: "shared", base: "other-base" });
  await eventually(
    () => check(world, one),
    (found) => found?.conclusion === "failure",
    "worst verdict",
  );
  await world.repository.setPullRequestState(one + 1, "closed");
  await settled(one);
});
