import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import type { ApiAccess } from "./control-plane/api-request.ts";

/**
 * What happens to one request: a status or a broken line instead of an answer, it stands for so long before it goes on, or its
 * answer stands until that is over.
 */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  | { holdMs: number }
  | { answerAfter: Promise<unknown> }
  | "cut";

export interface FaultyProxy {
  /** For a kubeconfig: plain http, and the caller's own token goes through. */
  url: string;
  /** Of each request that came, in order: method and path with query. */
  requests: string[];
  /** Looks at each request; what it returns is done instead of forwarding it. */
  fault: (method: string, path: string) => Fault | undefined;
  /** Breaks every watch that is open. @returns how many */
  cutWatches(): number;
  /** Sends one event into every open watch whose path matches. @returns how many */
  inject(path: RegExp, event: object): number;
  close(): Promise<void>;
}

/** A proxy in front of a real API server that does what no real one does when asked. */
export async function startFaultyProxy(behind: ApiAccess): Promise<FaultyProxy> {
  const watches = new Map<ServerResponse, string>();
  const proxy: FaultyProxy = {
    url: "",
    requests: [],
    fault: () => undefined,
    cutWatches() {
      const all = [...watches.keys()];
      for (const one of all) one.destroy();
      return all.length;
    },
    inject(path, event) {
      const those = [...watches].filter(([, open]) => path.test(open));
      for (const [one] of those) one.write(`${JSON.stringify(event)}\n`);
      return those.length;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url: path = "/" } = incoming;
    proxy.requests.push(`${method} ${path}`);
    const fault = proxy.fault(method, path);
    if (fault === "cut") incoming.socket.destroy();
    else if (fault !== undefined && "holdMs" in fault) setTimeout(() => forward(incoming, outgoing), fault.holdMs);
    else if (fault !== undefined && "answerAfter" in fault) forward(incoming, outgoing, fault.answerAfter);
    else if (fault !== undefined) outgoing.writeHead(fault.status, fault.headers).end(fault.body ?? "");
    else forward(incoming, outgoing);
  });

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, until?: Promise<unknown>): void {
    const { method, url: path = "/" } = incoming;
    const headers = { ...incoming.headers, host: new URL(behind.url).host };
    const sent = request(new URL(path, behind.url), { method, headers, ca: behind.ca }, async (answer) => {
      await until;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      if (/[?&]watch=true/.test(path)) watches.set(outgoing, path);
      answer.pipe(outgoing);
      answer.on("error", () => outgoing.destroy());
    });
    outgoing.on("close", () => {
      watches.delete(outgoing);
      sent.destroy();
    });
    sent.on("error", () => outgoing.destroy());
    incoming.pipe(sent);
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}
