import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GitError } from "../../src/git/git-error.ts";
import { openMirror } from "../../src/git/open-mirror.ts";
import { type RemoteRepository, remoteRepository } from "./remote-repository.ts";

let remote: RemoteRepository;
beforeEach(() => {
  remote = remoteRepository();
});
afterEach(() => remote.dispose());

const text = (files: { path: string; content: Buffer }[]) =>
  Object.fromEntries(files.map(({ path, content }) => [path, content.toString()]));

test("a branch is fetched without its blobs, and files are read in one more request", async () => {
  const sha = remote.commit({ "app/a.yaml": "a: 1\n", "app/deep/b.yaml": "b: 2\n", "other.txt": "x" });
  const mirror = await remote.mirror();
  expect(await mirror.fetchRef("refs/heads/main")).toBe(sha);
  const files = await mirror.files(sha, "app");
  expect(files.map(({ path }) => path)).toEqual(["app/a.yaml", "app/deep/b.yaml"]);
  expect(text(await mirror.readFiles(files, 1000))).toEqual({ "app/a.yaml": "a: 1\n", "app/deep/b.yaml": "b: 2\n" });
});

test("files read once are read again without the remote", async () => {
  const sha = remote.commit({ "a.yaml": "a: 1\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([sha]);
  await mirror.readFile(sha, "a.yaml", 100);
  rmSync(remote.bare, { recursive: true });
  expect((await mirror.readFile(sha, "a.yaml", 100))?.toString()).toBe("a: 1\n");
  // A second one that has never fetched has nothing to read.
  await expect((await remote.mirror("other.git")).readFile(sha, "a.yaml", 100)).rejects.toThrow();
});

test("merging into an ancestor gives what is merged, and into a descendant what is there", async () => {
  const base = remote.commit({ "a.yaml": "a: 1\n" });
  remote.commit({ "a.yaml": "a: 2\n" });
  const head = remote.commit({ "b.yaml": "b: 1\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([base, head]);
  const tree = await mirror.treeAt(head, "");
  expect(await mirror.mergeTree(base, head)).toEqual({ tree });
  expect(await mirror.mergeTree(head, base)).toEqual({ tree });
  expect(await mirror.isAncestor(base, head)).toBe(true);
  expect(await mirror.isAncestor(head, base)).toBe(false);
  expect(await mirror.isAncestor(head, head)).toBe(true);
});

test("a ref or commit that the remote does not have is told apart from a broken line", async () => {
  remote.commit({ "a.yaml": "a: 1\n" });
  const mirror = await remote.mirror();
  expect(await mirror.fetchRef("refs/pull/7/head")).toBeUndefined();
  await expect(mirror.fetchCommits(["0123456789012345678901234567890123456789"])).rejects.toMatchObject({
    kind: "not-found",
  });
  expect(await mirror.has("0123456789012345678901234567890123456789")).toBe(false);
});

test("a force-push moves the mirror's idea of the branch", async () => {
  const old = remote.commit({ "a.yaml": "a: 1\n" });
  const mirror = await remote.mirror();
  await mirror.fetchRef("refs/heads/main");
  remote.git("commit", "--amend", "--quiet", "-m", "other");
  const fresh = remote.commit({});
  expect(await mirror.fetchRef("refs/heads/main")).toBe(fresh);
  expect(await mirror.isAncestor(old, fresh)).toBe(false);
});

test("a branch that gave way to one below its name is fetched all the same", async () => {
  remote.commit({ "a.yaml": "a: 1\n" });
  remote.branch("feature");
  remote.commit({ "a.yaml": "a: 2\n" });
  const mirror = await remote.mirror();
  await mirror.fetchRef("refs/heads/feature");
  remote.git("push", "--quiet", "origin", ":feature");
  remote.git("checkout", "--quiet", "main");
  remote.git("branch", "-D", "feature");
  remote.branch("feature/one");
  const sha = remote.commit({ "a.yaml": "a: 3\n" });
  expect(await mirror.fetchRef("refs/heads/feature/one")).toBe(sha);
});

test("merging changes of two sides gives a tree with both, though neither file was here before", async () => {
  const lines = Array.from({ length: 20 }, (_, line) => `k${line}: 0`);
  const changed = (line: number) => `${lines.with(line, `k${line}: 1`).join("\n")}\n`;
  remote.commit({ "a.yaml": `${lines.join("\n")}\n` });
  remote.branch("topic");
  const head = remote.commit({ "a.yaml": changed(0) });
  remote.git("checkout", "--quiet", "main");
  const base = remote.commit({ "a.yaml": changed(19) });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([base, head]);
  const merged = await mirror.mergeTree(base, head);
  if (!("tree" in merged)) throw new Error("no conflict was expected");
  expect((await mirror.readFile(merged.tree, "a.yaml", 1000))?.toString()).toBe(
    `${lines.with(0, "k0: 1").with(19, "k19: 1").join("\n")}\n`,
  );
  expect(await mirror.changedPaths(base, merged.tree)).toEqual(["a.yaml"]);
});

test("a conflict names its paths", async () => {
  remote.commit({ "dir/ü b.yaml": "a: 1\n" });
  remote.branch("topic");
  const head = remote.commit({ "dir/ü b.yaml": "a: 2\n" });
  remote.git("checkout", "--quiet", "main");
  const base = remote.commit({ "dir/ü b.yaml": "a: 3\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([base, head]);
  expect(await mirror.mergeTree(base, head)).toEqual({ conflicts: ["dir/ü b.yaml"] });
});

test("a file of several megabytes is cut off where the limit is, and not held in memory whole", async () => {
  const sha = remote.commit({ "big.yaml": Buffer.alloc(3_000_000, "a"), "small.yaml": "a: 1\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([sha]);
  const read = await mirror.readFiles(await mirror.files(sha, ""), 1_000_000);
  expect(read.map(({ path, content }) => [path, content.length])).toEqual([
    ["big.yaml", 1_000_001],
    ["small.yaml", 5],
  ]);
});

test("a symlink comes with its mode and its target's name, never with what it points at", async () => {
  const sha = remote.commit({ link: { link: "/etc/passwd" } });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([sha]);
  const files = await mirror.files(sha, "");
  expect(await mirror.readFiles(files, 1000)).toEqual([
    { path: "link", mode: "120000", content: Buffer.from("/etc/passwd") },
  ]);
  expect(await mirror.readFile(sha, "link", 1000)).toBeUndefined();
});

test("rolling a path back leaves the others as they are now, and is pushed as one commit on a new branch", async () => {
  const old = remote.commit({ "a/x.yaml": "x: 1\n", "b/y.yaml": "y: 1\n" });
  const tip = remote.commit({ "a/x.yaml": "x: 2\n", "a/new.yaml": "n: 1\n", "b/y.yaml": "y: 2\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([old, tip]);
  const tree = await mirror.replacePath(tip, "a", old);
  const commit = { tree, parent: tip, message: "Roll back", author: { name: "trueup", email: "t@example.com" } };
  const sha = await mirror.pushCommit({ ...commit, branch: "trueup/rollback" });
  remote.git("fetch", "--quiet", "origin", "trueup/rollback");
  expect(remote.git("diff", "--name-status", tip, sha).split("\n")).toEqual(["D\ta/new.yaml", "M\ta/x.yaml"]);
  expect(remote.git("show", `${sha}:b/y.yaml`)).toBe("y: 2");
  await expect(mirror.pushCommit({ ...commit, message: "Again", branch: "trueup/rollback" })).rejects.toMatchObject({
    kind: "conflict",
  });
});

test("rolling back to a time when the path was not there removes it", async () => {
  const old = remote.commit({ "keep.txt": "1" });
  const tip = remote.commit({ "deep/er/a.yaml": "a: 1\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([old, tip]);
  const tree = await mirror.replacePath(tip, "deep/er", old);
  expect((await mirror.files(tree, "")).map(({ path }) => path)).toEqual(["keep.txt"]);
});

test("a lock left behind by a killed process does not stop the next one", async () => {
  remote.commit({ "a.yaml": "a: 1\n" });
  await (await remote.mirror()).fetchRef("refs/heads/main");
  writeFileSync(join(remote.dir, "mirror.git", "config.lock"), "");
  writeFileSync(join(remote.dir, "mirror.git", "packed-refs.lock"), "");
  const sha = remote.commit({ "a.yaml": "a: 2\n" });
  expect(await (await remote.mirror()).fetchRef("refs/heads/main")).toBe(sha);
});

test("many fetches at once all come through", async () => {
  const shas = [1, 2, 3, 4, 5, 6].map((n) => remote.commit({ "a.yaml": `a: ${n}\n` }));
  const mirror = await remote.mirror();
  await Promise.all(shas.map((sha) => mirror.fetchCommits([sha])));
  const contents = await Promise.all(shas.map((sha) => mirror.readFile(sha, "a.yaml", 100)));
  expect(contents.map(String)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `a: ${n}\n`));
});

test("log tells commits since another, newest first, and only those that touch a path", async () => {
  const first = remote.commit({ "a/x": "1" }, "one");
  remote.commit({ "b/x": "1" }, "two\n\nbody");
  const last = remote.commit({ "a/x": "2" }, "three");
  const mirror = await remote.mirror();
  await mirror.fetchCommits([last]);
  const subjects = async (options: { since?: string; path?: string }) =>
    (await mirror.log(last, { limit: 10, ...options })).map(({ subject }) => subject);
  expect(await subjects({ since: first })).toEqual(["three", "two"]);
  expect(await subjects({ path: "a" })).toEqual(["three", "one"]);
});

test("what a branch got is told by its own commits, a merge with all that it brought, and each with what it changed", async () => {
  const first = remote.commit({ "a/x": "1", "a/gone": "1", "b/x": "1" }, "one");
  remote.branch("topic");
  remote.commit({ "a/x": "2" }, "of the topic");
  remote.commit({ "a/new\n": "1", "a/gone": null }, "of the topic too");
  remote.branch("main", "main");
  const other = remote.commit({ "b/x": "2" }, "elsewhere (#3)");
  remote.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #12 from mona/topic", "topic");
  const merge = remote.git("rev-parse", "HEAD");
  const last = remote.commit({}, "empty");
  const mirror = await remote.mirror();
  await mirror.fetchCommits([last]);
  const merged = {
    sha: merge,
    subject: "Merge pull request #12 from mona/topic",
    files: ["a/gone", "a/new\n", "a/x"],
  };
  const elsewhere = { sha: other, subject: "elsewhere (#3)", files: ["b/x"] };
  const landed = (options: Omit<Parameters<typeof mirror.landed>[1], "limit">) =>
    mirror.landed(last, { limit: 10, ...options });
  expect(await landed({ since: first, paths: [""] })).toEqual([merged, elsewhere]);
  expect(await landed({ since: first, paths: ["a"] })).toEqual([merged]);
  expect(await landed({ since: last, paths: ["a"] })).toEqual([]);
  expect((await landed({ paths: ["b"] })).map(({ sha }) => sha)).toEqual([other, first]);
});

test.each([
  ["ext::sh -c touch% {}", "refused"],
  ["--upload-pack=touch {}", "refused"],
  ["file://-oProxyCommand=touch/{}", "refused"],
  ["https://user:secret@example.com/a.git", "refused"],
  ["git://example.com/a.git", "refused"],
  ["ssh://-oProxyCommand=touch {}/a", "refused"],
])("the URL %s is refused before git sees it", async (template, kind) => {
  const witness = join(remote.dir, "witness");
  const opening = openMirror({
    dir: join(remote.dir, "m.git"),
    url: template.replace("{}", witness),
    transports: ["https", "ssh", "file"],
    credential: async () => undefined,
  });
  await expect(opening).rejects.toMatchObject({ kind });
  expect(existsSync(witness)).toBe(false);
});

test("a transport that was not configured is refused, also where the repository asks for it", async () => {
  const opening = openMirror({
    dir: join(remote.dir, "m.git"),
    url: remote.url,
    transports: ["https", "ssh"],
    credential: async () => undefined,
  });
  await expect(opening).rejects.toBeInstanceOf(GitError);
});

test.each(["HEAD", "main", "--all", "0123", "", "0123456789012345678901234567890123456789\n--all"])(
  "%j is no commit id and never reaches a command line",
  async (id) => {
    remote.commit({ "a.yaml": "a: 1\n" });
    const mirror = await remote.mirror();
    await expect(mirror.files(id, "")).rejects.toMatchObject({ kind: "refused" });
    await expect(mirror.fetchCommits([id])).rejects.toMatchObject({ kind: "refused" });
  },
);

test.each([
  "refs/heads/../../x",
  "refs/heads/a..b",
  "-x",
  "main",
  "refs/heads/a b",
  "refs/heads/x.lock",
  "refs/heads/a:b",
])("%j is no ref name", async (ref) => {
  const mirror = await remote.mirror();
  await expect(mirror.fetchRef(ref)).rejects.toMatchObject({ kind: "refused" });
});

test("several refs come in one request, and without those that the remote does not have", async () => {
  const main = remote.commit({ "a.yaml": "a: 1\n" });
  remote.branch("topic");
  const topic = remote.commit({ "a.yaml": "a: 2\n" });
  const mirror = await remote.mirror();
  const refs = ["refs/heads/main", "refs/heads/topic"];
  expect(await mirror.fetchRefs(refs)).toEqual(
    new Map([
      ["refs/heads/main", main],
      ["refs/heads/topic", topic],
    ]),
  );
  expect(await mirror.fetchRefs([...refs, "refs/pull/7/head"])).toEqual(
    new Map([
      ["refs/heads/main", main],
      ["refs/heads/topic", topic],
    ]),
  );
  expect(await mirror.fetchRefs(["refs/pull/7/head"])).toEqual(new Map());
});
