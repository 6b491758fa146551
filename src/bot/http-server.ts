import { type ServerType, serve } from "@hono/node-server";
import type { Hono } from "hono";

export interface HttpServer {
  /** Without a slash at its end. */
  url: string;
  /** Answers what was asked already, at most `patienceMs`, then closes. */
  stop(patienceMs: number): Promise<void>;
}

/** @throws the system's error (`EADDRINUSE`) when it cannot listen there */
export async function startHttpServer(app: Hono, hostname: string, port: number): Promise<HttpServer> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, port, hostname }, () => resolve(starting));
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
