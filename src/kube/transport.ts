import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import type { KubeAccess } from "./kube-access.ts";
import { isKubeError, KubeUnreachable, kubeErrorFrom, withoutSecrets } from "./kube-error.ts";

export interface KubeRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query, names already encoded. */
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal;
}

export interface Transport {
  server: string;
  /** The parsed answer of a success. @throws KubeError, KubeUnreachable */
  request(request: KubeRequest): Promise<unknown>;
  /** The raw body of a long answer, outside the cap on requests in flight; the caller ends it by `signal`. */
  stream(request: KubeRequest): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Requests in flight at most: an unbounded storm stalls an API server. */
  inFlight?: number;
  /** Attempts for one request in all. */
  attempts?: number;
  pause?(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown>;
}

const requestTimeout = 60_000;
const longestWait = 15_000;

/** Keep-alive connections to one API server. */
export function openTransport(access: KubeAccess, options: TransportOptions = {}): Transport {
  const {
    inFlight = 24,
    attempts = 5,
    pause = (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
  } = options;
  const url = new URL(access.server);
  const prefix = url.pathname.replace(/\/$/, "");
  const { insecure, ...tls } = access.tls;
  const pool = (connections: number | null) =>
    new Pool(url.origin, {
      connections,
      keepAliveTimeout: 60_000,
      connect: { ...tls, rejectUnauthorized: !insecure, timeout: 10_000 },
    });
  const requests = pool(inFlight);
  // Watches hold their connection for minutes; in the same pool they would starve the requests.
  const streams = pool(null);

  async function once(from: Pool, asked: KubeRequest, bodyTimeout: number) {
    const { method, path, body, contentType = "application/json", accept = "application/json", signal } = asked;
    const headers: Record<string, string> = { ...(await access.authorize()), accept };
    if (body !== undefined) headers["content-type"] = contentType;
    try {
      return await from.request({
        method,
        path: prefix + path,
        headers,
        headersTimeout: requestTimeout,
        bodyTimeout,
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      throw new KubeUnreachable(access.server, thrown);
    }
  }

  async function attempt(asked: KubeRequest): Promise<unknown> {
    const answer = await once(requests, asked, requestTimeout);
    let text: string;
    try {
      text = await answer.body.text();
    } catch (thrown) {
      if (asked.signal?.aborted) throw thrown;
      throw new KubeUnreachable(access.server, thrown);
    }
    if (answer.statusCode >= 300) throw failure(asked, answer.statusCode, text, answer.headers["retry-after"]);
    return text === "" ? undefined : JSON.parse(text);
  }

  return {
    server: access.server,
    async request(asked) {
      for (let tried = 1; ; tried++) {
        try {
          return await attempt(asked);
        } catch (thrown) {
          const wait = waitBeforeRetry(thrown, tried);
          if (wait === undefined || tried >= attempts || asked.signal?.aborted) throw thrown;
          await pause(wait, asked.signal);
        }
      }
    },
    async stream(asked) {
      const answer = await once(streams, asked, 0);
      if (answer.statusCode >= 300) {
        throw failure(asked, answer.statusCode, await answer.body.text(), answer.headers["retry-after"]);
      }
      return answer.body;
    },
    async close() {
      await Promise.all([requests.destroy(), streams.destroy()]);
    },
  };
}

/**
 * Every request that we send may be sent twice: applies, patches and deletes carry preconditions or say the same again.
 * @returns milliseconds, undefined when another attempt cannot help
 */
function waitBeforeRetry(thrown: unknown, tried: number): number | undefined {
  const backoff = Math.min(100 * 2 ** (tried - 1), 5_000) * (0.5 + Math.random());
  if (thrown instanceof KubeUnreachable) return backoff;
  if (!isKubeError(thrown)) return undefined;
  if (thrown.status !== 429 && thrown.status < 500) return undefined;
  if (thrown.retryAfter === undefined) return backoff;
  return Math.min(thrown.retryAfter * 1_000, longestWait) + Math.random() * 100;
}

/** Of the core group, one or all of them. */
const secretPath = /^\/api\/v1\/(?:namespaces\/[^/?]+\/)?secrets(?:[/?]|$)/;

function failure({ path }: KubeRequest, status: number, text: string, retryAfter: string | string[] | undefined) {
  const error = kubeErrorFrom(status, text, Array.isArray(retryAfter) ? retryAfter[0] : retryAfter);
  return secretPath.test(path) ? withoutSecrets(error) : error;
}
