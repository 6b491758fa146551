import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningForge, read, runForge, type WorkingCopy } from "./running-forge.ts";

let f: RunningForge;
let copy: WorkingCopy;
beforeAll(async () => {
  f = await runForge();
  copy = await f.clone();
});
afterAll(() => f.stop());

interface Pull {
  number: number;
  head: { sha: string };
  base: { sha: string };
  merge_commit_sha: string | null;
}

async function onNewBranch(branch: string, files: Record<string, string | null>): Promise<string> {
  await copy.git("fetch", "--quiet", "origin");
  await copy.git("checkout", "--quiet", "-B", branch, "origin/main");
  return copy.push(branch, files);
}

async function open(head: string, more: Record<string, unknown> = {}): Promise<Pull> {
  const answer = await f.person("POST", `${f.repo}/pulls`, { title: `About ${head}`, head, base: "main", ...more });
  expect(answer.status).toBe(201);
  return read<Pull>(answer);
}

const mainOf = async (): Promise<string> =>
  read<{ commit: { sha: string } }>(await f.person("GET", `${f.repo}/branches/main`)).commit.sha;

describe("a pull request", () => {
  it("is opened, told to the app, found in lists, and says what it changes", async () => {
    const sha = await onNewBranch("five", { "app/deployment.yaml": "replicas: 5\nimage: nginx:1\n" });
    f.inbox.clear();
    const { number } = await open("five", { body: "Because." });
    await f.forge.settled();
    expect(f.inbox.of("pull_request.opened")).toMatchObject([
      { payload: { number, pull_request: { head: { sha, ref: "five" }, body: "Because.", changed_files: 1 } } },
    ]);
    expect((await f.visitor("GET", `${f.repo}/pulls/${number}`)).body).toMatchObject({
      ...{ state: "open", mergeable: true, mergeable_state: "clean", merged: false },
      ...{ commits: 1, additions: 1, deletions: 1, changed_files: 1, user: { login: "octavia" } },
    });
    expect((await f.person("GET", `${f.repo}/pulls?head=acme:five`)).body).toMatchObject([{ number }]);
    expect((await f.person("GET", `${f.repo}/pulls?head=acme:six`)).body).toEqual([]);
    expect((await f.person("GET", `${f.repo}/pulls/${number}/files`)).body).toMatchObject([
      { filename: "app/deployment.yaml", patch: expect.stringContaining("-replicas: 3\n+replicas: 5") },
    ]);
    expect((await f.person("GET", `${f.repo}/pulls/${number}/commits`)).body).toMatchObject([{ sha }]);
    expect((await f.person("GET", `${f.repo}/commits/${sha}/pulls`)).body).toMatchObject([{ number }]);
    expect((await f.person("GET", `${f.repo}/issues/${number}`)).body).toMatchObject({ pull_request: {} });
    expect((await f.person("GET", `${f.repo}/pulls/${number}/merge`)).status).toBe(404);
    const diff = await f.person("GET", `${f.repo}/pulls/${number}`, undefined, {
      accept: "application/vnd.github.diff",
    });
    expect(diff.body).toContain("+replicas: 5");
    await copy.git("fetch", "--quiet", "origin", `refs/pull/${number}/head`);
    expect(await copy.git("rev-parse", "FETCH_HEAD")).toBe(sha);
  });

  it("is refused without branches, without commits, and twice", async () => {
    const refusals = { head: "nowhere", base: "main" };
    const post = (body: object) => f.person("POST", `${f.repo}/pulls`, { title: "No", ...body });
    expect(await post(refusals)).toMatchObject({ status: 422, body: { errors: [{ field: "head" }] } });
    await onNewBranch("twice", { "twice.txt": "2\n" });
    expect(await post({ head: "twice", base: "nowhere" })).toMatchObject({ status: 422 });
    await f.person("POST", `${f.repo}/git/refs`, { ref: "refs/heads/level", sha: await mainOf() });
    expect(await post({ head: "level", base: "main" })).toMatchObject({
      status: 422,
      body: { errors: [{ message: "No commits between main and level" }] },
    });
    await open("twice");
    expect(await post({ head: "acme:twice", base: "main" })).toMatchObject({
      status: 422,
      body: { errors: [{ message: "A pull request already exists for acme:twice." }] },
    });
  });

  it("follows its branch: a push over git is a push and a synchronize", async () => {
    const before = await onNewBranch("moving", { "moving.txt": "1\n" });
    const { number } = await open("moving");
    await f.forge.settled();
    f.inbox.clear();
    const after = await copy.push("moving", { "moving.txt": "2\n" });
    await f.forge.settled();
    expect(f.inbox.names()).toEqual(["pull_request.synchronize", "push"]);
    expect(f.inbox.of("pull_request.synchronize")[0]?.payload).toMatchObject({ number, before, after });
    expect(f.inbox.of("push")[0]?.payload).toMatchObject({
      ...{ ref: "refs/heads/moving", before, after, forced: false, created: false },
      commits: [{ id: after, modified: ["moving.txt"], added: [], removed: [] }],
    });
    await copy.git("commit", "--quiet", "--amend", "-m", "Again");
    await copy.git("push", "--quiet", "--force", "origin", "moving");
    await f.forge.settled();
    expect(f.inbox.of("push").at(-1)?.payload).toMatchObject({ before: after, forced: true });
    expect(f.inbox.of("pull_request.synchronize")).toHaveLength(2);
  });

  it("is edited, closed, opened again, and closed by the end of its branch", async () => {
    await onNewBranch("closing", { "closing.txt": "1\n" });
    const { number } = await open("closing", { draft: true });
    const url = `${f.repo}/pulls/${number}`;
    expect((await f.person("PUT", `${url}/merge`, {})).status).toBe(405);
    f.inbox.clear();
    expect((await f.person("PATCH", url, { title: "New title", body: null })).body).toMatchObject({
      title: "New title",
    });
    expect((await f.visitor("PATCH", url, { title: "Mine" })).status).toBe(403);
    expect((await f.person("PATCH", url, { state: "closed" })).body).toMatchObject({ state: "closed", merged: false });
    expect((await f.person("PATCH", url, { state: "open" })).body).toMatchObject({ state: "open", closed_at: null });
    await copy.git("push", "--quiet", "origin", ":closing");
    expect((await f.person("GET", url)).body).toMatchObject({ state: "closed", merged: false });
    expect((await f.person("PATCH", url, { state: "open" })).status).toBe(422);
    await f.forge.settled();
    expect(f.inbox.names()).toEqual(
      [
        "pull_request.edited",
        "pull_request.closed",
        "pull_request.reopened",
        "push",
        "delete",
        "pull_request.closed",
      ].sort(),
    );
  });
});

