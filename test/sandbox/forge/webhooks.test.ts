import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { githubSchema } from "../../harness/github-schema.ts";
import { type RunningForge, read, runForge } from "./running-forge.ts";

let f: RunningForge;
beforeEach(async () => {
  f = await runForge();
});
afterEach(() => f.stop());

interface Delivery {
  id: number;
  guid: string;
  event: string;
  redelivery: boolean;
  status_code: number;
}
const deliveries = async (query = ""): Promise<Delivery[]> =>
  read<Delivery[]>(await f.app("GET", `/app/hook/deliveries${query}`));
const commit = (message: string) =>
  f.forge.repository("acme/shop")!.commitFile({ branch: "main", path: "a.txt", content: message, message });

describe("webhooks", () => {
  it("are signed with the app's secret, and everything in them is as GitHub sends it", async () => {
    const copy = await f.clone();
    await copy.push("change", { "app/deployment.yaml": "replicas: 5\n", "new.txt": "n\n" });
    await copy.git("tag", "v1");
    await copy.git("push", "--quiet", "origin", "v1");
    const pull = read<{ number: number; head: { sha: string } }>(
      await f.person("POST", `${f.repo}/pulls`, { title: "Five", head: "change", base: "main", draft: true }),
    );
    const { ask } = await f.installation();
    const comment = read<{ id: number }>(await ask("POST", `${f.repo}/issues/${pull.number}/comments`, { body: "Hi" }));
    await ask("PATCH", `${f.repo}/issues/comments/${comment.id}`, { body: "Ho" });
    await ask("DELETE", `${f.repo}/issues/comments/${comment.id}`);
    const run = { name: "trueup", head_sha: pull.head.sha };
    const { id } = read<{ id: number }>(await ask("POST", `${f.repo}/check-runs`, run));
    await f.person("POST", `${f.repo}/check-runs/${id}/rerequest`);
    await ask("PATCH", `${f.repo}/check-runs/${id}`, { conclusion: "success" });
    const deployment = { ref: "main", auto_merge: false, required_contexts: [] };
    const made = read<{ id: number }>(await ask("POST", `${f.repo}/deployments`, deployment));
    await ask("POST", `${f.repo}/deployments/${made.id}/statuses`, {
      state: "success",
      log_url: "https://l.example",
      environment_url: "https://e.example",
    });
    await copy.push("change", { "new.txt": null });
    const repository = f.forge.repository("acme/shop")!;
    await f.person("PATCH", `${f.repo}/pulls/${pull.number}`, { title: "Four" });
    await repository.setPullRequestState(pull.number, "closed");
    await repository.setPullRequestState(pull.number, "open");
    await copy.git("push", "--quiet", "origin", ":change", ":v1");
    await f.forge.createRepository({ owner: "acme", name: "second", files: new Map() });
    await f.forge.settled();

    expect([...new Set(f.inbox.names())]).toEqual([
      ...["check_run.completed", "check_run.created", "check_run.rerequested", "create", "delete"],
      ...["deployment.created", "deployment_status.created", "installation.created", "installation_repositories.added"],
      ...["issue_comment.created", "issue_comment.deleted", "issue_comment.edited", "pull_request.closed"],
      ...["pull_request.edited", "pull_request.opened", "pull_request.reopened", "pull_request.synchronize", "push"],
    ]);
    const { webhookSecret } = f.forge.app;
    for (const { event, headers, raw, payload } of f.inbox.received) {
      const digest = createHmac("sha256", webhookSecret).update(raw).digest("hex");
      expect(headers["x-hub-signature-256"]).toBe(`sha256=${digest}`);
      expect(headers["content-type"]).toBe("application/json");
      expect(payload.installation).toMatchObject({ id: 1 });
      expect(githubSchema().payloadProblems(event, payload)).toEqual([]);
    }
    expect(new Set(f.inbox.received.map(({ guid }) => guid)).size).toBe(f.inbox.received.length);
  });

  it("stay in a log, page by page, and a redelivery keeps its GUID", async () => {
    await f.forge.settled();
    f.inbox.clear();
    f.inbox.answerWith(500);
    await commit("one");
    await f.forge.settled();
    f.inbox.answerWith(200);
    const [failed] = await deliveries("?status=failure");
    expect(failed).toMatchObject({ event: "push", status_code: 500, redelivery: false });
    const detail = await f.app("GET", `/app/hook/deliveries/${failed?.id}`);
    expect(detail.body).toMatchObject({
      request: { headers: { "x-github-delivery": failed?.guid }, payload: { ref: "refs/heads/main" } },
      response: { payload: "heard" },
    });
    expect((await f.app("POST", `/app/hook/deliveries/${failed?.id}/attempts`)).status).toBe(202);
    await f.forge.settled();
    const again = await deliveries("?per_page=1");
    expect(again).toMatchObject([{ guid: failed?.guid, redelivery: true, status_code: 200 }]);
    expect(f.inbox.received.map(({ guid }) => guid)).toEqual([failed?.guid, failed?.guid]);
    expect((await f.app("POST", "/app/hook/deliveries/999/attempts")).status).toBe(404);
    expect((await f.person("GET", "/app/hook/deliveries")).status).toBe(401);

    const seen: number[] = [];
    let next: string | undefined = "/app/hook/deliveries?per_page=2";
    while (next !== undefined) {
      const page = await f.app("GET", next);
      seen.push(...read<Delivery[]>(page).map(({ id }) => id));
      next = /<[^>]*\/api\/v3([^>]*)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  it("go where the app says, and only there", async () => {
    expect((await f.app("PATCH", "/app/hook/config", { url: "file:///etc/passwd" })).status).toBe(422);
    expect((await f.app("PATCH", "/app/hook/config", { url: "not an address" })).status).toBe(422);
    expect((await f.app("GET", "/app/hook/config")).body).toMatchObject({ url: f.inbox.url, secret: "********" });
  });

  it("that nobody hears are logged so, and nothing waits for them", async () => {
    await f.forge.settled();
    await f.inbox.stop();
    await commit("unheard");
    await f.forge.settled();
    expect((await deliveries("?per_page=1"))[0]).toMatchObject({ event: "push", status_code: 502 });
  });
});

describe("misbehaviour on demand", () => {
  it("loses, doubles and delays deliveries", async () => {
    await f.forge.settled();
    f.inbox.clear();
    const { faults } = f.forge;
    faults.loseDeliveries((event) => event === "push");
    await commit("lost");
    await f.forge.settled();
    expect(f.inbox.names()).toEqual([]);
    expect((await deliveries("?per_page=1"))[0]).toMatchObject({ event: "push", status_code: 0 });
    faults.clear();

    faults.doubleDeliveries((event) => event === "push");
    await commit("twice");
    await f.forge.settled();
    expect(f.inbox.of("push")).toHaveLength(2);
    expect(f.inbox.received[0]?.guid).toBe(f.inbox.received[1]?.guid);
    faults.clear();

    f.inbox.clear();
    const hold = faults.holdDeliveries((event) => event === "push");
    await f.forge.repository("acme/shop")?.createBranch("late", "main");
    await expect.poll(() => f.inbox.names(), { timeout: 20_000 }).toEqual(["create"]);
    hold.release();
    await f.forge.settled();
    expect(f.inbox.received.map(({ event }) => event)).toEqual(["create", "push"]);
  });

  it("answers errors, late, or not at all, as often as told", async () => {
    const { faults } = f.forge;
    const headers = { "retry-after": "1" };
    faults.add({ path: /\/branches$/, times: 2, does: { kind: "answer", status: 429, headers } });
    const limited = await f.person("GET", `${f.repo}/branches`);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await f.person("GET", f.repo)).status).toBe(200);
    expect((await f.person("GET", `${f.repo}/branches`)).status).toBe(429);
    expect((await f.person("GET", `${f.repo}/branches`)).status).toBe(200);

    const write = (path: string) =>
      f.person("PUT", `${f.repo}/contents/${path}`, { message: "Write", content: "eA==" });
    faults.add({ method: "PUT", does: { kind: "answer-after", status: 502 } });
    expect((await write("told-wrong.txt")).status).toBe(502);
    faults.add({ method: "PUT", does: { kind: "lose-answer" } });
    await expect(write("untold.txt")).rejects.toThrow();
    const { promise, resolve } = Promise.withResolvers<void>();
    faults.add({ method: "PUT", does: { kind: "wait", until: promise } });
    const slow = write("slow.txt");
    expect((await f.person("GET", `${f.repo}/contents/slow.txt`)).status).toBe(404);
    resolve();
    expect((await slow).status).toBe(201);
    const listed = read<{ name: string }[]>(await f.person("GET", `${f.repo}/contents/`));
    expect(listed.map(({ name }) => name)).toEqual(
      ["README.md", "app", "slow.txt", "told-wrong.txt", "untold.txt"].sort(),
    );
  });
});
