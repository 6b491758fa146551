import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DriftReport, SyncCommand } from "../../../src/link/messages.ts";
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

let world: BotWorld;
let answer: BotWorld["agent"]["onSync"];
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), "README.md": "#\n" });
  answer = world.agent.onSync;
  await eventually(lastStates, (states) => states.at(-1) === "success", "first rollout");
});
beforeEach(() => {
  world.agent.onSync = answer;
});
afterAll(() => world?.dispose());

/** The newest status of each Deployment, oldest Deployment first. */
function lastStates(): (string | undefined)[] {
  return world.repository
    .deployments()
    .toSorted((a, b) => a.id - b.id)
    .map(({ statuses }) => statuses.toSorted((a, b) => a.id - b.id).at(-1)?.state);
}

const syncs = (): SyncCommand[] => world.agent.commands.filter((command) => command.type === "sync");
const tip = async (): Promise<string> => (await world.repository.resolve("main"))!;

async function told(number: number, text: string): Promise<string> {
  const comments = () => botComments(world, number);
  return (await eventually(comments, ([comment]) => comment?.includes(text) === true, `comment with ${text}`))[0]!;
}

async function merge(branch: string, content: string): Promise<number> {
  const number = await propose(world, branch, { "shop/web.yaml": content });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  await world.repository.mergePullRequest(number);
  return number;
}

