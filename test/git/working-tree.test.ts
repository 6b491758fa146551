import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWorkingTree } from "../../src/git/working-tree.ts";
import { type Checkout, checkout } from "../cli/plan/checkout.ts";

let mona: Checkout;
const made: { dispose(): void }[] = [];
beforeEach(() => {
  mona = checkout();
  made.push(mona);
});
afterEach(() => {
  for (const one of made.splice(0)) one.dispose();
});

const open = async (folder: string) => (await openWorkingTree(folder))!;

describe("a working tree", () => {
  test("is read as any revision has it, whatever lies there now", async () => {
    const first = mona.commit({ "shop/a.yaml": "a: 1\n", "other/b.yaml": "b: 1\n" });
    mona.git("tag", "-a", "v1", "-m", "one");
    const second = mona.commit({ "shop/a.yaml": "a: 2\n" });
    mona.write({ "shop/a.yaml": "a: 3\n" });
    const tree = await open(join(mona.dir, "shop"));
    expect(tree.folder).toBe("shop");
    for (const revision of ["HEAD~1", "v1", first, first.slice(0, 9), "main^"]) {
      expect([revision, await tree.commitOf(revision)]).toEqual([revision, first]);
    }
    expect(await tree.commitOf(":/change")).toBe(second);
    expect(await tree.commitOf("main")).toBe(second);
    const [file, ...others] = await tree.readFiles(await tree.files(first, "shop"), 100);
    expect(others).toEqual([]);
    expect(file).toEqual({ path: "shop/a.yaml", mode: "100644", content: Buffer.from("a: 1\n") });
    expect(await tree.has(first)).toBe(true);
    expect(await tree.has("0".repeat(40))).toBe(false);
  });

  test("cuts a file off one byte above the limit, and never follows a link", async () => {
    symlinkSync("/etc/passwd", join(mona.dir, "link.yaml"));
    const sha = mona.commit({ "large.yaml": "x".repeat(5000) });
    const tree = await open(mona.dir);
    expect(tree.folder).toBe("");
    const read = await tree.readFiles(await tree.files(sha, ""), 20);
    expect(read.map(({ path, mode, content }) => [path, mode, content.toString()])).toEqual([
      ["large.yaml", "100644", "x".repeat(21)],
      ["link.yaml", "120000", "/etc/passwd"],
    ]);
    expect(await tree.readFile(sha, "link.yaml", 20)).toBeUndefined();
  });

  test("may be a linked one, and knows what git tracks in it", async () => {
    mona.commit({ "shop/a.yaml": "a: 1\n", ".gitignore": "*.local.yaml\n" });
    const linked = join(mkdtempSync(join(tmpdir(), "trueup-linked-")), "tree");
    made.push({ dispose: () => rmSync(join(linked, ".."), { recursive: true, force: true }) });
    mona.git("worktree", "add", "--quiet", "-b", "other", linked);
    const tree = await open(join(linked, "shop"));
    expect(await tree.commitOf("HEAD")).toBe(mona.git("rev-parse", "other"));
    expect([...(await tree.tracked())]).toEqual(["shop/a.yaml"]);
  });

  test("is none outside of one, in a bare repository and inside of .git", async () => {
    const bare = mkdtempSync(join(tmpdir(), "trueup-bare-"));
    made.push({ dispose: () => rmSync(bare, { recursive: true, force: true }) });
    expect(await openWorkingTree(bare)).toBeUndefined();
    mona.git("init", "--quiet", "--bare", bare);
    expect(await openWorkingTree(bare)).toBeUndefined();
    expect(await openWorkingTree(join(mona.dir, ".git"))).toBeUndefined();
  });
});

