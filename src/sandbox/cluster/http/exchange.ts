import type { IncomingMessage, ServerResponse } from "node:http";
import type { User } from "../access/authenticate.ts";
import type { ProtobufReader } from "../decode/protobuf.ts";
import { NoSuchPage, StatusError } from "../status-error.ts";

/** One request and its answer. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  user: User;
  /** When it came. */
  now: Date;
  /** Warnings for the person at the client; they travel in headers. */
  warnings: string[];
  readProtobuf: ProtobufReader;
  /** Whether the cluster serves that kind. */
  knows: (apiVersion: string, kind: string) => boolean;
}

const largestBody = 3 * 1024 * 1024;

export async function readBody(exchange: Exchange): Promise<string> {
  return (await readBytes(exchange)).toString("utf8");
}

const parameters = /^(\s*;\s*[\w!#$%&'*+.^`|~-]+\s*=\s*([\w!#$%&'*+.^`|~-]+|"([^"\\]|\\.)*"))*\s*;?\s*$/;

/** The media type of the request's body, without its parameters; empty when it names none, as sent when it is none. */
export function contentType({ request }: Exchange): string {
  const sent = request.headers["content-type"] ?? "";
  const [type = ""] = sent.split(";");
  return parameters.test(sent.slice(type.length)) ? type.trim().toLowerCase() : sent;
}

/** The media type of a patch, which is cut off and no more. */
export function patchType({ request }: Exchange): string {
  const sent = request.headers["content-type"] ?? "";
  const end = sent.indexOf(";");
  return end > 0 ? sent.slice(0, end) : sent;
}

/** The request's body; throws a 413 when it is larger than an API server takes. */
export async function readBytes({ request }: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // To the end in any case: what is left of a body would stand before the connection's next request.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) {
    const message = `Request entity too large: limit is ${largestBody}`;
    throw new StatusError(413, "RequestEntityTooLarge", message);
  }
  return Buffer.concat(chunks);
}

export function answerJson(exchange: Exchange, code: number, body: string): void {
  answer(exchange, code, "application/json", body);
}

export function answer({ response, warnings }: Exchange, code: number, type: string, body: string): void {
  const headers: { [name: string]: string | string[] } = {
    "content-type": type,
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-cache, private",
  };
  if (warnings.length > 0) headers.warning = warnings.map(warningHeader);
  response.writeHead(code, headers).end(body);
}

export function answerError(exchange: Pick<Exchange, "response" | "warnings">, error: StatusError): void {
  if (error instanceof NoSuchPage) {
    answer(exchange as Exchange, 404, "text/plain; charset=utf-8", `${error.message}\n`);
    return;
  }
  const body = JSON.stringify(error.toStatus());
  const { retryAfterSeconds } = error.details ?? {};
  if (retryAfterSeconds !== undefined) exchange.response.setHeader("retry-after", String(retryAfterSeconds));
  answer(exchange as Exchange, error.code, "application/json", body);
}

/** RFC 7234 with agent and code as Kubernetes writes them. */
function warningHeader(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these must not reach a header
  const safe = text.replace(/[\u0000-\u001f\u007f-\uffff]/g, "?").replace(/["\\]/g, "\\$&");
  return `299 - "${safe.slice(0, 4_000)}"`;
}
