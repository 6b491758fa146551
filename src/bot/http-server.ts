import { type ServerType, serve } from "@hono/node-server";
import type { Hono } from "hono";

export interface HttpServer {
  /** Without a slash at its end. */
  url: string;
  /** Answers what was asked already, at most `patienceMs`, then closes. */
  stop(patienceMs: number): Promise<void>;
}

/** Until a request is here wholly; one that is slower is answered 408. An agent's largest message passes at 1 MB/s. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };

/** @throws the system's error (`EADDRINUSE`) when it cannot listen there */
export async function startHttpServer(app: Hono, hostname: string, port: number): Promise<HttpServer> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, port, hostname, serverOptions: timeouts }, () => resolve(starting));
    starting.once("error", reject);
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the bot has no TCP address");
  const everywhere = hostname === "0.0.0.0" || hostname === "::";
  const shown = everywhere ? "127.0.0.1" : hostname;
  return {
    url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${bound.port}`,
    stop: (patienceMs) =>
      new Promise((resolve) => {
        const impatient = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), patienceMs);
        server.close(() => {
          clearTimeout(impatient);
          resolve();
        });
        if ("closeIdleConnections" in server) server.closeIdleConnections();
      }),
  };
}
