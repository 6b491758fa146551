import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { mergedPullRequestsIn } from "../../../src/bot/branch/pull-requests-in.ts";
import type { Mirror } from "../../../src/git/mirror.ts";
import { openMirror } from "../../../src/git/open-mirror.ts";
import { createGitHubApp, type GitHubApp } from "../../../src/github/github-app.ts";
import { type Forge, type ForgeRepository, startForge } from "../../../src/sandbox/forge/start-forge.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-landed-"));
let forge: Forge;
let github: GitHubApp;
beforeAll(async () => {
  forge = await startForge({ dir: join(dir, "forge") });
  const log = { debug() {}, warn() {} };
  const { app } = forge;
  github = createGitHubApp({ ...app, appId: app.id, apiUrl: forge.apiUrl, writeLimits: [], log });
});
afterAll(async () => {
  await forge.stop();
  rmSync(dir, { recursive: true, force: true });
});

let count = 0;
let name: string;
let repository: ForgeRepository;
let mirror: Mirror;
/** The tip that was seen last. */
let since: string;
beforeEach(async () => {
  name = `state-${++count}`;
  const files = new Map(["shop/a.yaml", "README.md"].map((path) => [path, "0\n"]));
  await forge.createRepository({ owner: "acme", name, files });
  repository = forge.repository(`acme/${name}`)!;
  const { gitUrl: url, fullName } = repository.address;
  const credential = async () => forge.agentCredential(fullName);
  mirror = await openMirror({ dir: join(dir, "mirrors", name), url, transports: ["http"], credential });
  since = (await repository.resolve("main"))!;
  forge.faults.clear();
});

/** Every commit would be a request. */
const refuseToTellByCommit = () =>
  forge.faults.add({ path: /\/commits\/\w+\/pulls$/, times: 1_000, does: { kind: "answer", status: 403 } });

/** Works in a clone of its own; the forge is in this process, so nobody may wait for git. */
async function clone(): Promise<(args: readonly string[], input?: string) => Promise<unknown>> {
  const cwd = mkdtempSync(join(dir, "clone-"));
  const git = (args: readonly string[], input = "") => {
    const running = promisify(execFile)("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], {
      cwd,
    });
    running.child.stdin?.end(input);
    return running;
  };
  await git(["clone", "--quiet", repository.address.cloneUrl, "."]);
  return git;
}

/** Commits that each add a file. */
async function propose(head: string, paths: readonly string[], from = "main"): Promise<number> {
  const git = await clone();
  const commits = paths.map((path, index) =>
    [
      "commit refs/heads/work",
      `committer Mona <m@example.com> ${1_790_000_000 + index} +0000`,
      `data ${Buffer.byteLength(path)}\n${path}`,
      ...(index === 0 ? [`from refs/remotes/origin/${from}`] : []),
      `M 100644 inline ${path}\ndata 2\n0\n`,
    ].join("\n"),
  );
  await git(["fast-import", "--quiet"], commits.join("\n"));
  await git(["push", "--quiet", "origin", `work:refs/heads/${head}`]);
  return (await repository.openPullRequest({ title: head, head, base: "main" })).number;
}

const many = (folder: string, head: string) => Array.from({ length: 105 }, (_, index) => `${folder}/${head}-${index}`);

async function found(): Promise<number[]> {
  const [installation] = await github.installations();
  const client = github.repository(repository.address.id, installation!);
  const until = (await repository.resolve("main"))!;
  await mirror.fetchCommits([until]);
  const merged = await mergedPullRequestsIn(mirror, client, { since, until, paths: ["shop"], branch: "main" });
  return merged.map(({ number }) => number);
}

test("each pull request that changed the folder since is found, however it was merged and however many commits others have, at one request", async () => {
  const small = await propose("small", ["shop/small"]);
  const squashed = await propose("squashed", [...many("shop", "squashed")]);
  const elsewhere = await propose("elsewhere", ["docs/elsewhere"]);
  // Only what it began with is of the folder: its last commit tells nothing of it.
  const rebased = await propose("rebased", ["shop/rebased", ...many("docs", "rebased")]);
  const throughout = await propose("throughout", many("shop", "throughout"));
  const merged = await propose("merged", many("shop", "merged"));
  await repository.mergePullRequest(small, { method: "merge" });
  await repository.mergePullRequest(squashed, { method: "squash" });
  await repository.mergePullRequest(elsewhere, { method: "rebase" });
  await repository.mergePullRequest(rebased, { method: "rebase" });
  await repository.mergePullRequest(throughout, { method: "rebase" });
  await repository.mergePullRequest(merged, { method: "merge" });
  refuseToTellByCommit();
  expect(await found()).toEqual([small, squashed, rebased, throughout, merged]);
});

test("one that another brought along is found as well", async () => {
  const below = await propose("below", ["shop/below"]);
  const above = await propose("above", ["shop/above"], "below");
  await repository.mergePullRequest(above, { method: "merge" });
  expect(await found()).toEqual([below, above]);
});

test("those that somebody merged by hand are found, whatever was pushed with them", async () => {
  const numbers = [await propose("one", ["shop/one"]), await propose("two", ["shop/two", "docs/two"])];
  const git = await clone();
  for (const head of ["one", "two"]) await git(["merge", "--quiet", "--no-ff", "--no-edit", `origin/${head}`]);
  await git(["commit", "--quiet", "--allow-empty", "-m", "Say nothing"]);
  await git(["push", "--quiet", "origin", "HEAD:main"]);
  expect(await found()).toEqual(numbers);
});

test("what changes the folder without a pull request is nobody's, and hides nobody", async () => {
  const number = await propose("proposed", ["shop/proposed"]);
  await repository.mergePullRequest(number, { method: "squash" });
  for (const content of ["1\n", "2\n"])
    await repository.commitFile({ branch: "main", path: "shop/a.yaml", content, message: "Push" });
  expect(await found()).toEqual([number]);
});

test("one that was merged before is not found again because another stands on its commits", async () => {
  const before = await propose("before", ["shop/before"]);
  const after = await propose("after", ["shop/after"], "before");
  since = await repository.mergePullRequest(before, { method: "squash" });
  await repository.mergePullRequest(after, { method: "merge" });
  expect(await found()).toEqual([after]);
});

test("one is found by its commits where GitHub's list has gone on to others", async () => {
  const squashed = await propose("squashed", ["shop/squashed"]);
  const rebased = await propose("rebased", ["shop/one", "shop/two"]);
  await propose("noise", ["docs/noise"]);
  await repository.mergePullRequest(squashed, { method: "squash" });
  await repository.mergePullRequest(rebased, { method: "rebase" });
  for (let index = 0; index < 60; index++) {
    const [open] = repository.pullRequests("open");
    await repository.setPullRequestState(open!.number, "closed");
    await repository.openPullRequest({ title: "noise", head: "noise", base: "main" });
  }
  expect(await found()).toEqual([squashed, rebased]);
});
