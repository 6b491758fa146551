import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterEach, expect, test } from "vitest";
import { type AgentLinkOptions, connectAgentLink } from "../../src/link/agent-side.ts";
import { hashToken } from "../../src/link/agent-token.ts";
import { createLinkHub, type LinkStore } from "../../src/link/bot-side.ts";
import type { AgentMessage, Command } from "../../src/link/messages.ts";

const sha = "a".repeat(40);
const quiet = { info() {}, warn() {}, error() {} };
const noWaiting = { sleep: async () => {}, random: () => 0 };
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function memoryStore() {
  const commands: Command[] = [];
  const accepted: { cluster: string; id: string; message: AgentMessage }[] = [];
  const listeners = new Set<() => void>();
  const store: LinkStore = {
    async openCommands(_cluster, after) {
      const from = after?.startsWith("e.") ? Number(after.slice(2)) : 0;
      return { cursor: `e.${commands.length}`, commands: commands.slice(from) };
    },
    whenCommands: (_cluster, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        listeners.add(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      }),
    async accept(cluster, id, message) {
      accepted.push({ cluster, id, message });
      for (const listener of listeners) listener();
    },
    async heard() {},
  };
  return {
    store,
    accepted,
    add(command: Command) {
      commands.push(command);
      for (const listener of listeners) listener();
    },
  };
}

