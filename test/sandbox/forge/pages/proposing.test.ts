import { expect, test } from "vitest";
import { openPages } from "./browser.ts";

const edit = "/acme/shop/edit/main/web.yaml";

async function blobOf(page: string): Promise<string> {
  return /name="blob" value="([0-9a-f]{40})"/.exec(page)![1]!;
}

test("editing a file in place opens a pull request with that change in one go", async () => {
  const { page, send, repository } = await openPages({ "web.yaml": "replicas: 3\n" });
  const form = await page(edit);
  expect(form).toContain("\nreplicas: 3\n</textarea>");
  const answer = await send(edit, {
    content: "replicas: 5\r\n",
    message: "More web",
    description: "For Mondays.",
    how: "propose",
    branch: "more-web",
    blob: await blobOf(form),
  });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe("/acme/shop/pull/1");
  expect(await repository.pullRequest(1)).toMatchObject({ title: "More web", body: "For Mondays.", head: "more-web" });
  expect((await repository.file("more-web", "web.yaml"))?.content.toString()).toBe("replicas: 5\n");
  const files = await page("/acme/shop/pull/1/files");
  expect(files).toContain("replicas: 5");
  expect(await page("/acme/shop/pull/1")).toContain("For Mondays.");
});

test("a refused proposal comes back with everything that was typed", async () => {
  const { send, repository } = await openPages({ "web.yaml": "replicas: 3\n" });
  await repository.createBranch("taken", "main");
  const answer = await send(edit, { content: "replicas: 5", message: "More", how: "propose", branch: "taken" });
  const text = await answer.text();
  expect(answer.status).toBe(422);
  expect(text).toContain("Reference already exists");
  expect(text).toContain("replicas: 5");
  expect(repository.pullRequests()).toEqual([]);
});

test("an edit of a file that has moved on since is refused, not merged over", async () => {
  const { page, send, repository } = await openPages({ "web.yaml": "replicas: 3\n" });
  const blob = await blobOf(await page(edit));
  await repository.commitFile({ branch: "main", path: "web.yaml", content: "replicas: 4\n", message: "Meanwhile" });
  const answer = await send(edit, { content: "replicas: 5\n", message: "More", how: "directly", blob });
  expect(answer.status).toBe(422);
  expect((await repository.file("main", "web.yaml"))?.content.toString()).toBe("replicas: 4\n");
});

test("proposing what is there already says so and makes no commit", async () => {
  const { send, repository } = await openPages({ "web.yaml": "replicas: 3\r\n" });
  const answer = await send(edit, {
    content: "replicas: 3\r\n",
    message: "Nothing",
    how: "propose",
    branch: "nothing",
  });
  expect(await answer.text()).toContain("Nothing was changed");
  expect((await repository.branches()).map(({ name }) => name)).toEqual(["main"]);
});

test("a file with Windows line ends keeps them", async () => {
  const { send, repository } = await openPages({ "web.yaml": "a: 1\r\nb: 2\r\n" });
  await send(edit, { content: "a: 1\r\nb: 3\r\n", message: "b", how: "directly" });
  expect((await repository.file("main", "web.yaml"))?.content.toString()).toBe("a: 1\r\nb: 3\r\n");
});

test("a new file and a deletion are proposed the same way", async () => {
  const { send, repository } = await openPages({ "web.yaml": "replicas: 3\n" });
  const created = { path: "jobs/nightly.yaml", content: "kind: Job", message: "Add", how: "propose", branch: "add" };
  expect((await send("/acme/shop/new/main", created)).headers.get("location")).toBe("/acme/shop/pull/1");
  const deleted = { message: "Delete", how: "propose", branch: "delete" };
  expect((await send("/acme/shop/delete/main/web.yaml", deleted)).headers.get("location")).toBe("/acme/shop/pull/2");
  expect(await repository.pullRequestFiles(1)).toMatchObject([{ filename: "jobs/nightly.yaml", status: "added" }]);
  expect(await repository.pullRequestFiles(2)).toMatchObject([{ filename: "web.yaml", status: "removed" }]);
});

test("a path out of the repository is refused in words", async () => {
  const { send } = await openPages({ "web.yaml": "replicas: 3\n" });
  for (const path of ["../etc/passwd", ".git/config", "a//b"]) {
    const answer = await send("/acme/shop/new/main", { path, content: "x", message: "x", how: "propose", branch: "x" });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("malformed path");
  }
});

test("a pull request from a branch, merged with a click", async () => {
  const { page, send, repository } = await openPages({ "web.yaml": "replicas: 3\n" });
  await repository.createBranch("feature/more", "main");
  await repository.commitFile({ branch: "feature/more", path: "web.yaml", content: "replicas: 5\n", message: "More" });
  expect(await page("/acme/shop/branches")).toContain("/acme/shop/compare/feature%2Fmore");
  const opened = await send("/acme/shop/compare/feature%2Fmore", { title: "More web", body: "" });
  expect(opened.headers.get("location")).toBe("/acme/shop/pull/1");
  const sha = /name="sha" value="([0-9a-f]{40})"/.exec(await page("/acme/shop/pull/1"))![1]!;
  expect((await send("/acme/shop/pull/1/merge", { method: "squash", sha })).status).toBe(303);
  expect(await page("/acme/shop/pull/1")).toContain("Merged into");
  expect((await repository.file("main", "web.yaml"))?.content.toString()).toBe("replicas: 5\n");
});

test("conflicts are told, and merging anyway is refused in words", async () => {
  const { page, send, repository } = await openPages({ "web.yaml": "replicas: 3\n" });
  await repository.commitFile({
    branch: "main",
    newBranch: "a",
    path: "web.yaml",
    content: "replicas: 4\n",
    message: "4",
  });
  await repository.commitFile({ branch: "main", path: "web.yaml", content: "replicas: 5\n", message: "5" });
  const { headSha } = await repository.openPullRequest({ title: "Four", head: "a", base: "main" });
  expect(await page("/acme/shop/pull/1")).toContain("Conflicts with");
  const answer = await send("/acme/shop/pull/1/merge", { method: "merge", sha: headSha });
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain("not mergeable");
});
