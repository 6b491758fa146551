import { request } from "node:https";

export type ApiAccess = { url: string; ca: string; token: string };

export type ApiAnswer = { status: number; text: string; json: () => unknown };

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
  }: { method?: string; body?: unknown; contentType?: string; accept?: string } = {},
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { authorization: `Bearer ${access.token}`, accept };
    if (body !== undefined) headers["content-type"] = contentType;
    const outgoing = request(
      new URL(path, access.url),
      { method, headers, ca: access.ca, timeout: 30_000 },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: answer.statusCode ?? 0, text, json: () => JSON.parse(text) });
        });
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within 30 s: ${method} ${path}`)));
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  });
}
