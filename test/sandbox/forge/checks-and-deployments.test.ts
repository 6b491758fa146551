import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ask, type RunningForge, read, runForge } from "./running-forge.ts";

let f: RunningForge;
let bot: Ask;
let sha: string;
let number: number;
beforeAll(async () => {
  f = await runForge();
  bot = (await f.installation()).ask;
  sha = await (await f.clone()).push("change", { "app/deployment.yaml": "replicas: 5\nimage: nginx:1\n" });
  number = read<{ number: number }>(
    await f.person("POST", `${f.repo}/pulls`, { title: "Five", head: "change", base: "main" }),
  ).number;
  await f.forge.settled();
});
afterAll(() => f.stop());

describe("comments", () => {
  it("are written, edited in place, listed and removed; each is told", async () => {
    f.inbox.clear();
    const made = await bot("POST", `${f.repo}/issues/${number}/comments`, { body: "**Plan**" });
    expect(made).toMatchObject({
      status: 201,
      body: { user: { login: "trueup[bot]", type: "Bot" }, performed_via_github_app: { slug: "trueup" } },
    });
    const { id } = read<{ id: number }>(made);
    const url = `${f.repo}/issues/comments/${id}`;
    expect((await bot("PATCH", url, { body: "Edited" })).body).toMatchObject({ id, body: "Edited" });
    expect((await f.visitor("PATCH", url, { body: "Mine" })).status).toBe(403);
    expect((await f.visitor("GET", `${f.repo}/issues/${number}/comments`)).body).toMatchObject([{ id }]);
    expect((await f.person("GET", `${f.repo}/issues/comments`)).body).toMatchObject([{ id }]);
    expect((await f.person("GET", `${f.repo}/issues/99/comments`)).status).toBe(404);
    expect((await bot("DELETE", url)).status).toBe(204);
    expect((await bot("GET", url)).status).toBe(404);
    await f.forge.settled();
    expect(f.inbox.names()).toEqual(["issue_comment.created", "issue_comment.deleted", "issue_comment.edited"]);
    expect(f.inbox.of("issue_comment.edited")[0]?.payload).toMatchObject({ changes: { body: { from: "**Plan**" } } });
  });

  it("are refused when blank or longer than GitHub takes, counted in characters", async () => {
    const post = (body: string) => f.person("POST", `${f.repo}/issues/${number}/comments`, { body });
    expect((await post(" ")).status).toBe(422);
    expect((await post("x".repeat(65_537))).status).toBe(422);
    expect((await post("☂".repeat(65_536))).status).toBe(201);
    expect((await f.person("POST", `${f.repo}/issues/${number}/comments`, { text: "x" })).status).toBe(422);
  });

  it("take reactions, one of a kind from each", async () => {
    const comment = read<{ id: number }>(
      await f.person("POST", `${f.repo}/issues/${number}/comments`, { body: "/trueup sync" }),
    );
    const url = `${f.repo}/issues/comments/${comment.id}/reactions`;
    const first = await bot("POST", url, { content: "eyes" });
    expect(first).toMatchObject({ status: 201, body: { content: "eyes", user: { login: "trueup[bot]" } } });
    expect((await bot("POST", url, { content: "eyes" })).status).toBe(200);
    expect((await bot("POST", url, { content: "shrug" })).status).toBe(422);
    expect((await f.person("GET", `${f.repo}/issues/comments/${comment.id}`)).body).toMatchObject({
      reactions: { total_count: 1, eyes: 1 },
    });
    const { id } = read<{ id: number }>(first);
    expect((await f.person("DELETE", `${url}/${id}`)).status).toBe(403);
    expect((await bot("DELETE", `${url}/${id}`)).status).toBe(204);
    expect((await f.person("GET", url)).body).toEqual([]);
  });
});

