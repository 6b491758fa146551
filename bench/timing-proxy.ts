import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http";
import type { Interval } from "./statistics.ts";

export interface Exchange extends Interval {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
  status: number;
}

export interface TimingProxy {
  url: string;
  /** Everything that went through and was answered; times by `performance.now()`. */
  exchanges: Exchange[];
  /** Called for each exchange when its answer has been passed on. */
  onExchange(listener: (exchange: Exchange) => void): void;
  close(): Promise<void>;
}

/**
 * Passes HTTP on to `target` and writes down when each request came and when its answer had gone. The target's own address in
 * its JSON answers (GitHub's API says where to clone from) becomes the proxy's, so that what follows it comes through here too.
 */
export async function timingProxy(target: () => string): Promise<TimingProxy> {
  const exchanges: Exchange[] = [];
  const listeners: ((exchange: Exchange) => void)[] = [];
  const server = createServer((incoming, outgoing) => {
    const from = performance.now();
    const chunks: Buffer[] = [];
    const { method = "GET", url: path = "/", headers } = incoming;
    const upstream = sendRequest(new URL(path, target()), { method, headers }, (answer) => {
      const isJson = answer.headers["content-type"]?.startsWith("application/json") === true;
      if (isJson) passRewritten(answer, outgoing, (text) => text.replaceAll(target(), `http://${headers.host}`));
      else {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }
      outgoing.once("finish", () => {
        const body = Buffer.concat(chunks);
        const exchange = { from, to: performance.now(), method, path, headers, body, status: answer.statusCode ?? 0 };
        exchanges.push(exchange);
        for (const listener of listeners) listener(exchange);
      });
    });
    upstream.once("error", () => outgoing.destroy());
    // Who hung up (an agent's long poll, when it ends) waits for no answer.
    outgoing.once("close", () => upstream.destroy());
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no TCP address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    exchanges,
    onExchange: (listener) => void listeners.push(listener),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function passRewritten(answer: IncomingMessage, outgoing: ServerResponse, rewrite: (text: string) => string): void {
  const chunks: Buffer[] = [];
  answer.on("data", (chunk: Buffer) => chunks.push(chunk));
  answer.once("end", () => {
    const body = Buffer.from(rewrite(Buffer.concat(chunks).toString()));
    const { "transfer-encoding": _, ...headers } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, { ...headers, "content-length": body.length });
    outgoing.end(body);
  });
}
