import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  event: string;
  action: string | undefined;
  guid: string;
  headers: Record<string, string>;
  /** As it came, for the signature. */
  raw: string;
  payload: Record<string, unknown>;
}

/** The app's side of webhooks: keeps what comes, answers as told. */
export interface WebhookInbox {
  readonly url: string;
  readonly received: Received[];
  /** `event` or `event.action`, sorted: like GitHub, the forge sends without waiting for the answer to the one before. */
  names(): string[];
  of(name: string): Received[];
  clear(): void;
  /** From now on answers with this status. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}

export async function webhookInbox(): Promise<WebhookInbox> {
  const received: Received[] = [];
  let status = 200;
  const nameOf = ({ event, action }: Received): string => (action === undefined ? event : `${event}.${action}`);
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString();
      const payload = JSON.parse(raw) as Record<string, unknown>;
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const event = headers["x-github-event"] ?? "";
      const action = payload.action as string | undefined;
      received.push({ event, action, guid: headers["x-github-delivery"] ?? "", headers, raw, payload });
      answer.writeHead(status, { "content-type": "text/plain" }).end("heard");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    names: () => received.map(nameOf).sort(),
    of: (name) => received.filter((one) => nameOf(one) === name),
    clear: () => void received.splice(0),
    answerWith(code) {
      status = code;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
