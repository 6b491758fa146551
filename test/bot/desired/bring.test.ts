import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonApi } from "../../../src/sandbox/story/json-api.ts";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  mayPush,
  startBotWorld,
  syncedFor,
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  const files = {
    ".trueup.yaml": config(),
    "shop/web.yaml": configMap("red"),
    "shop/old.yaml": configMap("red").replace("web", "old"),
  };
  world = await startBotWorld(files, { appPermissions: mayPush });
  await syncedAt((await world.repository.resolve("main"))!);
});
afterAll(() => world?.dispose());

const api = <T>(path: string, method: "GET" | "POST" | "PATCH" = "GET", body?: object) =>
  jsonApi({ base: world.forge.apiUrl, token: world.forge.person.token })<T>(`/repos/acme/state${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
  });

/** Puts another commit in the place of main's newest: of the same files, or of those of the commit before. @returns it */
async function force(message: string, files: "the same" | "before" = "the same"): Promise<string> {
  const [newest] = await world.repository.commits("main", { limit: 1 });
  const [before] = newest!.parents;
  const found = await api<{ tree: { sha: string } }>(`/git/commits/${files === "before" ? before : newest!.sha}`);
  const commit = { message, tree: found!.tree.sha, parents: [before] };
  const { sha } = (await api<{ sha: string }>("/git/commits", "POST", commit))!;
  await api("/git/refs/heads/main", "PATCH", { sha, force: true });
  return sha;
}

const syncedAt = (sha: string) =>
  eventually(
    () => world.agent.commands,
    (commands) => commands.some((one) => one.type === "sync" && one.sha === sha),
    `sync of ${sha}`,
  );

/** What the comment says of a command. */
async function asked(number: number, command: string, words: string): Promise<string> {
  await world.repository.addComment(number, command, world.forge.person.login);
  const told = () => botComments(world, number).join("\n");
  return eventually(told, (text) => text.includes(words), words);
}

/** Merges what takes a file away, and is held. @returns the pull request and its merge */
async function mergeHeld(branch: string): Promise<{ number: number; merge: string }> {
  const author = world.forge.visitor.login;
  await world.repository.createBranch(branch, "main");
  await world.repository.commitFile({ branch, path: "shop/old.yaml", content: null, message: "Drop it", author });
  const { number } = await world.repository.openPullRequest({ title: branch, head: branch, base: "main", author });
  await eventually(
    () => check(world, number),
    (found) => found?.status === "completed",
    "check",
  );
  world.agent.onSync = (command) =>
    syncedFor(command, {
      outcome: "held",
      approval: { tree: "a".repeat(40), deletes: ["a".repeat(22)], approvers: [] },
    });
  const merge = await world.repository.mergePullRequest(number);
  await eventually(
    () => botComments(world, number).join(),
    (text) => text.includes("held"),
    "held rollout",
  );
  return { number, merge };
}

test("what was rolled out last is rolled out again where nobody can compare with it any more", async () => {
  const change = { branch: "main", path: "shop/web.yaml", content: configMap("green"), message: "Green" };
  world.agent.onSync = (command) => syncedFor(command);
  await syncedAt((await world.repository.commitFile(change)).sha);
  world.forge.faults.loseDeliveries(() => true);
  const now = await force("Green, in other words");
  await world.forge.settled();
  world.forge.faults.loseDeliveries(undefined);
  world.collectGarbage();
  await world.restart({ withoutMirrors: true });
  await syncedAt(now);
});

test("a merge that the repository has no more cannot be rolled back, and its pull request says why", async () => {
  const { repository } = world;
  world.agent.onSync = (command) => syncedFor(command);
  await repository.createBranch("purple", "main");
  const change = { branch: "purple", path: "shop/web.yaml", content: configMap("purple"), message: "Purple" };
  await repository.commitFile(change);
  const { number } = await repository.openPullRequest({ title: "Purple", head: "purple", base: "main" });
  const merge = await repository.mergePullRequest(number);
  await syncedAt(merge);
  await syncedAt(await force("Without the merge", "before"));
  world.collectGarbage();
  await world.restart({ withoutMirrors: true, emptied: true });
  await asked(number, "/trueup rollback", `merged as \`${merge.slice(0, 7)}\`, which the repository has no more`);
});

test("commits that the repository has no more, since the branch was forced, are told by name, with what to do instead", async () => {
  const { repository } = world;
  const change = { branch: "main", path: "shop/web.yaml", content: configMap("blue"), message: "Blue" };
  const { sha: gone } = await repository.commitFile(change);
  await syncedAt(gone);
  const kept = await force("Blue, in other words");
  const { number, merge } = await mergeHeld("drop");
  world.collectGarbage();
  await world.restart({ withoutMirrors: true });
  const digits = `\`${gone.slice(0, 7)}\``;
  await asked(
    number,
    `/trueup approve-delete ${merge.slice(0, 12)}`,
    `Who may approve for \`shop\` stood at ${digits}, which the repository has no more`,
  );
  await asked(number, "/trueup rollback", `\`shop\` was at ${digits} before, which the repository has no more`);
  await asked(number, `/trueup rollback ${gone.slice(0, 7)}`, `The branch has no commit ${digits}`);
  await asked(number, `/trueup rollback ${kept.slice(0, 7)}`, `takes \`shop\` back to \`${kept.slice(0, 7)}\``);
  expect(repository.pullRequests("open").map(({ head }) => head)).toEqual([
    expect.stringMatching(`^trueup/rollback-${number}-`),
  ]);
});
