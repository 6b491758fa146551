import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type Dispatcher, Pool, ProxyAgent } from "undici";
import type { Credentials, KubeAccess } from "./kube-access.ts";
import {
  isKubeError,
  isPartlyDown,
  isUntrusted,
  type KubeError,
  KubeUnreachable,
  KubeUntrusted,
  kubeErrorFrom,
  withoutSecrets,
} from "./kube-error.ts";
import { warningsIn } from "./warnings.ts";

export type Warned = (texts: readonly string[]) => void;

export interface KubeRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query, names already encoded. */
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal;
  /** Told what the server warns of, where it does what is asked. */
  warned?: Warned | undefined;
}

export interface Transport {
  server: string;
  /** The parsed answer of a success. @throws KubeError, KubeUnreachable, CredentialsUnusable */
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
/** A server that asks for more than this gets no second attempt from here: whoever asked decides. */
const longestWait = 60_000;

interface Pools {
  tls: Credentials["tls"];
  requests: Dispatcher;
  streams: Dispatcher;
}

/** Keep-alive connections to one API server. */
export function openTransport(access: KubeAccess, options: TransportOptions = {}): Transport {
  const {
    inFlight = 24,
    attempts = 5,
    pause = (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
  } = options;
  const url = new URL(access.server);
  const prefix = url.pathname.replace(/\/$/, "");
  const open = new Set<Dispatcher>();
  let pools: Pools | undefined;

  function pool({ insecure, ...tls }: Credentials["tls"], connections: number | null): Dispatcher {
    // undici's HTTP/2 does a third of the requests, and throws where nobody can catch it when connections are cut.
    const shared = { connections, keepAliveTimeout: 60_000, allowH2: false };
    const connect = { ...tls, rejectUnauthorized: !insecure, timeout: 10_000 };
    const made =
      access.proxy === undefined
        ? new Pool(url.origin, { ...shared, connect })
        : new ProxyAgent({ ...shared, uri: access.proxy, requestTls: connect, proxyTls: { timeout: 10_000 } });
    open.add(made);
    return made;
  }

  /** A certificate that was renewed needs new connections; what runs on the old ones may end there. */
  function poolsFor(tls: Credentials["tls"]): Pools {
    if (pools !== undefined && (pools.tls === tls || isDeepStrictEqual(pools.tls, tls))) return pools;
    for (const old of pools === undefined ? [] : [pools.requests, pools.streams]) {
      old.close().then(
        () => open.delete(old),
        () => undefined,
      );
    }
    // Watches hold their connection for minutes; in the same pool they would starve the requests.
    pools = { tls, requests: pool(tls, inFlight), streams: pool(tls, null) };
    return pools;
  }

  async function send(credentials: Credentials, asked: KubeRequest, from: "requests" | "streams") {
    const { method, path, body, contentType = "application/json", accept = "application/json", signal } = asked;
    const headers: Record<string, string> = { ...credentials.headers, accept };
    if (body !== undefined) headers["content-type"] = contentType;
    try {
      return await poolsFor(credentials.tls)[from].request({
        origin: url.origin,
        method,
        path: prefix + path,
        headers,
        headersTimeout: requestTimeout,
        bodyTimeout: from === "streams" ? 0 : requestTimeout,
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      if (isUntrusted(thrown)) throw new KubeUntrusted(access.server, thrown, credentials.authority);
      throw new KubeUnreachable(access.server, thrown);
    }
  }

  /** A token that ran out early and a CA that was replaced are worth one more look at where they come from. */
  async function once(asked: KubeRequest, from: "requests" | "streams") {
    const credentials = await access.credentials();
    const answer = await send(credentials, asked, from).catch((thrown) => {
      if (thrown instanceof KubeUntrusted) return undefined;
      throw thrown;
    });
    if (answer !== undefined && answer.statusCode !== 401) return { answer, credentials };
    await answer?.body.dump();
    const renewed = await access.renewed(credentials);
    return { answer: await send(renewed, asked, from), credentials: renewed };
  }

  async function attempt(asked: KubeRequest): Promise<unknown> {
    const { answer, credentials } = await once(asked, "requests");
    let text: string;
    try {
      text = await answer.body.text();
    } catch (thrown) {
      if (asked.signal?.aborted) throw thrown;
      throw new KubeUnreachable(access.server, thrown);
    }
    if (answer.statusCode >= 300) throw failure(asked, answer, text, credentials);
    if (asked.warned !== undefined && answer.headers.warning !== undefined) {
      asked.warned(secretPath.test(asked.path) ? [secretWarning] : warningsIn(answer.headers));
    }
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
      const { answer, credentials } = await once(asked, "streams");
      if (answer.statusCode >= 300) throw failure(asked, answer, await answer.body.text(), credentials);
      return answer.body;
    },
    async close() {
      await Promise.all([...open].map((one) => one.destroy()));
    },
  };
}

/**
 * Every request that we send may be sent twice: applies, patches and deletes carry preconditions or say the same again.
 * @returns milliseconds, undefined when another attempt cannot help
 */
function waitBeforeRetry(thrown: unknown, tried: number): number | undefined {
  const backoff = Math.min(100 * 2 ** (tried - 1), 5_000) * (0.5 + Math.random());
  if (thrown instanceof KubeUntrusted) return undefined;
  if (thrown instanceof KubeUnreachable) return backoff;
  if (!isKubeError(thrown) || isPartlyDown(thrown)) return undefined;
  if (thrown.status !== 429 && thrown.status < 500) return undefined;
  if (thrown.retryAfter === undefined) return backoff;
  const asked = thrown.retryAfter * 1_000;
  return asked > longestWait ? undefined : asked + Math.random() * 100;
}

/** Of the core group, one or all of them. */
const secretPath = /^\/api\/v1\/(?:namespaces\/[^/?]+\/)?secrets(?:[/?]|$)/;
const secretWarning = "its words about this Secret are left out, because they may quote what is secret";

function failure(
  { path }: KubeRequest,
  { statusCode, headers }: Pick<Dispatcher.ResponseData, "statusCode" | "headers">,
  text: string,
  { from }: Credentials,
): KubeError {
  const retryAfter = headers["retry-after"];
  const error = kubeErrorFrom(statusCode, text, {
    retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    path,
  });
  if (statusCode === 401) error.message = `the API server does not accept the credentials of ${from}: ${error.message}`;
  return secretPath.test(path) ? withoutSecrets(error) : error;
}
