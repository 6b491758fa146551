import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createKubeClient } from "../../src/kube/kube-client.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { watchKind } from "../../src/kube/watch.ts";

const nobody = { headers: {}, tls: { insecure: false }, from: "nowhere", authority: "none" };

async function transportTo(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const transport = openTransport({
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: async () => nobody,
    renewed: async () => nobody,
    namespace: undefined,
  });
  onTestFinished(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}

test("however much there is to heal, only a few requests are in flight at a time", async () => {
  const waiting: ServerResponse[] = [];
  let most = 0;
  let released = false;
  const transport = await transportTo((request, response) => {
    if (request.url === "/meanwhile" || released) return void response.end("{}");
    most = Math.max(most, waiting.push(response));
  });
  const asked = Array.from({ length: 500 }, () => transport.request({ method: "GET", path: "/api/v1/pods" }));
  await expect.poll(() => waiting.length).toBeGreaterThanOrEqual(24);
  // What else was sent would have arrived by the time that others are answered.
  for (let round = 0; round < 20; round++) await (await fetch(`${transport.server}/meanwhile`)).text();
  released = true;
  for (const response of waiting) response.end("{}");
  await Promise.all(asked);
  expect(most).toBe(24);
});

test("a watch whose line has gone silent is taken for dead and opened again where it was", async () => {
  const watches: string[] = [];
  const again = Promise.withResolvers<void>();
  const resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true } as never;
  const isWatch = ({ url }: IncomingMessage) => url?.includes("watch=true") === true;
  const transport = await transportTo((request, response) => {
    if (!isWatch(request)) return void response.end(JSON.stringify({ metadata: { resourceVersion: "7" }, items: [] }));
    watches.push(new URL(request.url!, "http://x").searchParams.get("resourceVersion") ?? "");
    // Half open, as after a machine in between was restarted: the headers came, and nothing ever does.
    response.flushHeaders();
    if (watches.length === 2) again.resolve();
  });
  const handler = { onList() {}, onEvent() {} };
  const watch = watchKind(createKubeClient(transport), resource, { silence: 20 }, handler);
  onTestFinished(() => watch.stop());
  await again.promise;
  expect(watches).toEqual(["7", "7"]);
});
