import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { git, type RunningForge, read, runForge, type WorkingCopy } from "./running-forge.ts";

let f: RunningForge;
let copy: WorkingCopy;
beforeAll(async () => {
  f = await runForge();
  copy = await f.clone();
});
afterAll(() => f.stop());

function withCredentials(username: string, password: string, url = f.repository.gitUrl): string {
  const address = new URL(url);
  address.username = username;
  address.password = password;
  return address.href;
}

describe("git over HTTP", () => {
  it("clones, pushes, and fetches one commit by its SHA without its files", async () => {
    const sha = await copy.push("topic", { "topic.txt": "one\n" });
    const { username, password } = f.forge.agentCredential("acme/shop");
    const other = await f.clone(withCredentials(username, password));
    await other.git("init", "--quiet", "--bare", "partial.git");
    const partial = (...args: string[]) => git(join(other.dir, "partial.git"), ...args);
    await partial("remote", "add", "origin", withCredentials(username, password));
    await partial("fetch", "--quiet", "--filter=blob:none", "origin", sha);
    const objects = await partial("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)");
    expect(new Set(objects.split("\n"))).toEqual(new Set(["commit", "tree"]));
    expect(await partial("cat-file", "blob", `${sha}:topic.txt`)).toBe("one");
  });

  it("lets in by token alone: people by theirs, an agent to read its repository, an app as far as it was granted", async () => {
    const lsRemote = (url: string) => git(copy.dir, "ls-remote", url);
    const push = (url: string) => git(copy.dir, "push", "--quiet", url, "HEAD:refs/heads/pushed");
    const agent = f.forge.agentCredential("acme/shop");
    const { token } = await f.installation();
    const visitor = withCredentials("visitor", f.forge.visitor.token);
    for (const url of [
      withCredentials(agent.username, agent.password),
      withCredentials("x-access-token", token),
      visitor,
    ]) {
      expect(await lsRemote(url)).toContain("refs/heads/main");
      await expect(push(url)).rejects.toThrow(/403/);
    }
    await expect(lsRemote(f.repository.gitUrl)).rejects.toThrow(/could not read Username/);
    await expect(lsRemote(withCredentials("octavia", "wrong"))).rejects.toThrow(/Authentication failed/);
    const other = await f.forge.createRepository({ owner: "acme", name: "other", files: new Map() });
    await expect(lsRemote(withCredentials(agent.username, agent.password, other.gitUrl))).rejects.toThrow(/not found/);
    const nowhere = withCredentials("octavia", f.forge.person.token, `${f.forge.url}/acme/nowhere.git`);
    await expect(lsRemote(nowhere)).rejects.toThrow(/not found/);
    const head = { authorization: `Bearer ${agent.password}` };
    expect((await f.nobody("GET", f.repo, undefined, head)).status).toBe(404);
  });

  it("takes a push of several megabytes, compressed as git likes it", async () => {
    await writeFile(join(copy.dir, "big.bin"), randomBytes(6 * 1024 * 1024));
    const sha = await copy.push("big", { "small.txt": "s\n" });
    expect((await f.person("GET", `${f.repo}/contents/big.bin?ref=${sha}`)).body).toMatchObject({
      ...{ size: 6 * 1024 * 1024, encoding: "none", content: "" },
    });
  });

  it("lets one of two pushes to the same branch win, and tells the truth about it", async () => {
    const [left, right] = await Promise.all([f.clone(), f.clone()]);
    await f.forge.settled();
    f.inbox.clear();
    const pushes = await Promise.allSettled([
      left.push("main", { "left.txt": "l\n" }),
      right.push("main", { "right.txt": "r\n" }),
    ]);
    await f.forge.settled();
    const won = pushes.flatMap((push) => (push.status === "fulfilled" ? [push.value] : []));
    expect(won).toHaveLength(1);
    expect(f.inbox.of("push").map(({ payload }) => payload.after)).toEqual(won);
  });

  it("takes pushes to different branches at once", async () => {
    const copies = await Promise.all(["p1", "p2", "p3"].map(async (branch) => ({ branch, copy: await f.clone() })));
    const shas = await Promise.all(copies.map(({ branch, copy }) => copy.push(branch, { [`${branch}.txt`]: branch })));
    for (const [index, { branch }] of copies.entries()) {
      const { body } = await f.person("GET", `${f.repo}/branches/${branch}`);
      expect(body).toMatchObject({ commit: { sha: shas[index] } });
    }
  });

  it("moves several refs in one push, and tells each", async () => {
    await f.forge.settled();
    f.inbox.clear();
    await copy.git("push", "--quiet", "origin", "HEAD:refs/heads/m1", "HEAD:refs/heads/m2", "HEAD:refs/tags/t1");
    await f.forge.settled();
    expect(f.inbox.of("push").map(({ payload }) => payload.ref)).toHaveLength(3);
    expect(
      f.inbox
        .of("create")
        .map(({ payload }) => `${payload.ref_type} ${payload.ref}`)
        .sort(),
    ).toEqual(["branch m1", "branch m2", "tag t1"]);
  });
});

