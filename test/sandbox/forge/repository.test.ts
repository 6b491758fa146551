import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningForge, read, runForge } from "./running-forge.ts";

let f: RunningForge;
beforeAll(async () => {
  f = await runForge();
});
afterAll(() => f.stop());

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a repository over REST", () => {
  it("is found by name and by number, with what the caller may do there", async () => {
    const named = await f.person("GET", f.repo);
    expect(named.body).toMatchObject({
      full_name: "acme/shop",
      private: true,
      default_branch: "main",
      permissions: { push: true, admin: false },
      clone_url: f.repository.gitUrl,
    });
    expect((await f.visitor("GET", f.repo)).body).toMatchObject({ permissions: { push: false, pull: true } });
    expect((await f.nobody("GET", f.repo)).status).toBe(404);
    const byId = await fetch(`${f.forge.apiUrl}/repositories/${f.repository.id}`, {
      headers: { authorization: `token ${f.forge.person.token}` },
    });
    expect(await byId.json()).toMatchObject({ full_name: "acme/shop", permissions: { push: true } });
  });

  it("answers below /repositories/ID/… what it answers below /repos/OWNER/NAME/…", async () => {
    const headers = { authorization: `token ${f.forge.person.token}` };
    const here = `${f.forge.apiUrl}/repositories/${f.repository.id}`;
    expect(await (await fetch(`${here}/branches/main`, { headers })).json()).toMatchObject({ name: "main" });
    expect((await fetch(`${here}/nothing/there`, { headers })).status).toBe(404);
    expect((await fetch(`${f.forge.apiUrl}/repositories/99/branches`, { headers })).status).toBe(404);
  });

  it("lists and shows branches", async () => {
    const branches = read<{ name: string; commit: { sha: string } }[]>(await f.person("GET", `${f.repo}/branches`));
    expect(branches.map(({ name }) => name)).toContain("main");
    const main = read<{ commit: { sha: string } }>(await f.person("GET", `${f.repo}/branches/main`));
    expect(main.commit.sha).toBe(branches.find(({ name }) => name === "main")?.commit.sha);
    expect((await f.person("GET", `${f.repo}/branches/nowhere`)).status).toBe(404);
  });

  it("reads files and folders", async () => {
    const file = await f.person("GET", `${f.repo}/contents/app/deployment.yaml`);
    expect(file.body).toMatchObject({
      type: "file",
      encoding: "base64",
      content: `${base64("replicas: 3\nimage: nginx:1\n")}`,
    });
    const root = read<{ name: string; type: string }[]>(await f.person("GET", `${f.repo}/contents/`));
    expect(root.map(({ name, type }) => `${type} ${name}`)).toEqual(["file README.md", "dir app"]);
    const raw = await f.person("GET", `${f.repo}/contents/README.md`, undefined, {
      accept: "application/vnd.github.raw+json",
    });
    expect(raw.body).toBe("# shop\n");
    expect((await f.person("GET", `${f.repo}/contents/nothing`)).status).toBe(404);
    expect((await f.person("GET", `${f.repo}/contents/README.md?ref=nowhere`)).status).toBe(404);
  });

  it("writes, changes and removes a file, each a commit; only on what the writer saw", async () => {
    const url = `${f.repo}/contents/notes/über%20uns.txt`;
    const made = await f.person("PUT", url, { message: "Write", content: base64("one") });
    expect(made.status).toBe(201);
    const { content } = read<{ content: { sha: string; path: string } }>(made);
    expect(content.path).toBe("notes/über uns.txt");
    expect((await f.person("PUT", url, { message: "Blind", content: base64("two") })).status).toBe(422);
    const stale = { message: "Stale", content: base64("two"), sha: "1".repeat(40) };
    expect((await f.person("PUT", url, stale)).status).toBe(409);
    const changed = await f.person("PUT", url, { message: "Change", content: base64("two"), sha: content.sha });
    expect(changed.status).toBe(200);
    const now = read<{ content: { sha: string } }>(changed);
    const gone = await f.person("DELETE", url, { message: "Remove", sha: now.content.sha });
    expect(gone).toMatchObject({ status: 200, body: { content: null } });
    expect((await f.person("GET", url)).status).toBe(404);
    const history = read<{ commit: { message: string }; author: { login: string } | null }[]>(
      await f.person("GET", `${f.repo}/commits?path=${encodeURIComponent("notes/über uns.txt")}`),
    );
    expect(history.map(({ commit }) => commit.message)).toEqual(["Remove", "Change", "Write"]);
    expect(history[0]?.author?.login).toBe("octavia");
  });

  it("builds a commit from blobs, trees and refs, as an app does that makes a branch", async () => {
    const ask = f.person;
    const main = read<{ object: { sha: string } }>(await ask("GET", `${f.repo}/git/ref/heads/main`)).object.sha;
    const base = read<{ tree: { sha: string } }>(await ask("GET", `${f.repo}/git/commits/${main}`)).tree.sha;
    const blob = read<{ sha: string }>(
      await ask("POST", `${f.repo}/git/blobs`, { content: base64("replicas: 9\n"), encoding: "base64" }),
    );
    const tree = read<{ sha: string; tree: { path: string }[] }>(
      await ask("POST", `${f.repo}/git/trees`, {
        base_tree: base,
        tree: [
          { path: "app/deployment.yaml", mode: "100644", type: "blob", sha: blob.sha },
          { path: "README.md", mode: "100644", type: "blob", sha: null },
          { path: "new.txt", mode: "100644", type: "blob", content: "new" },
        ],
      }),
    );
    expect(tree.tree.map(({ path }) => path)).toEqual(["app", "new.txt"]);
    const commit = read<{ sha: string }>(
      await ask("POST", `${f.repo}/git/commits`, { message: "By hand", tree: tree.sha, parents: [main] }),
    );
    expect((await ask("POST", `${f.repo}/git/refs`, { ref: "refs/heads/by/hand", sha: commit.sha })).status).toBe(201);
    expect((await ask("POST", `${f.repo}/git/refs`, { ref: "refs/heads/by/hand", sha: main })).status).toBe(422);
    const recursive = read<{ tree: { path: string }[] }>(await ask("GET", `${f.repo}/git/trees/by/hand?recursive=1`));
    expect(recursive.tree.map(({ path }) => path)).toEqual(["app", "app/deployment.yaml", "new.txt"]);
    expect((await ask("GET", `${f.repo}/git/blobs/${blob.sha}`)).body).toMatchObject({ size: 12, encoding: "base64" });

    expect((await ask("PATCH", `${f.repo}/git/refs/heads/by/hand`, { sha: base })).status).toBe(422);
    const behind = await ask("PATCH", `${f.repo}/git/refs/heads/by/hand`, { sha: main });
    expect(behind).toMatchObject({ status: 422, body: { message: "Update is not a fast forward" } });
    expect((await ask("PATCH", `${f.repo}/git/refs/heads/by/hand`, { sha: main, force: true })).status).toBe(200);
    const matching = read<{ ref: string }[]>(await ask("GET", `${f.repo}/git/matching-refs/heads/by`));
    expect(matching.map(({ ref }) => ref)).toEqual(["refs/heads/by/hand"]);
    expect((await ask("DELETE", `${f.repo}/git/refs/heads/by/hand`)).status).toBe(204);
    expect((await ask("GET", `${f.repo}/git/ref/heads/by/hand`)).status).toBe(404);
    expect((await ask("DELETE", `${f.repo}/git/refs/heads/main`)).status).toBe(422);
  });
});

