import { expect, test } from "vitest";
import { openPages, writeAsApp } from "./browser.ts";

test("files are found under every name that Git allows", async () => {
  const names = ["a b.yaml", "100%.yaml", "%41.yaml", "über/größe.yaml", "what?.yaml", "x#1.yaml", "a&b<c>.yaml"];
  const { page } = await openPages(Object.fromEntries(names.map((name) => [name, `name: ${name}\n`])));
  const root = await page("/acme/shop");
  for (const name of names) {
    const address = `/acme/shop/blob/main/${name.split("/").map(encodeURIComponent).join("/")}`;
    if (!name.includes("/")) expect(root).toContain(`href="${address.replaceAll("'", "&#39;")}"`);
    expect(await page(address)).toContain('id="L1"');
  }
});

test("a slash at the end leads to the page without it", async () => {
  const { forge } = await openPages({ "web.yaml": "a: 1\n" });
  const answer = await fetch(`${forge.url}/acme/shop/`);
  expect({ status: answer.status, url: answer.url }).toEqual({ status: 200, url: `${forge.url}/acme/shop` });
});

test("a title that reorders its line is shown as it is written, and a form keeps what a file holds", async () => {
  const title = "harmless \u202etxt.exe";
  const { page, repository } = await openPages({ "web.yaml": `a: "${title}"\n` });
  await repository.commitFile({ branch: "main", newBranch: "b", path: "b.yaml", content: "b: 1\n", message: "b" });
  await repository.openPullRequest({ title, body: "", head: "b", base: "main" });
  for (const path of ["/pull/1", "/pulls", "/blob/main/web.yaml"]) {
    const shown = await page(`/acme/shop${path}`);
    expect(shown).toContain("harmless \\u{202e}txt.exe");
    expect(shown).not.toContain("\u202e");
  }
  expect(await page("/acme/shop/edit/main/web.yaml")).toContain("\u202etxt.exe");
});

test("a branch with slashes has pages of its own", async () => {
  const { page, repository } = await openPages({ "web.yaml": "replicas: 3\n" });
  await repository.createBranch("feature/one", "main");
  await repository.commitFile({ branch: "feature/one", path: "b/c.yaml", content: "c: 1\n", message: "c" });
  expect(await page("/acme/shop/tree/feature%2Fone")).toContain("b/");
  expect(await page("/acme/shop/blob/feature%2Fone/b/c.yaml")).toContain("c: 1");
});

test("a binary file is named, not shown", async () => {
  const { page } = await openPages({ "logo.png": new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]) });
  expect(await page("/acme/shop/blob/main/logo.png")).toContain("binary or too large");
});

test("an empty repository says how to begin", async () => {
  const { page, send, repository } = await openPages({});
  expect(await page("/acme/shop")).toContain("An empty repository");
  await send("/acme/shop/new/main", { path: "web.yaml", content: "a: 1\n", message: "First", how: "directly" });
  expect((await repository.branches()).map(({ name }) => name)).toEqual(["main"]);
});

test("what does not exist is said to be missing", async () => {
  const { page } = await openPages({ "web.yaml": "a: 1\n" });
  for (const path of ["/nobody/nothing", "/acme/shop/blob/main/none", "/acme/shop/pull/9", "/acme/shop/runs/9", "/x"]) {
    expect(await page(path, 404)).toMatch(/Nothing there|No such repository/);
  }
});

test("what a file, a title, a message and a comment hold stays text", async () => {
  const evil = "<script>alert(1)</script>";
  const { page, repository } = await openPages({
    "web.yaml": `${evil}\n`,
    "README.md": `# Hi\n\n${evil}<svg onload=x>`,
  });
  await repository.commitFile({
    branch: "main",
    newBranch: "b",
    path: "web.yaml",
    content: `${evil}2\n`,
    message: evil,
  });
  await repository.openPullRequest({ title: evil, body: evil, head: "b", base: "main" });
  await repository.addComment(
    1,
    `${evil}<img src=x onerror=alert(1)> [x](javascript:alert(1)) <a href="data:text/html,x">y</a>`,
  );
  const paths = ["", "/blob/main/web.yaml", "/edit/main/web.yaml", "/commits/b", "/commit/b", "/branches"];
  for (const path of [...paths, "/pulls", "/pull/1", "/pull/1/files", "/pull/1/commits"]) {
    const text = await page(`/acme/shop${path}`);
    expect(text).not.toMatch(/<script>|onerror=|onload=|<svg onload|="\s*(javascript|data):/);
  }
});

test("findings of a check stand on the lines that they are about", async () => {
  const { page, forge, repository } = await openPages({ "web.yaml": "spec:\n  replicas: 3\n", "other.yaml": "a: 1\n" });
  await repository.commitFile({
    ...{ branch: "main", newBranch: "b", path: "web.yaml" },
    ...{ content: "spec:\n  replica: 3\n", message: "Wrong" },
  });
  const { headSha } = await repository.openPullRequest({ title: "Wrong", head: "b", base: "main" });
  const finding = (path: string, line: number, message: string) => ({
    ...{ path, start_line: line, end_line: line, annotation_level: "failure", message },
  });
  await writeAsApp(forge, "/repos/acme/shop/check-runs", {
    ...{ name: "trueup", head_sha: headSha, status: "completed", conclusion: "failure" },
    output: {
      title: "2 findings",
      summary: "See the lines.",
      annotations: [finding("web.yaml", 2, "unknown field `replica`"), finding("other.yaml", 1, "elsewhere")],
    },
  });
  const files = await page("/acme/shop/pull/1/files");
  expect(files).toMatch(
    /replica: 3<\/td>\s*<\/tr>\s*<tr class="annotated">[\s\S]{0,200}unknown field <code>replica<\/code>/,
  );
  expect(files).toContain("other.yaml:1");
  expect(await page("/acme/shop/pull/1")).toMatch(/failed[\s\S]*2 findings/);
  const run = /\/acme\/shop\/runs\/\d+/.exec(await page("/acme/shop/pull/1"))![0];
  expect(await page(run)).toContain("See the lines.");
});

test("an open page hears of every change", async () => {
  const { forge, repository } = await openPages({ "web.yaml": "a: 1\n" });
  const abort = new AbortController();
  const answer = await fetch(`${forge.url}/acme/shop/events`, { signal: abort.signal });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = (await reader.read()).value ?? "";
  await repository.createBranch("b", "main");
  while (!heard.includes("event: changed")) heard += (await reader.read()).value ?? "";
  abort.abort();
});
