import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openTransport } from "../../src/kube/transport.ts";

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const nobody = { headers: {}, tls: { insecure: false }, from: "nowhere", authority: "none" };

/** Sends one request to a server that gives these answers, the last one for ever. */
async function ask(path: string, ...answers: Answer[]) {
  let asked = 0;
  const server = createServer((_, response) => {
    const { status, headers, body = {} } = answers[Math.min(asked++, answers.length - 1)]!;
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const pauses: number[] = [];
  const access = {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: async () => nobody,
    renewed: async () => nobody,
    namespace: undefined,
  };
  const transport = openTransport(access, { pause: async (ms) => pauses.push(ms) });
  onTestFinished(async () => {
    await transport.close();
    server.close();
  });
  const outcome = await transport.request({ method: "PATCH", path, body: {} }).then(
    () => "done",
    (thrown: Error & { reason?: string }) => `${thrown.reason || thrown.name}: ${thrown.message}`,
  );
  return { asked, pauses, outcome };
}

const status = (code: number, message: string) => ({ kind: "Status", code, reason: "InternalError", message });

test("a busy server gets the time that it asks for", async () => {
  const busy = { status: 429, headers: { "retry-after": "7" } };
  const { asked, pauses, outcome } = await ask("/api/v1/pods", busy, busy, { status: 200 });
  expect({ asked, outcome }).toEqual({ asked: 3, outcome: "done" });
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(7_000);
});

test("a server that asks for longer than anybody waits is not asked again early", async () => {
  const { asked, pauses } = await ask("/api/v1/pods", { status: 429, headers: { "retry-after": "600" } });
  expect({ asked, pauses }).toEqual({ asked: 1, pauses: [] });
});

test("errors of the server's own are passed over, and told when they stay", async () => {
  const sick = { status: 500, body: status(500, "etcdserver: leader changed") };
  expect(await ask("/api/v1/pods", sick, sick, { status: 200 })).toMatchObject({ asked: 3, outcome: "done" });
  expect(await ask("/api/v1/pods", sick)).toMatchObject({ asked: 5, outcome: expect.stringContaining("etcdserver") });
});

test("a webhook that is down costs its time-out once, and is left to whoever asked", async () => {
  const message = 'Internal error occurred: failed calling webhook "w.example": connection refused';
  expect(await ask("/api/v1/pods", { status: 500, body: status(500, message) })).toMatchObject({
    asked: 1,
    outcome: `WebhookUnavailable: ${message}`,
  });
});

test("a group whose server is away is named, and the server in front of it is not taken for sick", async () => {
  const away = { status: 503, body: "service unavailable\n" };
  expect(await ask("/apis/metrics.k8s.io/v1", away)).toMatchObject({
    asked: 1,
    outcome: expect.stringContaining("the API group metrics.k8s.io is not available now"),
  });
  expect(await ask("/api/v1/pods", away)).toMatchObject({ asked: 5 });
});
