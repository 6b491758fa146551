import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";

export type ApiAccess = { url: string; ca: string; token: string };

export type ApiAnswer = { status: number; headers: IncomingHttpHeaders; text: string; json: () => unknown };

/**
 * One plain HTTPS request to an API server as its administrator. A test's own view of the server: it shares nothing
 * with the product's client, so that a mistake there cannot hide itself here.
 */
export function apiRequest(
  access: ApiAccess,
  path: string,
  {
    method = "GET",
    body,
    contentType = "application/json",
    accept = "application/json",
    headers: others = {},
  }: {
    method?: string;
    body?: unknown;
    contentType?: string;
    accept?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { authorization: `Bearer ${access.token}`, accept, ...others };
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    if (text !== undefined) {
      headers["content-type"] = contentType;
      // Of a DELETE's body Node would not tell the length by itself.
      headers["content-length"] = String(Buffer.byteLength(text));
    }
    const outgoing = request(
      new URL(path, access.url),
      { method, headers, ca: access.ca, timeout: 30_000 },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: () => JSON.parse(text) });
        });
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within 30 s: ${method} ${path}`)));
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}
