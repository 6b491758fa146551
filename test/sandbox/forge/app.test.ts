import { readFile } from "node:fs/promises";
import { Octokit } from "@octokit/rest";
import { load } from "js-yaml";
import { ProbotOctokit } from "probot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leastPermissions, subscribedEvents } from "../../../src/sandbox/forge/app-identity.ts";
import { appToken, asker, type RunningForge, read, runForge } from "./running-forge.ts";

let f: RunningForge;
beforeAll(async () => {
  f = await runForge();
});
afterAll(() => f.stop());

describe("the app", () => {
  it("proves itself with a token that its private key signed, and sees where it is installed", async () => {
    expect((await f.app("GET", "/app")).body).toMatchObject({ slug: "trueup", permissions: { contents: "read" } });
    expect((await f.app("GET", "/app/installations")).body).toMatchObject([{ id: 1, account: { login: "acme" } }]);
    expect((await f.app("GET", "/app/installations/1")).body).toMatchObject({ app_slug: "trueup" });
    expect((await f.app("GET", "/orgs/acme/installation")).body).toMatchObject({ id: 1 });
    expect((await f.app("GET", "/repos/acme/nothing/installation")).status).toBe(404);
    expect((await f.nobody("GET", "/apps/trueup")).body).toMatchObject({ slug: "trueup" });
    expect((await f.person("GET", "/app")).status).toBe(401);
    expect((await f.app("GET", f.repo)).status).toBe(401);
  });

  it("is refused with a token that is too old, too long, another's or not signed", async () => {
    const now = new Date();
    const seconds = Math.floor(now.getTime() / 1000);
    const ask = (token: string) => asker(f.forge, `Bearer ${token}`)("GET", "/app");
    for (const claims of [{ exp: seconds - 1 }, { exp: seconds + 3600 }, { iss: 99 }, { iat: seconds + 600 }]) {
      expect((await ask(appToken(f.forge, now, claims))).status, JSON.stringify(claims)).toBe(401);
    }
    const [head, body] = appToken(f.forge, now).split(".");
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    expect((await ask(`${head}.${body}.AAAA`)).status).toBe(401);
    expect((await ask(`${none}.${body}.`)).status).toBe(401);
    expect((await f.nobody("GET", "/user")).status).toBe(401);
    expect((await asker(f.forge, "Bearer ghp_wrong")("GET", f.repo)).status).toBe(401);
  });

  it("gets tokens for its installation, narrowed as it asks, never widened", async () => {
    const { ask } = await f.installation();
    expect((await ask("GET", "/installation/repositories")).body).toMatchObject({
      ...{ total_count: 1, repositories: [{ full_name: "acme/shop" }] },
    });
    expect((await ask("GET", "/user")).status).toBe(403);
    expect((await ask("GET", `${f.repo}/contents/README.md`)).status).toBe(200);
    const write = { message: "x", content: "eA==" };
    expect((await ask("PUT", `${f.repo}/contents/x`, write)).status).toBe(403);
    const more = await f.app("POST", "/app/installations/1/access_tokens", { permissions: { contents: "write" } });
    expect(more.status).toBe(422);
    const { ask: narrow } = await f.installation({ checks: "write" });
    expect((await narrow("GET", `${f.repo}/contents/README.md`)).status).toBe(403);
    expect((await narrow("GET", f.repo)).status).toBe(200);

    const other = await f.forge.createRepository({ owner: "acme", name: "other", files: new Map() });
    const body = { repository_ids: [other.id] };
    const answer = await f.app("POST", "/app/installations/1/access_tokens", body);
    expect(answer.body).toMatchObject({ repository_selection: "selected", repositories: [{ name: "other" }] });
    const only = asker(f.forge, `token ${read<{ token: string }>(answer).token}`);
    expect((await only("GET", "/repos/acme/other")).status).toBe(200);
    expect((await only("GET", f.repo)).status).toBe(404);
    expect((await f.app("POST", "/app/installations/1/access_tokens", { repositories: ["none"] })).status).toBe(422);
  });

  it("loses its token after an hour", async () => {
    let now = new Date("2030-01-01T00:00:00Z");
    const later = await runForge({ clock: () => now });
    try {
      const { ask } = await later.installation();
      now = new Date("2030-01-01T00:59:59Z");
      expect((await ask("GET", later.repo)).status).toBe(200);
      now = new Date("2030-01-01T01:00:01Z");
      expect((await ask("GET", later.repo)).status).toBe(401);
    } finally {
      await later.stop();
    }
  });

  it("may write content where it was granted: over REST and over git", async () => {
    const granted = await runForge({ appPermissions: { contents: "write", pull_requests: "write" } });
    try {
      const { ask, token } = await granted.installation();
      const put = await ask("PUT", `${granted.repo}/contents/x`, { message: "By the app", content: "eA==" });
      expect(put).toMatchObject({ status: 201, body: { commit: { author: { name: "trueup[bot]" } } } });
      const url = new URL(granted.repository.gitUrl);
      url.username = "x-access-token";
      url.password = token;
      const copy = await granted.clone(url.href);
      const sha = await copy.push("rollback", { "README.md": "# back\n" });
      await granted.forge.settled();
      expect(granted.inbox.of("push").at(-1)?.payload).toMatchObject({ after: sha, sender: { login: "trueup[bot]" } });
      const pull = { title: "Back", head: "rollback", base: "main" };
      expect((await ask("POST", `${granted.repo}/pulls`, pull)).status).toBe(201);
    } finally {
      await granted.stop();
    }
  });
});

