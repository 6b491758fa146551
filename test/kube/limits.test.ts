import { createServer, type IncomingMessage, type RequestListener } from "node:http";
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
  let open = 0;
  let most = 0;
  const transport = await transportTo((_, response) => {
    most = Math.max(most, ++open);
    // Answered only after every connection that is ever opened has had its turn.
    setImmediate(() =>
      setImmediate(() => {
        open--;
        response.end("{}");
      }),
    );
  });
  const ask = () => transport.request({ method: "GET", path: "/api/v1/pods" });
  await Promise.all(Array.from({ length: 500 }, ask));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(24);
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