describe("merging", () => {
  const merge = (number: number, body: object = {}) => f.person("PUT", `${f.repo}/pulls/${number}/merge`, body);

  it("makes a merge commit of both sides, and tells it", async () => {
    const head = await onNewBranch("by-merge", { "merge.txt": "1\n" });
    const { number } = await open("by-merge");
    const base = await mainOf();
    await f.forge.settled();
    f.inbox.clear();
    const { sha } = read<{ sha: string }>(await merge(number, { sha: head }));
    await f.forge.settled();
    expect(f.inbox.names()).toEqual(["pull_request.closed", "push"]);
    expect(f.inbox.of("pull_request.closed")[0]?.payload).toMatchObject({
      pull_request: { merged: true, merge_commit_sha: sha, merged_by: { login: "octavia" }, base: { sha: base } },
    });
    expect((await f.person("GET", `${f.repo}/commits/main`)).body).toMatchObject({
      sha,
      parents: [{ sha: base }, { sha: head }],
      commit: { message: `Merge pull request #${number} from acme/by-merge\n\nAbout by-merge` },
    });
    expect((await f.person("GET", `${f.repo}/pulls/${number}/merge`)).status).toBe(204);
    expect((await f.person("GET", `${f.repo}/commits/${sha}/pulls`)).body).toMatchObject([{ number, state: "closed" }]);
    expect((await merge(number)).status).toBe(405);
  });

  it("squashes into one commit with the number in its title", async () => {
    await onNewBranch("by-squash", { "squash.txt": "1\n" });
    await copy.push("by-squash", { "squash.txt": "2\n" });
    const { number } = await open("by-squash");
    const base = await mainOf();
    const { sha } = read<{ sha: string }>(await merge(number, { merge_method: "squash" }));
    expect((await f.person("GET", `${f.repo}/commits/${sha}`)).body).toMatchObject({
      parents: [{ sha: base }],
      commit: { message: `About by-squash (#${number})\n\n* Change squash.txt\n\n* Change squash.txt` },
    });
  });

  it("rebases: the same changes, one by one, upon a base that went on", async () => {
    await onNewBranch("by-rebase", { "rebase.txt": "1\n" });
    await copy.push("by-rebase", { "rebase.txt": "2\n" }, "Second");
    const { number } = await open("by-rebase");
    await onNewBranch("aside", { "aside.txt": "1\n" });
    await merge((await open("aside")).number);
    const base = await mainOf();
    const { sha } = read<{ sha: string }>(await merge(number, { merge_method: "rebase" }));
    const compared = read<{ commits: { commit: { message: string; author: { name: string } } }[] }>(
      await f.person("GET", `${f.repo}/compare/${base}...${sha}`),
    );
    expect(compared.commits.map(({ commit }) => [commit.message, commit.author.name])).toEqual([
      ["Change rebase.txt", "Ada"],
      ["Second", "Ada"],
    ]);
    expect((await f.person("GET", `${f.repo}/pulls/${number}`)).body).toMatchObject({ merged: true });
  });

  it("is refused for a conflict, by every method, and for a head that has moved", async () => {
    await onNewBranch("left", { "app/deployment.yaml": "replicas: 6\nimage: nginx:1\n" });
    await onNewBranch("right", { "app/deployment.yaml": "replicas: 7\nimage: nginx:1\n" });
    const [left, right] = [await open("left"), await open("right")];
    expect((await merge(right.number, { sha: "1".repeat(40) })).status).toBe(409);
    expect((await merge(left.number)).status).toBe(200);
    expect((await f.person("GET", `${f.repo}/pulls/${right.number}`)).body).toMatchObject({
      ...{ mergeable: false, mergeable_state: "dirty", merge_commit_sha: null },
    });
    const base = await mainOf();
    for (const merge_method of ["merge", "squash", "rebase"]) {
      expect((await merge(right.number, { merge_method })).status).toBe(405);
    }
    expect(await mainOf()).toBe(base);
    await expect(copy.git("fetch", "origin", `refs/pull/${right.number}/merge`)).rejects.toThrow(
      /couldn't find remote ref/,
    );
  });

  it("happens once when two ask at the same moment", async () => {
    await onNewBranch("race", { "race.txt": "1\n" });
    const { number } = await open("race");
    const answers = await Promise.all([merge(number), merge(number), merge(number, { merge_method: "squash" })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 405, 405]);
  });

  it("is seen when somebody merges with git and pushes", async () => {
    await onNewBranch("by-hand", { "hand.txt": "1\n" });
    const { number } = await open("by-hand");
    await copy.git("checkout", "--quiet", "-B", "main", "origin/main");
    await copy.git("merge", "--quiet", "--no-ff", "-m", "By hand", "by-hand");
    await copy.git("push", "--quiet", "origin", "main");
    const tip = await copy.git("rev-parse", "HEAD");
    expect((await f.person("GET", `${f.repo}/pulls/${number}`)).body).toMatchObject({
      ...{ merged: true, merge_commit_sha: tip },
    });
  });
});