it("asks for what app.yml asks for", async () => {
  const manifest = load(await readFile(new URL("../../../app.yml", import.meta.url), "utf8"));
  expect(manifest).toMatchObject({ default_permissions: leastPermissions, default_events: subscribedEvents });
});

describe("people", () => {
  it("are known by their tokens and their rights", async () => {
    expect((await f.person("GET", "/user")).body).toMatchObject({ login: "octavia", type: "User" });
    expect((await f.person("GET", "/users/visitor")).body).toMatchObject({ login: "visitor" });
    expect((await f.person("GET", "/users/nobody-here")).status).toBe(404);
    const permission = (login: string) => f.person("GET", `${f.repo}/collaborators/${login}/permission`);
    expect((await permission("octavia")).body).toMatchObject({ permission: "write", role_name: "write" });
    expect((await permission("visitor")).body).toMatchObject({ permission: "read" });
    expect((await permission("trueup-forge")).body).toMatchObject({ permission: "none" });
    expect((await permission("stranger")).status).toBe(404);
    expect((await f.person("GET", `${f.repo}/collaborators`)).body).toHaveLength(3);
    expect((await f.person("GET", `${f.repo}/collaborators/octavia`)).status).toBe(204);
    expect((await f.person("GET", `${f.repo}/collaborators/constructor`)).status).toBe(404);
    expect((await f.person("GET", "/rate_limit")).body).toMatchObject({ rate: { limit: 15_000 } });
  });

  it("who only read cannot write; a public repository is read by everybody", async () => {
    const open = await f.forge.createRepository({
      ...{ owner: "acme", name: "open", files: new Map([["a.txt", "a"]]), private: false },
    });
    expect((await f.nobody("GET", `/repos/${open.fullName}/contents/a.txt`)).status).toBe(200);
    const write = { message: "x", content: "eA==" };
    expect((await f.nobody("PUT", `/repos/${open.fullName}/contents/x`, write)).status).toBe(401);
    expect((await f.visitor("PUT", `/repos/${open.fullName}/contents/x`, write)).status).toBe(403);
  });
});

describe("the clients that apps use", () => {
  it("octokit pages, reads and writes", async () => {
    const octokit = new Octokit({ baseUrl: f.forge.apiUrl, auth: f.forge.person.token });
    const repo = { owner: "acme", repo: "shop" };
    const { data } = await octokit.rest.repos.getContent({ ...repo, path: "README.md" });
    expect(data).toMatchObject({ type: "file", name: "README.md" });
    for (const name of ["a", "b", "c"]) {
      const content = Buffer.from(name).toString("base64");
      await octokit.rest.repos.createOrUpdateFileContents({ ...repo, path: `${name}.txt`, message: name, content });
    }
    const commits = await octokit.paginate(octokit.rest.repos.listCommits, { ...repo, per_page: 2 });
    expect(commits.map(({ commit }) => commit.message)).toEqual(["c", "b", "a", "Initial commit"]);
    await expect(octokit.rest.repos.getContent({ ...repo, path: "none" })).rejects.toMatchObject({ status: 404 });
  });

  it("Probot's octokit signs in as the app and as its installation", async () => {
    const auth = { appId: f.forge.app.id, privateKey: f.forge.app.privateKey };
    const app = new ProbotOctokit({ baseUrl: f.forge.apiUrl, auth });
    expect((await app.rest.apps.getAuthenticated()).data?.slug).toBe("trueup");
    const made = await app.rest.apps.createInstallationAccessToken({ installation_id: 1 });
    const bot = new ProbotOctokit({ baseUrl: f.forge.apiUrl, auth: { token: made.data.token } });
    const listed = await bot.paginate(bot.rest.apps.listReposAccessibleToInstallation);
    expect(listed.map(({ full_name }) => full_name)).toContain("acme/shop");
    const deliveries = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 1 });
    expect(deliveries.length).toBeGreaterThan(2);
  });
});