describe("whoever means harm", () => {
  it("finds no way out of a repository by names", async () => {
    const { token } = f.forge.person;
    const raw = async (path: string, init: RequestInit = {}) =>
      (await fetch(`${f.forge.url}${path}`, { ...init, headers: { authorization: `token ${token}` } })).status;
    for (const path of [
      "/api/v3/repos/acme/..%2f..%2fetc",
      "/api/v3/repos/acme/shop%00",
      "/api/v3/repos/acme/shop/contents/..%2f..%2f..%2fetc%2fpasswd",
      "/api/v3/repos/acme/shop/contents/.git%2fconfig",
      "/api/v3/repos/acme/shop/git/ref/..%2f..%2fconfig",
      "/acme/..%2fforge.sqlite/info/refs?service=git-upload-pack",
      "/acme/shop.git/../../forge.sqlite",
      "/acme/shop.git/objects/info/packs",
      "/acme/shop.git/HEAD",
    ]) {
      expect(await raw(path), path).toBe(404);
    }
    expect(await raw("/acme/shop.git/info/refs?service=git-upload-archive")).toBe(403);
    expect(await raw("/acme/shop.git/info/refs")).toBe(403);
  });

  it("cannot make git read a name as an option", async () => {
    const main = read<{ commit: { sha: string } }>(await f.person("GET", `${f.repo}/branches/main`)).commit.sha;
    for (const name of [
      "--upload-pack=touch",
      "-x",
      "a..b",
      "a b",
      "a\nb",
      "x.lock",
      ".hidden",
      "a/../b",
      "@{1}",
      "a~1",
    ]) {
      const ref = await f.person("POST", `${f.repo}/git/refs`, { ref: `refs/heads/${name}`, sha: main });
      expect(ref.status, name).toBe(422);
      const at = encodeURIComponent(name);
      expect([404, 422], name).toContain((await f.person("GET", `${f.repo}/commits/${at}`)).status);
      expect((await f.person("GET", `${f.repo}/contents/README.md?ref=${at}`)).status, name).toBe(404);
      expect((await f.person("GET", `${f.repo}/compare/main...${at}`)).status, name).toBe(404);
      const pull = { title: "x", head: name, base: "main" };
      expect((await f.person("POST", `${f.repo}/pulls`, pull)).status, name).toBe(422);
      const write = { message: "x", content: "eA==", branch: name };
      expect([404, 422], name).toContain((await f.person("PUT", `${f.repo}/contents/x`, write)).status);
    }
    for (const ref of ["refs/pull/1/head", "refs/heads/", "HEAD", "config", "refs/../config"]) {
      expect((await f.person("POST", `${f.repo}/git/refs`, { ref, sha: main })).status, ref).toBe(422);
    }
    for (const sha of ["main", "--all", "1".repeat(40), `${main}^`]) {
      expect((await f.person("POST", `${f.repo}/git/refs`, { ref: "refs/heads/x", sha })).status, sha).toBe(422);
    }
  });

  it("cannot write a path that a checkout must never see", async () => {
    const write = { message: "x", content: "eA==" };
    for (const path of [
      "..%2fout",
      ".git%2fhooks%2fpost-checkout",
      ".GIT%2fconfig",
      "a%2f%2fb",
      "a%2f.%2fb",
      "a%00b",
    ]) {
      expect((await f.person("PUT", `${f.repo}/contents/${path}`, write)).status, path).toBe(422);
    }
    const treeOf = (...paths: string[]) =>
      f.person("POST", `${f.repo}/git/trees`, {
        tree: paths.map((path) => ({ path, mode: "100644", content: "x" })),
      });
    expect((await treeOf("../out")).status).toBe(422);
    expect((await f.person("PUT", `${f.repo}/contents/README.md/x`, write)).status).toBe(422);
    expect((await f.person("PUT", `${f.repo}/contents/app`, write)).status).toBe(422);
  });

  it("cannot push over pull requests' refs, nor objects that are not sound", async () => {
    await expect(copy.git("push", "origin", "HEAD:refs/pull/1/head")).rejects.toThrow(/hidden ref/);
    const tree = await copy.git("rev-parse", "HEAD^{tree}");
    const evil = join(copy.dir, "evil");
    await writeFile(evil, `tree ${tree}\nauthor a <a@b\ncommitter a <a@b> 1 +0000\n\nx\n`);
    const sha = await copy.git("hash-object", "-t", "commit", "-w", "--literally", "evil");
    await expect(copy.git("push", "origin", `${sha}:refs/heads/evil`)).rejects.toThrow(/remote unpack failed|fsck/);
  });

  it("gets a clear no for what is no JSON or not as it should be", async () => {
    const post = (body: string) =>
      fetch(`${f.forge.apiUrl}${f.repo}/pulls`, {
        ...{ method: "POST", body },
        headers: { authorization: `token ${f.forge.person.token}` },
      });
    expect((await post("{")).status).toBe(400);
    expect((await post("[]")).status).toBe(422);
    expect((await post('{"title":1,"head":"a","base":"main"}')).status).toBe(422);
    expect((await post('{"__proto__":{"x":1},"title":"a","head":{"$gt":""},"base":"main"}')).status).toBe(422);
  });
});
