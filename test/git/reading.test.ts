import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RemoteRepository, remoteRepository } from "./remote-repository.ts";

let remote: RemoteRepository;
beforeEach(() => {
  remote = remoteRepository();
});
afterEach(() => remote.dispose());

const text = (files: { path: string; content: Buffer }[]) =>
  Object.fromEntries(files.map(({ path, content }) => [path, content.toString()]));

/** Processes of this machine that read a mirror's objects below the folder. */
function catFilesIn(dir: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("cat-file") &&
          readlinkSync(`/proc/${pid}/cwd`).startsWith(dir)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

test("what comes after the first fetch brings its small files along", async () => {
  const first = remote.commit({ "a.yaml": "a: 1\n", "b.yaml": "b: 1\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([first]);
  const second = remote.commit({ "a.yaml": "a: 2\n" });
  await mirror.fetchCommits([second]);
  rmSync(remote.bare, { recursive: true });
  expect((await mirror.readFile(second, "a.yaml", 100))?.toString()).toBe("a: 2\n");
  await expect(mirror.readFile(second, "b.yaml", 100)).rejects.toThrow();
});

test("a reading process that is killed is followed by another one", async () => {
  const sha = remote.commit({ "a.yaml": "a: 1\n" });
  const mirror = await remote.mirror();
  await mirror.fetchCommits([sha]);
  expect(await mirror.has(sha)).toBe(true);
  for (const pid of catFilesIn(remote.dir)) process.kill(pid, "SIGKILL");
  // What was asked in the moment of its death fails, and may be asked again.
  await mirror.has(sha).catch((error) => expect(error).toMatchObject({ kind: "unreachable" }));
  expect((await mirror.readFile(sha, "a.yaml", 100))?.toString()).toBe("a: 1\n");
});

test("many reads at once each get their own answer, also large, empty and missing ones", async () => {
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f/${n}.yaml`, `${n}`.repeat(n * 999)]));
  const sha = remote.commit(files);
  const mirror = await remote.mirror();
  await mirror.fetchCommits([sha]);
  const missing = "0123456789012345678901234567890123456789";
  const [read, here, ...singles] = await Promise.all([
    mirror.readFiles(await mirror.files(sha, "f"), 1_000_000),
    mirror.has(missing),
    ...Object.keys(files).map((path) => mirror.readFile(sha, path, 1_000_000)),
  ]);
  expect(text(read)).toEqual(files);
  expect(here).toBe(false);
  expect(singles.map(String)).toEqual(Object.values(files));
});

test("a few trees that name each other very often are refused before they fill the memory", async () => {
  let entry = `100644 blob ${remote.git("hash-object", "-w", "-t", "blob", "/dev/null")}`;
  for (let level = 0; level < 12; level++) {
    const input = Array.from({ length: 10 }, (_, n) => `${entry}\t${"name".repeat(40)}${n}\n`).join("");
    entry = `040000 tree ${execFileSync("git", ["mktree"], { cwd: remote.workTree, input, encoding: "utf8" }).trim()}`;
  }
  const sha = remote.git("commit-tree", "-m", "bomb", entry.slice("040000 tree ".length));
  remote.git("push", "--quiet", "origin", `${sha}:refs/heads/bomb`);
  const mirror = await remote.mirror();
  await mirror.fetchCommits([sha]);
  await expect(mirror.files(sha, "")).rejects.toMatchObject({ kind: "limit" });
});
