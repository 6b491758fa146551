import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { createGitHubApp } from "../../src/github/github-app.ts";
import { GitHubError } from "../../src/github/github-error.ts";
import {
  createWriteBudget,
  productionWriteLimits,
  type Urgency,
  type WriteBudget,
  type WriteLimit,
} from "../../src/github/write-budget.ts";
import { appKey } from "../bot/app-key.ts";

/** A clock that moves only when somebody sleeps or says so. */
function ownClock(at = Date.parse("2026-01-01T00:00:00Z")) {
  const pass = (ms: number): void => {
    at += ms;
  };
  return { now: () => at, sleep: async (ms: number) => pass(ms), pass };
}

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown; drop?: boolean };

/** A GitHub whose answers are given in order, a token for whoever asks for one. */
async function scripted(answers: Answer[], limits: readonly WriteLimit[] = []) {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const clock = ownClock();
  let tokens = 0;
  const respond = (response: ServerResponse, { status = 200, headers = {}, body = {} }: Answer) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
  const server = createServer((request: IncomingMessage, response) => {
    request.resume();
    const path = request.url ?? "";
    if (path.endsWith("/access_tokens")) {
      const expires_at = new Date(clock.now() + 3_600_000).toISOString();
      return respond(response, { status: 201, body: { token: `token-${++tokens}`, expires_at } });
    }
    if (path === "/repositories/42") {
      return respond(response, { body: { id: 42, name: "state", owner: { login: "acme" }, default_branch: "main" } });
    }
    asked.push(`${request.method} ${path.split("?")[0]}`);
    authorizations.push(request.headers.authorization);
    const answer = answers.shift() ?? {};
    if (answer.drop === true) return request.socket.destroy();
    return respond(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const app = createGitHubApp({
    appId: 7,
    privateKey: appKey,
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writeLimits: limits,
    log: { debug() {}, warn() {} },
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0,
  });
  return {
    app,
    asked,
    authorizations,
    clock,
    repository: () => app.repository(42, 3),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "fulfilled",
    (error: unknown) => (error instanceof GitHubError ? error.kind : error),
  );
const pull = {
  number: 5,
  title: "t",
  user: null,
  state: "open",
  merged_at: null,
  merge_commit_sha: null,
  locked: false,
};
const side = { sha: "a", ref: "r", repo: null };

describe("a read", () => {
  test("that GitHub failed is asked again, then given up", async () => {
    const answer = { body: { ...pull, head: side, base: side } };
    await using recovers = await scripted([{ status: 502 }, { drop: true }, answer]);
    expect(await recovers.repository().pullRequest(5)).toMatchObject({ number: 5, author: "ghost", merged: false });
    await using down = await scripted(Array.from({ length: 9 }, () => ({ status: 503 })));
    expect(await kindOf(down.repository().pullRequest(5))).toBe("unreachable");
    expect(down.asked).toHaveLength(3);
  });

  test("of what is not there is undefined, and of what is closed to us an error", async () => {
    await using github = await scripted([
      { status: 404 },
      { status: 403, body: { message: "Resource not accessible" } },
    ]);
    expect(await github.repository().pullRequest(5)).toBeUndefined();
    expect(await kindOf(github.repository().pullRequest(5))).toBe("forbidden");
  });
});

test("a write is never sent twice: whoever wrote looks whether it took effect", async () => {
  await using github = await scripted([{ status: 502 }]);
  expect(await kindOf(github.repository().createComment(5, "hello"))).toBe("unreachable");
  expect(github.asked).toEqual(["POST /repos/acme/state/issues/5/comments"]);
});

describe("GitHub's rate limit", () => {
  test.each([
    ["names a time", { "retry-after": "42" }, 42_000],
    [
      "is used up",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.parse("2026-01-01T00:10:00Z") / 1000) },
      600_000,
    ],
    ["is a secondary one", {}, 60_000],
  ])("that %s is kept, without asking again before", async (_, headers, wait) => {
    const body = { message: "You have exceeded a secondary rate limit" };
    await using github = await scripted([{ status: 403, headers, body }, { body: [] }]);
    const repository = github.repository();
    await expect(repository.openPullRequests()).rejects.toMatchObject({ kind: "rate-limited", retryAfterMs: wait });
    expect(await kindOf(repository.openPullRequests())).toBe("rate-limited");
    expect(github.asked).toHaveLength(1);
    github.clock.pass(wait);
    expect(await github.repository().openPullRequests()).toEqual([]);
  });
});

test("an installation's token is made once for many, anew before it ends, and anew when GitHub refuses it", async () => {
  const empty = { body: [] };
  await using github = await scripted([empty, empty, empty, { status: 401 }, empty, { status: 401 }, { status: 401 }]);
  await Promise.all([github.repository().openPullRequests(), github.repository().openPullRequests()]);
  github.clock.pass(55 * 60_000);
  await github.repository().openPullRequests();
  await github.repository().openPullRequests();
  expect(await kindOf(github.repository().openPullRequests())).toBe("auth");
  expect(github.authorizations).toEqual([1, 1, 2, 2, 3, 3, 4].map((number) => `token token-${number}`));
});

test("the app's own token is made by GitHub's clock when ours is off", async () => {
  const date = new Date(Date.parse("2026-01-01T00:10:00Z")).toUTCString();
  await using github = await scripted([{ status: 401, headers: { date } }, { body: [] }]);
  expect(await github.app.installations()).toEqual([]);
  const issued = github.authorizations.map((header) => {
    const [, claims = ""] = (header ?? "").split(".");
    return JSON.parse(Buffer.from(claims, "base64url").toString()).iat as number;
  });
  expect(issued[1]! - issued[0]!).toBe(600);
});

describe("the budget of writes", () => {
  test("lets the first through at once, makes a few wait, and tells the others when to come back", async () => {
    const clock = ownClock(0);
    const slept: number[] = [];
    const budget = createWriteBudget([{ writes: 2, perMs: 1000 }], clock.now, async (ms) => void slept.push(ms));
    await budget.take();
    await budget.take();
    expect(slept).toEqual([]);
    for (let write = 0; write < 10; write++) await budget.take();
    expect(slept).toEqual([1000, 1000, 2000, 2000, 3000, 3000, 4000, 4000, 5000, 5000]);
    await expect(budget.take()).rejects.toMatchObject({ kind: "rate-limited", retryAfterMs: 6000 });
  });

  test("lets no write through that waited for its turn when GitHub asked to be left alone", async () => {
    const clock = ownClock(0);
    const budget = createWriteBudget([{ writes: 1, perMs: 4000 }], clock.now, async (ms) => {
      clock.pass(100);
      budget.closeFor(60_000);
      clock.pass(ms - 100);
    });
    await budget.take();
    await expect(budget.take()).rejects.toMatchObject({ kind: "rate-limited", retryAfterMs: 56_100 });
    clock.pass(56_100);
    expect(await kindOf(budget.take())).toBe("fulfilled");
  });

  test("gives the slot that is free first, also after what is urgent has overtaken others that wait", async () => {
    const clock = ownClock(0);
    const sent: number[] = [];
    const budget = createWriteBudget([{ writes: 6, perMs: 1000 }], clock.now, async (ms) => void sent.push(ms));
    for (let write = 0; write < 5; write++) await budget.take("background");
    clock.pass(500);
    await budget.take("asked");
    expect(sent).toEqual([1000]);
    // In milliseconds from here: what the five leave of the limit a second after them, then what the one that was asked for leaves.
    for (let write = 0; write < 6; write++) await budget.take("asked");
    expect(sent.slice(1)).toEqual([500, 500, 500, 500, 1000, 1500]);
  });

  test("leaves a share to commands and to what somebody waits for, however much there is besides, and some to the rest", async () => {
    const clock = ownClock(0);
    const fill = async (urgency: Urgency, budget: WriteBudget) => {
      for (let sent = 0; ; sent++) if ((await kindOf(budget.take(urgency))) === "rate-limited") return sent;
    };
    const budget = () => createWriteBudget([{ writes: 60, perMs: 3_600_000 }], clock.now, clock.sleep);
    const inTurn = async (of: WriteBudget, ...turns: Urgency[]) => {
      const sent: number[] = [];
      for (const urgency of turns) sent.push(await fill(urgency, of));
      return sent;
    };
    const many = budget();
    expect(await inTurn(many, "background", "urgent", "asked")).toEqual([40, 10, 10]);
    expect(await inTurn(budget(), "urgent", "background", "asked")).toEqual([45, 5, 10]);
    expect(await inTurn(budget(), "asked", "urgent", "background")).toEqual([55, 0, 5]);
    clock.pass(3_600_000);
    expect(await fill("background", many)).toBe(40);
  });

  test("never sends more than GitHub allows, whoever waits for a slot meanwhile", async () => {
    const booked: number[] = [];
    let at = 0;
    const budget = createWriteBudget(
      [{ writes: 6, perMs: 1000 }],
      () => at,
      async (ms) => void booked.push(at + ms),
    );
    for (; at < 20_000; at += 50) {
      const before = booked.length;
      const urgency = at % 150 === 0 ? "urgent" : at % 400 === 0 ? "asked" : "background";
      if ((await kindOf(budget.take(urgency))) === "fulfilled" && booked.length === before) booked.push(at);
    }
    const within = (from: number) => booked.filter((time) => time >= from && time < from + 1000).length;
    expect(Math.max(...booked.map(within))).toBe(6);
  });

  test("never sends more than GitHub allows, however long one writes", async () => {
    const clock = ownClock(0);
    const budget = createWriteBudget(productionWriteLimits, clock.now, clock.sleep);
    const writes: number[] = [];
    while (clock.now() < 3 * 3_600_000) {
      try {
        await budget.take();
        writes.push(clock.now());
      } catch (error) {
        clock.pass((error as GitHubError).retryAfterMs!);
      }
    }
    const within = (ms: number) =>
      Math.max(...writes.map((at, index) => writes.slice(index).filter((later) => later < at + ms).length));
    expect(within(60_000)).toBeLessThanOrEqual(80);
    expect(within(3_600_000)).toBeLessThanOrEqual(500);
    expect(writes.length).toBeGreaterThan(1000);
  });
});
