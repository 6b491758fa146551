import { Agent, request } from "undici";

/** An API answered with something else than what was asked for. */
export class UnexpectedAnswer extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  contentType?: string;
}

/** Calls one JSON API with a bearer token, as curl would; resolves to the parsed body, `undefined` for 404. */
export type JsonApi = <T>(path: string, call?: Call) => Promise<T | undefined>;

/** @throws UnexpectedAnswer for any status from 400 on but 404 */
export function jsonApi({ base, token }: { base: string; token: string }): JsonApi {
  const dispatcher = new Agent();
  return async <T>(path: string, { method = "GET", body, contentType = "application/json" }: Call = {}) => {
    const answer = await request(`${base}${path}`, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", "content-type": contentType },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 404) return undefined;
    if (answer.statusCode >= 400) {
      throw new UnexpectedAnswer(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`, answer.statusCode);
    }
    return (text === "" ? {} : JSON.parse(text)) as T;
  };
}