async function serve(
  handler: (req: Request) => Response | Promise<Response>,
): Promise<{ url: string; server: Server }> {
  const server = createServer(getRequestListener(handler));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function hub() {
  const memory = memoryStore();
  const link = createLinkHub({
    tokens: [
      { cluster: "prod", sha256: hashToken("prod-token") },
      { cluster: "test", sha256: hashToken("test-token") },
    ],
    store: memory.store,
    now: Date.now,
  });
  cleanups.push(() => link.close());
  return { ...memory, ...(await serve(link.app.fetch)) };
}

function connect(options: Partial<AgentLinkOptions> & { url: string }) {
  const link = connectAgentLink({
    token: "prod-token",
    cluster: "prod",
    onCommand() {},
    log: quiet,
    clock: noWaiting,
    ...options,
  });
  cleanups.push(() => link.close());
  return link;
}

const syncCommand = (id: string): Command => ({ type: "sync", id, repositoryId: 1, system: "shop", sha });
const heartbeat: AgentMessage = { type: "heartbeat", at: "2026-11-01T10:00:00Z", version: "1", systems: [] };

test("a command stored while the agent waits reaches it, and its answer reaches the bot", async () => {
  const { url, add, accepted } = await hub();
  const got = Promise.withResolvers<Command>();
  const connected = Promise.withResolvers<void>();
  const link = connect({ url, onCommand: (command) => got.resolve(command), onConnected: () => connected.resolve() });
  await connected.promise;
  add(syncCommand("c1"));
  expect(await got.promise).toEqual(syncCommand("c1"));
  link.send(heartbeat);
  await expect.poll(() => accepted).toMatchObject([{ cluster: "prod", message: heartbeat }]);
});

test("a command of a newer bot that the agent does not know keeps it from no other", async () => {
  const { add, url } = await hub();
  const taken: string[] = [];
  add({ type: "from-the-future", id: "c0" } as unknown as Command);
  add(syncCommand("c1"));
  connect({ url, onCommand: (command) => void taken.push(command.id) });
  await expect.poll(() => taken).toEqual(["c1"]);
});

test("a command is handed over once per connection, and what is open comes again to an agent that starts anew", async () => {
  const { url, add } = await hub();
  add(syncCommand("c1"));
  const first: string[] = [];
  const link = connect({ url, onCommand: (command) => void first.push(command.id) });
  await expect.poll(() => first).toEqual(["c1"]);
  add(syncCommand("c2"));
  await expect.poll(() => first).toEqual(["c1", "c2"]);
  await link.close();
  const second: string[] = [];
  connect({ url, onCommand: (command) => void second.push(command.id) });
  await expect.poll(() => second).toEqual(["c1", "c2"]);
});

test("a message is sent again, under the same id, until the bot has taken it", async () => {
  const seen: string[] = [];
  const { url } = await serve(async (request) => {
    if (request.method === "GET") return Response.json({ cursor: "e.0", commands: [] });
    const body = (await request.json()) as { messages: { id: string }[] };
    seen.push(...body.messages.map(({ id }) => id));
    return seen.length < 3 ? new Response(null, { status: 503 }) : Response.json({ accepted: 1 });
  });
  connect({ url }).send(heartbeat);
  await expect.poll(() => seen.length).toBe(3);
  expect(new Set(seen).size).toBe(1);
});

test("a message that the bot refuses does not hold up those behind it", async () => {
  const taken: string[] = [];
  const { url } = await serve(async (request) => {
    if (request.method === "GET") return Response.json({ cursor: "e.0", commands: [] });
    const body = (await request.json()) as { messages: { message: { type: string; id?: string } }[] };
    if (body.messages.some(({ message }) => message.id === "bad")) return new Response(null, { status: 422 });
    taken.push(...body.messages.map(({ message }) => message.id ?? message.type));
    return Response.json({ accepted: 1 });
  });
  const link = connect({ url });
  const result = (id: string): AgentMessage => ({
    type: "plan-result",
    id,
    repositoryId: 1,
    system: "shop",
    error: { kind: "user", message: "no" },
  });
  for (const id of ["bad", "good"]) link.send(result(id));
  await expect.poll(() => taken).toEqual(["good"]);
});

test("a redirect is not followed, so the token reaches no other host", async () => {
  const requests: string[] = [];
  const other = await serve((request) => {
    requests.push(request.headers.get("authorization") ?? "");
    return Response.json({ cursor: "e.0", commands: [] });
  });
  const tried = Promise.withResolvers<void>();
  const { url } = await serve(() => Response.redirect(`${other.url}/link/v1/commands`));
  connect({ url, log: { ...quiet, warn: () => tried.resolve() } });
  await tried.promise;
  expect(requests).toEqual([]);
});

test.each([
  ["http://bot.example.com", /must be https/],
  ["https://user:secret@bot.example.com", /no credentials/],
  ["not a url", /is no URL/],
])("%s is refused as the bot's address", (url, complaint) => {
  expect(() => connectAgentLink({ url, token: "t", cluster: "c", onCommand() {}, log: quiet })).toThrow(complaint);
});

test.each([
  ["no token", {}, 401],
  ["a wrong token", { authorization: "Bearer nope" }, 401],
  ["the hash instead of the token", { authorization: `Bearer ${hashToken("prod-token").toString("hex")}` }, 401],
  ["another cluster's token", { authorization: "Bearer test-token", "x-trueup-cluster": "prod" }, 403],
])("%s gets nothing", async (_case, headers, status) => {
  const { url, add } = await hub();
  add(syncCommand("c1"));
  const response = await fetch(`${url}/link/v1/commands`, { headers: headers as Record<string, string> });
  expect(response.status).toBe(status);
  expect(await response.text()).not.toContain("c1");
});

test.each([
  ["no JSON", "{", 400],
  ["an unknown message", '{"messages":[{"id":"x","message":{"type":"surprise"}}]}', 422],
  ["an unknown field", `{"messages":[{"id":"x","message":${JSON.stringify({ ...heartbeat, extra: 1 })}}]}`, 422],
  ["more than 25 MB", `"${"x".repeat(26 * 1024 * 1024)}"`, 413],
])("a body with %s is refused and nothing is taken", async (_case, body, status) => {
  const { url, accepted } = await hub();
  const response = await fetch(`${url}/link/v1/messages`, {
    method: "POST",
    headers: { authorization: "Bearer prod-token" },
    body,
  });
  expect(response.status).toBe(status);
  expect(accepted).toEqual([]);
});
