import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PlanCommand } from "../../../src/link/messages.ts";
import { jsonApi } from "../../../src/sandbox/story/json-api.ts";
import { hidden } from "../../core/report/hostile.ts";
import {
  type BotWorld,
  botComments,
  changed,
  check,
  config,
  configMap,
  eventually,
  mayPush,
  planFor,
  propose,
  startBotWorld,
  syncedFor,
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), "README.md": "#\n" };
  world = await startBotWorld(files, { appPermissions: mayPush });
});
afterEach(() => {
  world.forge.faults.clear();
  world.agent.onPlan = (command) => planFor(command, [changed()]);
  world.agent.onSync = (command) => syncedFor(command);
});
afterAll(() => world?.dispose());

const api = <T>(path: string, call?: Parameters<ReturnType<typeof jsonApi>>[1]) =>
  jsonApi({ base: world.forge.apiUrl, token: world.forge.person.token })<T>(`/repos/acme/state${path}`, call);
const runsOf = async (sha: string) =>
  (await api<{ check_runs: { status: string }[] }>(`/commits/${sha}/check-runs?filter=all`))!.check_runs;
const asked = (number: number) =>
  world.agent.commands.filter((one): one is PlanCommand => one.type === "plan" && one.pullRequest === number);
const concluded = (number: number) =>
  eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
const told = (number: number, words: string) =>
  eventually(
    () => botComments(world, number),
    ([comment]) => comment?.includes(words) === true,
    words,
  );

test("twenty events at once for one pull request leave one question, one comment and one open check run", async () => {
  world.agent.onPlan = () => undefined;
  const held = world.forge.faults.holdDeliveries(() => true);
  const number = await propose(world, "busy", { "shop/web.yaml": configMap("blue") });
  for (let event = 0; event < 10; event++) {
    await world.repository.addComment(number, `Is that so? ${event}`);
    await world.repository.setPullRequestDraft(number, event % 2 === 0);
  }
  held.release();
  await world.forge.settled();
  const [question] = await eventually(
    () => asked(number),
    ([one]) => one !== undefined,
    "question",
  );
  await eventually(
    () => check(world, number),
    (found) => found?.status === "in_progress",
    "open check",
  );
  const { headSha } = (await world.repository.pullRequest(number))!;
  expect(await runsOf(headSha)).toHaveLength(1);
  world.agent.link.send(planFor(question!, [changed()]));
  await concluded(number);
  await told(number, "1 update");
  await world.forge.settled();
  expect(asked(number)).toHaveLength(1);
  expect(botComments(world, number)).toHaveLength(1);
  expect(await runsOf(headSha)).toMatchObject([{ status: "completed" }]);
});

test.each(["closed", "left without its branch"])(
  "a pull request %s while it is planned leaves no check open, and its late answer writes nothing",
  async (how) => {
    world.agent.onPlan = () => undefined;
    const branch = how.replaceAll(" ", "-");
    const number = await propose(world, branch, { "shop/web.yaml": configMap("green") });
    const [question] = await eventually(
      () => asked(number),
      ([one]) => one !== undefined,
      "question",
    );
    await eventually(
      () => check(world, number),
      (found) => found?.status === "in_progress",
      "open check",
    );
    if (how === "closed") await world.repository.setPullRequestState(number, "closed");
    else await world.repository.deleteBranch(branch);
    expect((await concluded(number))?.title).toBe("Closed before it was planned");
    const before = botComments(world, number);
    world.agent.link.send(planFor(question!, [changed()]));
    const next = await propose(world, `after-${branch}`, { "README.md": `# ${branch}\n` });
    await concluded(next);
    await world.forge.settled();
    expect(botComments(world, number)).toEqual(before);
    expect((await check(world, number))?.title).toBe("Closed before it was planned");
  },
);

test("a command on a conversation that takes no reaction is followed all the same", async () => {
  const number = await propose(world, "unmoved", { "shop/web.yaml": configMap("unmoved") });
  await concluded(number);
  world.forge.faults.add({ method: "POST", path: /\/reactions$/, times: 100, does: { kind: "answer", status: 403 } });
  await world.repository.addComment(number, "/trueup help");
  await told(number, "this table");
});

test("what a cluster says of a failure hides no letters in GitHub's list of deployments", async () => {
  const message = "admin\u202egnp.exe\nzero\u200bwidth";
  world.agent.onSync = (command) => syncedFor(command, { outcome: "failed", message });
  const number = await propose(world, "failing", { "shop/web.yaml": configMap("failing") });
  await concluded(number);
  await world.repository.mergePullRequest(number);
  const texts = () =>
    world.repository.deployments().flatMap(({ statuses }) => statuses.map(({ description }) => description));
  const all = await eventually(texts, (found) => found.some((text) => text.includes("admin")), "failure");
  expect(all.join(" ")).not.toMatch(hidden);
  expect(all.join(" ")).not.toContain("\n");
});
