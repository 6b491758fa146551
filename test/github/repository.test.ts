import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CheckReport } from "../../src/core/report/check.ts";
import { createGitHubApp } from "../../src/github/github-app.ts";
import type { RepositoryClient } from "../../src/github/repository-client.ts";
import { type Forge, type ForgeRepository, startForge } from "../../src/sandbox/forge/start-forge.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-github-"));
let forge: Forge;
let state: ForgeRepository;
let repository: RepositoryClient;
let open: () => RepositoryClient;
beforeAll(async () => {
  forge = await startForge({ dir });
  const { id } = await forge.createRepository({ owner: "acme", name: "state", files: new Map([["a.yaml", "a: 1\n"]]) });
  state = forge.repository("acme/state")!;
  await state.commitFile({ branch: "main", newBranch: "work", path: "a.yaml", content: "a: 2\n", message: "Change" });
  await state.openPullRequest({ title: "Change", head: "work", base: "main" });
  const { app } = forge;
  const log = { debug() {}, warn() {} };
  const github = createGitHubApp({ ...app, appId: app.id, apiUrl: forge.apiUrl, writeLimits: [], log });
  const [installation] = await github.installations();
  expect(await github.repositoriesOf(installation!)).toEqual([id]);
  open = () => github.repository(id, installation!);
  repository = open();
});
afterAll(async () => {
  await forge.stop();
  rmSync(dir, { recursive: true, force: true });
});

test("a repository, its branches and its pull requests", async () => {
  expect(await repository.info()).toMatchObject({ owner: "acme", name: "state", defaultBranch: "main", private: true });
  expect(await repository.branch("work")).toBe(await state.resolve("work"));
  expect(await repository.branch("nowhere")).toBeUndefined();
  const sha = await state.resolve("work");
  const expected = { number: 1, title: "Change", state: "open", merged: false, head: { sha, ref: "work" } };
  expect(await repository.pullRequest(1)).toMatchObject(expected);
  expect(await repository.openPullRequests()).toMatchObject([expected]);
  expect(await repository.pullRequest(99)).toBeUndefined();
});

test("who wrote a pull request is who committed to it and whom a commit names as co-author, while all commits are listed", async () => {
  const { maintainer, visitor, person } = forge;
  const message = [
    "Change\n",
    `Co-authored-by: One <77+${visitor.login}@users.noreply.github.com>`,
    "co-authored-by: Two <two@users.noreply.git.acme.example>",
    "Co-authored-by: Nobody <nobody@example.com>",
  ].join("\n");
  const change = { branch: "many", newBranch: "many", path: "a.yaml", content: "a: 3\n", message };
  await state.commitFile({ ...change, branch: "main", author: maintainer.login });
  const { number } = await state.openPullRequest({ title: "Many", head: "many", base: "main", author: person.login });
  const committers = await repository.committersOf(number);
  expect([...new Set(committers)].sort()).toEqual([maintainer.login, visitor.login, "two"].sort());
  const body = Array.from({ length: 250 }, () => ({ author: null, committer: null, commit: { message: "" } }));
  forge.faults.add({ path: /\/commits$/, does: { kind: "answer", status: 200, body } });
  expect(await repository.committersOf(number)).toBeUndefined();
  await state.setPullRequestState(number, "closed");
});

test("comments: only its own are its own, and a deleted one is no fault", async () => {
  const own = await repository.createComment(1, "from the app");
  await state.addComment(1, "from the app");
  expect(await repository.ownComments(1)).toEqual([own]);
  expect(await repository.updateComment(own.id, "edited")).toMatchObject({ id: own.id, body: "edited" });
  expect(await repository.comment(1, own.id)).toMatchObject({ body: "edited" });
  expect(await repository.comment(2, own.id)).toBeUndefined();
  await repository.reactToComment(own.id, "eyes");
  expect(state.reactions(own.id)).toMatchObject([{ content: "eyes" }]);
  expect(await repository.updateComment(12_345, "gone")).toBeUndefined();
  await repository.reactToComment(12_345, "eyes");
});

test("a check has all its annotations by the time it is completed, and those that replace it come first", async () => {
  const sha = (await state.resolve("work"))!;
  const annotations = Array.from({ length: 120 }, (_, index) => ({
    path: "a.yaml",
    start_line: index + 1,
    end_line: index + 1,
    annotation_level: "failure" as const,
    title: "rule",
    message: `finding ${index}`,
  }));
  const failed: CheckReport = { status: "completed", conclusion: "failure", title: "120", summary: "s", annotations };
  const first = await repository.createCheck(sha, failed);
  expect(state.annotations(first)).toHaveLength(120);
  const second = await repository.createCheck(sha, {
    status: "in_progress",
    title: "t",
    summary: "s",
    annotations: [],
  });
  await repository.updateCheck(second, {
    status: "completed",
    conclusion: "success",
    title: "t",
    summary: "s",
    annotations: [],
  });
  expect(await repository.ownChecks(sha)).toEqual([
    { id: second, status: "completed", conclusion: "success", title: "t", summary: "s" },
    { id: first, status: "completed", conclusion: "failure", title: "120", summary: "s" },
  ]);
});

test("a deployment and its states, found again by commit and environment", async () => {
  const sha = (await state.resolve("main"))!;
  const id = await repository.createDeployment({ sha, environment: "shop@prod", description: "d".repeat(300) });
  expect(await repository.ownDeployments(sha, "shop@prod")).toEqual([{ id, state: undefined }]);
  await repository.setDeploymentStatus(id, "in_progress", "d".repeat(300));
  await repository.setDeploymentStatus(id, "success", "healthy");
  expect(await repository.ownDeployments(sha, "shop@prod")).toEqual([{ id, state: "success" }]);
  expect(await repository.ownDeployments(sha, "shop@elsewhere")).toEqual([]);
});

test("who may write", async () => {
  expect(await repository.permissionOf(forge.person.login)).toBe("write");
  expect(await repository.permissionOf(forge.visitor.login)).toBe("read");
  expect(await repository.permissionOf("nobody-at-all")).toBe("none");
});

test("a merge names its pull request, also a squashed one", async () => {
  const sha = await state.mergePullRequest(1, { method: "squash" });
  const later = open();
  expect(await later.pullRequest(1)).toMatchObject({ merged: true, mergeSha: sha, mergedBy: forge.person.login });
  expect(await later.mergedPullRequestsOf(sha)).toMatchObject([{ number: 1, merged: true }]);
  expect(await later.openPullRequests()).toEqual([]);
});

test("closed pull requests are read page by page, each page once, the ones of which there is news first", async () => {
  for (const branch of ["aside", "crowd"]) await state.createBranch(branch, "main");
  await state.commitFile({ branch: "crowd", path: "b.yaml", content: "b: 1\n", message: "Crowd" });
  const numbers: number[] = [];
  for (let count = 0; count < 51; count++) {
    const { number } = await state.openPullRequest({ title: "Crowd", head: "crowd", base: "aside" });
    await state.setPullRequestState(number, "closed");
    numbers.unshift(number);
  }
  const later = open();
  const read = async () => {
    const pages: number[][] = [];
    for await (const page of later.closedPullRequests("aside")) pages.push(page.map(({ number }) => number));
    return pages;
  };
  const pages = [numbers.slice(0, 50), numbers.slice(50)];
  expect(await read()).toEqual(pages);
  forge.faults.add({ path: /\/pulls$/, times: 9, does: { kind: "answer", status: 404 } });
  expect(await read()).toEqual(pages);
  forge.faults.clear();
});