describe("check runs", () => {
  const annotation = { path: "app/deployment.yaml", start_line: 1, end_line: 1, annotation_level: "failure" };

  it("are the app's alone", async () => {
    expect((await f.person("POST", `${f.repo}/check-runs`, { name: "x", head_sha: sha })).status).toBe(403);
    expect((await f.visitor("POST", `${f.repo}/check-runs`, { name: "x", head_sha: sha })).status).toBe(403);
    const { ask } = await f.installation({ checks: "read" });
    expect((await ask("POST", `${f.repo}/check-runs`, { name: "x", head_sha: sha })).status).toBe(403);
    expect((await bot("POST", `${f.repo}/check-runs`, { name: "x", head_sha: "1".repeat(40) })).status).toBe(422);
  });

  it("start, gather annotations, complete and never go back; a new one of the name takes their place", async () => {
    f.inbox.clear();
    const body = { name: "trueup", head_sha: sha, status: "in_progress", external_id: "7" };
    const made = await bot("POST", `${f.repo}/check-runs`, body);
    expect(made).toMatchObject({ status: 201, body: { conclusion: null, pull_requests: [{ number }] } });
    const { id } = read<{ id: number }>(made);
    const url = `${f.repo}/check-runs/${id}`;
    const output = (message: string) => ({
      ...{ title: "1 finding", summary: "Look", annotations: [{ ...annotation, message }] },
    });
    await bot("PATCH", url, { output: output("First") });
    const done = await bot("PATCH", url, { conclusion: "failure", output: output("Second") });
    expect(done.body).toMatchObject({ status: "completed", conclusion: "failure", output: { annotations_count: 2 } });
    expect((await f.visitor("GET", `${url}/annotations`)).body).toMatchObject([
      { message: "First" },
      { message: "Second", start_line: 1 },
    ]);
    expect((await bot("PATCH", url, { status: "in_progress" })).status).toBe(422);
    expect((await bot("PATCH", url, { conclusion: "success" })).body).toMatchObject({ conclusion: "success" });
    expect((await bot("POST", `${f.repo}/check-runs`, { ...body, status: "completed" })).status).toBe(422);

    const again = read<{ id: number }>(await bot("POST", `${f.repo}/check-runs`, body));
    const runs = `${f.repo}/commits/${sha}/check-runs`;
    expect((await f.person("GET", runs)).body).toMatchObject({ total_count: 1, check_runs: [{ id: again.id }] });
    expect((await f.person("GET", `${runs}?filter=all`)).body).toMatchObject({ total_count: 2 });
    expect((await f.person("GET", `${f.repo}/commits/change/check-runs?check_name=other`)).body).toMatchObject({
      ...{ total_count: 0 },
    });
    const suites = read<{ check_suites: { id: number }[] }>(
      await f.person("GET", `${f.repo}/commits/${sha}/check-suites`),
    );
    const suite = suites.check_suites[0]?.id;
    expect((await f.person("GET", `${f.repo}/check-suites/${suite}`)).body).toMatchObject({ status: "in_progress" });
    expect((await f.person("POST", `${f.repo}/check-runs/${again.id}/rerequest`)).status).toBe(201);
    await f.forge.settled();
    expect(f.inbox.names()).toEqual([
      ...["check_run.completed", "check_run.created", "check_run.created", "check_run.rerequested"],
    ]);
  });

  it("refuse what GitHub refuses", async () => {
    const post = (output: object) =>
      bot("POST", `${f.repo}/check-runs`, {
        name: "bad",
        head_sha: sha,
        output: { title: "t", summary: "s", ...output },
      });
    const many = Array.from({ length: 51 }, () => ({ ...annotation, message: "m" }));
    expect((await post({ annotations: many })).status).toBe(422);
    expect((await post({ annotations: [{ ...annotation, message: "m", path: "../out" }] })).status).toBe(422);
    expect((await post({ annotations: [{ ...annotation, message: "m", start_line: 3 }] })).status).toBe(422);
    const columns = { ...annotation, message: "m", end_line: 2, start_column: 1 };
    expect((await post({ annotations: [columns] })).status).toBe(422);
    expect((await post({ summary: "x".repeat(65_536) })).status).toBe(422);
  });
});

describe("statuses and deployments", () => {
  it("a person sets statuses; an app without that permission does not", async () => {
    const post = (ask: Ask, state: string) => ask("POST", `${f.repo}/statuses/${sha}`, { state, context: "ci" });
    expect((await post(f.person, "pending")).status).toBe(201);
    expect((await post(f.visitor, "success")).status).toBe(403);
    expect((await post(bot, "success")).status).toBe(403);
    await post(f.person, "success");
    expect((await f.person("GET", `${f.repo}/commits/change/status`)).body).toMatchObject({
      ...{ state: "success", total_count: 1, sha },
    });
    expect((await f.person("GET", `${f.repo}/commits/${sha}/statuses`)).body).toHaveLength(2);
  });

  it("a deployment demands green contexts and merges the default branch, unless it is told not to", async () => {
    await bot("POST", `${f.repo}/check-runs`, { name: "red", head_sha: sha, conclusion: "failure" });
    const careless = await bot("POST", `${f.repo}/deployments`, { ref: "change", environment: "shop" });
    expect(careless.status).toBe(409);
    await f.forge.repository("acme/shop")?.commitFile({
      ...{ branch: "main", path: "later.txt", content: "later", message: "Later" },
    });
    const merging = await bot("POST", `${f.repo}/deployments`, { ref: "change", required_contexts: [] });
    expect(merging.status).toBe(202);
    expect((await bot("POST", `${f.repo}/deployments`, { ref: "nowhere" })).status).toBe(422);
  });

  it("is told with every status, and an older one of its environment becomes inactive", async () => {
    const plain = { auto_merge: false, required_contexts: [], environment: "shop", production_environment: false };
    const make = async (ref: string) =>
      read<{ id: number }>(await bot("POST", `${f.repo}/deployments`, { ref, ...plain, payload: { system: "shop" } }))
        .id;
    f.inbox.clear();
    const first = await make("main");
    const url = (id: number) => `${f.repo}/deployments/${id}`;
    const say = (id: number, state: string) =>
      bot("POST", `${url(id)}/statuses`, { state, log_url: "https://l.example" });
    expect((await say(first, "in_progress")).status).toBe(201);
    expect((await say(first, "success")).body).toMatchObject({ state: "success", environment: "shop" });
    const second = await make("main");
    await say(second, "success");
    expect((await f.person("GET", `${url(first)}/statuses`)).body).toMatchObject([
      { state: "inactive" },
      { state: "success" },
      { state: "in_progress" },
    ]);
    const latest = read<{ id: number }[]>(await f.person("GET", `${url(second)}/statuses`))[0]?.id;
    expect((await f.person("GET", `${url(second)}/statuses/${latest}`)).body).toMatchObject({ state: "success" });
    expect((await f.person("GET", url(first))).body).toMatchObject({ payload: { system: "shop" }, ref: "main" });
    const listed = await f.person("GET", `${f.repo}/deployments?environment=shop&per_page=1`);
    expect(listed.body).toMatchObject([{ id: second }]);
    expect(listed.headers.get("link")).toContain('rel="next"');
    expect((await say(first, "sleeping")).status).toBe(422);
    expect((await f.visitor("POST", `${url(first)}/statuses`, { state: "success" })).status).toBe(403);
    await f.forge.settled();
    expect(f.inbox.names().filter((name) => name === "deployment.created")).toHaveLength(2);
    expect(f.inbox.names().filter((name) => name === "deployment_status.created")).toHaveLength(4);
  });
});