describe("history over REST", () => {
  it("pages through commits, shows one with its files, and compares", async () => {
    const copy = await f.clone();
    const base = await copy.git("rev-parse", "HEAD");
    await copy.push("history", { "app/deployment.yaml": "replicas: 4\nimage: nginx:1\n" }, "Four");
    const tip = await copy.push("history", { "README.md": null, "docs/README.md": "# shop\n" }, "Move\n\nBecause.");
    const first = await f.person("GET", `${f.repo}/commits?sha=history&per_page=1`);
    expect(first.body).toMatchObject([{ sha: tip, commit: { message: "Move\n\nBecause." } }]);
    expect(first.headers.get("link")).toContain('page=2>; rel="next"');

    expect((await f.person("GET", `${f.repo}/commits/${tip}`)).body).toMatchObject({
      files: [{ filename: "docs/README.md", status: "renamed", previous_filename: "README.md" }],
    });
    const sha = await f.person("GET", `${f.repo}/commits/history`, undefined, { accept: "application/vnd.github.sha" });
    expect(sha.body).toBe(tip);
    expect((await f.person("GET", `${f.repo}/commits/${"9".repeat(40)}`)).status).toBe(422);

    expect((await f.person("GET", `${f.repo}/compare/${base}...history`)).body).toMatchObject({
      status: "ahead",
      ahead_by: 2,
      behind_by: 0,
      merge_base_commit: { sha: base },
      commits: [{ commit: { message: "Four" } }, { sha: tip }],
      files: [
        { filename: "app/deployment.yaml", additions: 1, deletions: 1, patch: expect.stringContaining("+replicas: 4") },
        { filename: "docs/README.md", status: "renamed" },
      ],
    });
    expect((await f.person("GET", `${f.repo}/compare/main...nowhere`)).status).toBe(404);
  });

  it("keeps to what git says when a message looks like git's own output", async () => {
    const copy = await f.clone();
    const message = "Odd \u001e\u001f one\n\ntree 123\ndiff --git a/x b/x\n\u2028@@ -1 +1 @@";
    const content = "a\rdiff --git a/x b/x\r@@ -1 +1 @@\n\u2028diff --git a/y b/y\n";
    await copy.push("odd", { "odd.txt": content, "plain.txt": "plain\n" }, message);
    expect((await f.person("GET", `${f.repo}/commits/odd`)).body).toMatchObject({
      commit: { message },
      files: [
        { filename: "odd.txt", additions: 2 },
        { filename: "plain.txt", patch: "@@ -0,0 +1 @@\n+plain" },
      ],
    });
  });

  it("tells that an empty repository is empty", async () => {
    await f.forge.createRepository({ owner: "acme", name: "empty", files: new Map() });
    expect((await f.person("GET", "/repos/acme/empty/commits")).status).toBe(409);
    expect((await f.person("GET", "/repos/acme/empty/branches")).body).toEqual([]);
    const first = { message: "First", content: base64("one") };
    expect((await f.person("PUT", "/repos/acme/empty/contents/one.txt", first)).status).toBe(201);
    expect((await f.person("GET", "/repos/acme/empty/commits")).body).toHaveLength(1);
  });
});