describe("a push to the tracked branch", () => {
  test("that changes no system rolls nothing out", async () => {
    const before = syncs().length;
    await world.repository.commitFile({ branch: "main", path: "README.md", content: "# x\n", message: "Say x" });
    await world.repository.commitFile({
      branch: "main",
      path: "shop/web.yaml",
      content: configMap("orange"),
      message: "Go orange",
    });
    const sha = await tip();
    await eventually(syncs, (all) => all.at(-1)?.sha === sha, "sync of the tip");
    expect(syncs()).toHaveLength(before + 1);
    await eventually(lastStates, (states) => states.at(-1) === "success", "success");
  });

  test("tells the agent what the merged plan told to be deleted, so that a stale one deletes nothing else", async () => {
    const { onPlan } = world.agent;
    world.agent.onPlan = (command) => planFor(command, [changed(), { ...changed(), name: "old", action: "delete" }]);
    const number = await merge("delete-old", configMap("pink"));
    const sha = await tip();
    const [sync] = (await eventually(syncs, (all) => all.at(-1)?.sha === sha, "sync of the tip")).slice(-1);
    expect(sync?.planned).toEqual(["/ConfigMap/default/old"]);
    await told(number, "deployed");
    world.agent.onPlan = onPlan;
    await world.repository.commitFile({
      branch: "main",
      path: "shop/web.yaml",
      content: configMap("grey"),
      message: "Go grey without a pull request",
    });
    const pushed = await tip();
    const [plain] = (await eventually(syncs, (all) => all.at(-1)?.sha === pushed, "sync of the tip")).slice(-1);
    expect(plain).not.toHaveProperty("planned");
    await eventually(lastStates, (states) => states.at(-1) === "success", "success");
  });

  test("tells the steps, and a failure with its cause and the way back", async () => {
    const previous = await tip();
    world.agent.onSync = (command) => {
      const { id, repositoryId, system, sha } = command;
      const at = new Date().toISOString();
      const step = {
        type: "sync-progress",
        id,
        repositoryId,
        system,
        sha,
        at,
        step: "waiting",
        done: 3,
        total: 5,
      } as const;
      world.agent.link.send({ ...step, message: "web 3 of 5 pods ready" });
      return undefined;
    };
    const number = await merge("failing", configMap("bad"));
    await told(number, "deploying · `shop` `web 3 of 5 pods ready`");
    await eventually(lastStates, (states) => states.at(-1) === "in_progress", "in progress");

    const message = "image `web:bad` cannot be pulled";
    const details = ["Deployment default/web: 1 new pod waits", "The 5 old pods still serve"];
    world.agent.link.send(syncedFor(syncs().at(-1)!, { outcome: "failed", message, details }));
    const comment = await told(number, "failed");
    expect(comment).toContain("image `web:bad` cannot be pulled");
    expect(comment).toContain("The 5 old pods still serve");
    expect(comment).toContain(`\`/trueup rollback\` opens a pull request back to \`${previous.slice(0, 7)}\``);
    await eventually(lastStates, (states) => states.at(-1) === "failure", "failure");
    // An edit notifies nobody, so whoever merged is told in a comment of its own, once.
    await eventually(
      () => botComments(world, number),
      (all) => all.length === 2,
      "notice",
    );
    const [, notice] = botComments(world, number);
    expect(notice).toContain(`@${world.forge.person.login}: \`shop\` **failed**: image \`web:bad\` cannot be pulled`);
    const before = syncs().length;
    await world.repository.addComment(number, "/trueup sync", world.forge.person.login);
    await eventually(syncs, (all) => all.length === before + 1, "sync");
    world.agent.link.send(syncedFor(syncs().at(-1)!, { outcome: "failed", message, details: ["still no"] }));
    await told(number, "still no");
    expect(botComments(world, number)).toHaveLength(2);
  });

  test("that fails where the one before had failed too names the commit that was healthy last as well", async () => {
    world.agent.onSync = (command) => syncedFor(command);
    const healthy = syncs().length;
    await told(await merge("fine", configMap("fine")), "deployed");
    const { sha } = syncs()[healthy]!;
    world.agent.onSync = (command) => syncedFor(command, { outcome: "failed", message: "no node takes its pod" });
    await told(await merge("worse", configMap("worse")), `back to \`${sha.slice(0, 7)}\`.`);
    const worse = await tip();
    const way = `back to \`${worse.slice(0, 7)}\`, which had failed too; \`/trueup rollback ${sha.slice(0, 12)}\` to what was healthy last.`;
    await told(await merge("no-better", configMap("no-better")), way);
  });

  test("takes the place of one that still runs, and tells both pull requests how it ends", async () => {
    world.agent.onSync = () => undefined;
    const first = await merge("first", configMap("first"));
    await told(first, "deploying");
    const second = await merge("second", configMap("second"));
    await told(second, "deploying");
    await eventually(lastStates, (states) => states.at(-2) === "inactive", "the first is inactive");
    world.agent.link.send(syncedFor(syncs().at(-1)!));
    for (const number of [first, second]) {
      expect(await told(number, "deployed")).toContain((await tip()).slice(0, 7));
      expect(botComments(world, number)).toHaveLength(1);
    }
    await eventually(lastStates, (states) => states.at(-1) === "success", "success");
  });

  test("counts what the agent did by itself", async () => {
    world.agent.onSync = (command) => {
      const { id: _, ...result } = syncedFor(command);
      return result;
    };
    await told(await merge("by-itself", configMap("self")), "deployed");
  });

  test("with files that are invalid deploys nothing and says so, and the next one recovers", async () => {
    const before = syncs().length;
    const number = await merge("invalid", configMap("x").replace("\ndata:", "\ndatum:"));
    expect(await told(number, "failed")).toContain("shop/web.yaml:5");
    await eventually(lastStates, (states) => states.at(-1) === "failure", "failure");
    expect(syncs()).toHaveLength(before);
    await told(await merge("mended", configMap("mended")), "deployed");
  });

  test("with a broken configuration moves no system", async () => {
    const before = syncs().length;
    const path = ".trueup.yaml";
    await world.repository.commitFile({ branch: "main", path, content: "systems: 3\n", message: "Break it" });
    await eventually(lastStates, (states) => states.at(-1) === "failure", "failure");
    await world.repository.commitFile({ branch: "main", path, content: config(), message: "Mend it" });
    await eventually(lastStates, (states) => states.at(-1) === "success", "success");
    expect(syncs()).toHaveLength(before + 1);
  });
});

test("drift stands in the audit trail with its writer, once however often it is told", async () => {
  const { repositoryId } = syncs()[0]!;
  const report: DriftReport = {
    type: "drift",
    id: "incident-1",
    repositoryId,
    system: "shop",
    at: new Date().toISOString(),
    object: { apiVersion: "example.org/v1", kind: "Shape", namespace: "demo", name: "star" },
    what: "changed",
    fields: [{ path: "spec.color", cause: "drift", before: "red", after: "purple", manager: "someone-with-a-brush" }],
    outcome: "healed",
  };
  world.agent.link.send(report);
  world.agent.link.send(report);
  const drifts = async () => (await world.bot.audit()).filter(({ what }) => what.includes("drift"));
  const [entry, ...more] = await eventually(drifts, (found) => found.length > 0, "audit entry");
  expect(entry?.what).toBe(
    'healed drift of Shape demo/star: spec.color "red" → "purple", written by `someone-with-a-brush`',
  );
  expect(more).toEqual([]);
});
