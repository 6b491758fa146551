import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openTransport } from "../../src/kube/transport.ts";

const nobody = { headers: {}, tls: { insecure: false }, from: "nowhere", authority: "none" };

/** What is thrown for a request that the API server answers so. */
async function refusalOf(path: string, code: number, message: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(code, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "Status", code, reason: "Invalid", message }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const access = {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: async () => nobody,
    renewed: async () => nobody,
    namespace: undefined,
  };
  const transport = openTransport(access, { attempts: 1 });
  onTestFinished(async () => {
    await transport.close();
    server.close();
  });
  const answer = transport.request({ method: "PATCH", path, body: {} });
  return answer.then(
    () => "",
    (thrown: Error) => JSON.stringify([thrown.message, thrown]),
  );
}

const secret = "/api/v1/namespaces/shop/secrets/db?fieldManager=trueup";
const quoting = 'Secret "db" is invalid: data[password]: Invalid value: "hunter2"';

test.each([
  [422, quoting],
  [400, quoting],
  [500, 'failed to create typed patch object (shop/db; /v1, Kind=Secret): got &value{Value:"hunter2"}'],
  [500, 'cannot convert {"password":"hunter2"}'],
  [403, 'admission webhook "p" denied the request: hunter2 is weak'],
])("a refusal (%i) that quotes a Secret's value never reaches a comment or a log", async (code, message) => {
  const told = await refusalOf(secret, code, message);
  expect(told).toContain("the API server refuses this Secret");
  expect(told).not.toContain("hunter2");
});

test("what a refusal of a Secret cannot quote is told, so that it can be mended", async () => {
  expect(await refusalOf(secret, 403, 'secrets "db" is forbidden: User "a" cannot patch')).toContain("cannot patch");
  expect(await refusalOf(secret, 404, 'namespaces "shop" not found')).toContain("not found");
});

test("refusals of other kinds keep the server's words", async () => {
  expect(await refusalOf("/api/v1/namespaces/secrets/configmaps/a", 422, "port: Invalid value: 7")).toContain(
    "value: 7",
  );
});