describe("a revision that is not there", () => {
  const refusal = async (folder: string, revision: string) =>
    (await open(folder)).commitOf(revision).then(String, (error: Error) => error.message);

  test("is told with the name that was meant, where one is near", async () => {
    mona.commit({ "a.yaml": "a: 1\n" });
    mona.git("branch", "production");
    mona.git("update-ref", "refs/remotes/origin/staging", "HEAD");
    expect(await refusal(mona.dir, "prodution")).toBe(
      'the repository has no commit "prodution"; did you mean "production"?',
    );
    expect(await refusal(mona.dir, "staging")).toMatch(/did you mean "origin\/staging"\?$/);
    expect(await refusal(mona.dir, "v9")).toMatch(/`git branch --all` lists its branches/);
    expect(await refusal(mona.dir, "HEAD:a.yaml")).toMatch(/no commit/);
    expect(await refusal(mona.dir, "^main")).toMatch(/no commit/);
    expect(await refusal(mona.dir, "main..main")).toMatch(/no commit/);
  });

  test("is told with the way to have it, where the clone is shallow or has nothing yet", async () => {
    expect(await refusal(mona.dir, "HEAD")).toMatch(/no branch and no tag yet/);
    mona.commit({ "a.yaml": "a: 1\n" });
    mona.commit({ "a.yaml": "a: 2\n" });
    const shallow = checkout(`file://${mona.dir}`, "--depth", "1");
    made.push(shallow);
    expect(await refusal(shallow.dir, "HEAD~1")).toMatch(/shallow; `git fetch --unshallow` brings the rest/);
  });

  test.each(["--output=stolen", "-x", "", "main\n--all", "a\u001b[2J", "x".repeat(301)])(
    "and is no revision at all (%j) never reaches git",
    async (revision) => {
      mona.commit({ "a.yaml": "a: 1\n" });
      expect(await refusal(mona.dir, revision)).toMatch(/is no revision; main, v1\.2 and HEAD~1 are$/);
      expect(existsSync(join(mona.dir, "stolen"))).toBe(false);
    },
  );
});

describe("a repository that somebody else has configured", () => {
  test("runs nothing of what it asks for", async () => {
    mona.commit({ "a.yaml": "a: 1\n", ".gitattributes": "*.yaml filter=evil\n" });
    const ran = join(mona.dir, "ran");
    const command = `touch ${ran}; cat`;
    const signs = join(mona.dir, "gpg.sh");
    const signature = "printf '\\n[GNUPG:] SIG_CREATED ' >&2; echo '-----BEGIN PGP SIGNATURE-----'";
    writeFileSync(signs, `#!/bin/sh\ntouch ${ran}\ncat > /dev/null\n${signature}\n`, { mode: 0o755 });
    mona.git("-c", `gpg.program=${signs}`, "commit", "--quiet", "--allow-empty", "-S", "-m", "signed");
    rmSync(ran);
    const sha = mona.git("rev-parse", "HEAD");
    for (const [name, value] of [
      ["core.fsmonitor", command],
      ["core.sshCommand", command],
      ["core.pager", command],
      ["gpg.program", signs],
      ["log.showSignature", "true"],
      ["filter.evil.clean", command],
      ["filter.evil.smudge", command],
      ["core.hooksPath", join(mona.dir, "hooks")],
    ] as const) {
      mona.git("config", name, value);
    }
    mona.write({ "a.yaml": "a: changed\n" });
    const tree = await open(mona.dir);
    expect(await tree.commitOf("HEAD")).toBe(sha);
    expect((await tree.readFile(sha, "a.yaml", 100))?.toString()).toBe("a: 1\n");
    await tree.tracked();
    expect(await tree.landed(sha, { limit: 2, paths: [""] })).toHaveLength(1);
    expect(existsSync(ran)).toBe(false);
  });

  test("of which a part is not here is not fetched from, and says how to have it", async () => {
    const sha = mona.commit({ "a.yaml": "a: 1\n" });
    mona.git("config", "uploadpack.allowFilter", "true");
    const partial = checkout(`file://${mona.dir}`, "--filter=blob:none", "--no-checkout");
    made.push(partial);
    const ran = join(partial.dir, "ran");
    partial.git("config", "remote.origin.url", `ext::touch ${ran}`);
    partial.git("config", "protocol.ext.allow", "always");
    partial.git("config", "remote.origin.uploadpack", `touch ${ran}`);
    const tree = await open(partial.dir);
    await expect(tree.readFile(sha, "a.yaml", 100)).rejects.toThrow(
      /a partial one; `git archive COMMIT > \/dev\/null`/,
    );
    expect(existsSync(ran)).toBe(false);
  });

  test("may have its files elsewhere than where it lies, and then has none here", async () => {
    mona.commit({ "a.yaml": "a: 1\n" });
    mkdirSync(join(mona.dir, "elsewhere"));
    mona.git("config", "core.worktree", join(mona.dir, "elsewhere"));
    expect(await openWorkingTree(mona.dir)).toBeUndefined();
  });
});
