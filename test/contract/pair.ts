import { inject } from "vitest";
import { systemClock } from "../../src/sandbox/cluster/clock.ts";
import { type Cluster, type ClusterOptions, startCluster } from "../../src/sandbox/cluster/start-cluster.ts";
import { type ApiAccess, type ApiAnswer, apiRequest } from "../harness/control-plane/api-request.ts";
import { expectSame } from "./differences.ts";
import { normalised, withOwnersInOneOrder } from "./normalise.ts";
import type { RealServer } from "./real-servers.ts";

export type Side = "real" | "embedded";
export type Both<T> = { [side in Side]: T };

/** One request, as both servers get it. */
export interface Ask {
  method?: string;
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** Further headers. */
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  contentType: string | undefined;
  warnings: string | undefined;
  body: Body;
}

// biome-ignore lint/suspicious/noExplicitAny: what an API answers may be of any shape, and a case looks into it freely
export type Body = any;

/** A real API server and an embedded cluster that get the same requests. */
export interface Pair {
  real: RealServer;
  embedded: Cluster;
  access: Both<ApiAccess>;
  /** Sends a request to both, or what is made of each side's own state. */
  ask(request: Ask | ((side: Side) => Ask)): Promise<Both<Answer>>;
  /** Sends a request to both and throws a `ContractDifference` when the answers differ. @returns the answers */
  same(request: Ask | ((side: Side) => Ask)): Promise<Both<Answer>>;
  /** Asks both until both answer what is awaited, then compares as `same` does. */
  eventuallySame(request: Ask, done: (answer: Answer) => boolean): Promise<Both<Answer>>;
  stop(): Promise<void>;
}

/**
 * @param server `quiet` compares what requests alone do, `alive` also what controllers make of it
 * @param namespace made on both, for the file's own use
 */
export async function startPair(
  server: "quiet" | "alive",
  namespace: string,
  options: ClusterOptions = {},
): Promise<Pair> {
  const real = inject(server);
  let now = new Date();
  // Owners are listed by the second in which they wrote: the embedded cluster writes when the real one did.
  const clock = server === "quiet" ? { ...systemClock, now: () => now } : systemClock;
  const embedded = await startCluster({ workloads: server === "alive", clock, ...options });
  const access = { real, embedded: { ...embedded, token: embedded.adminToken } };

  const ask: Pair["ask"] = async (request) => {
    const of = (side: Side) => (typeof request === "function" ? request(side) : request);
    const first = await send(access.real, of("real"));
    now = timeOf(first.body) ?? now;
    return { real: first, embedded: await send(access.embedded, of("embedded")) };
  };
  const compare = (request: Ask | ((side: Side) => Ask), answers: Both<Answer>, anyTime = server === "alive") => {
    const { method = "GET", path } = typeof request === "function" ? request("real") : request;
    const told = (answer: Answer) => (anyTime ? withOwnersInOneOrder(normalised(answer)) : normalised(answer));
    expectSame(`${method} ${path}`, told(answers.real), told(answers.embedded));
    return answers;
  };
  const pair: Pair = {
    real,
    embedded,
    access,
    ask,
    same: async (request) => compare(request, await ask(request)),
    async eventuallySame(request, done) {
      const wait = async (side: Side) => {
        const deadline = Date.now() + 30_000;
        for (;;) {
          const answer = await send(access[side], request);
          if (done(answer)) return answer;
          if (Date.now() > deadline) throw new Error(`${side}: not within 30 s: ${JSON.stringify(answer)}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      const [realAnswer, embeddedAnswer] = await Promise.all([wait("real"), wait("embedded")]);
      return compare(request, { real: realAnswer, embedded: embeddedAnswer }, true);
    },
    stop: () => embedded.stop(),
  };
  await ask({
    method: "POST",
    path: "/api/v1/namespaces",
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  });
  return pair;
}

async function send(access: ApiAccess, { path, ...request }: Ask): Promise<Answer> {
  return answerOf(await apiRequest(access, path, request));
}

function answerOf({ status, headers, text }: ApiAnswer): Answer {
  const warnings = headers.warning as string | undefined;
  return { status, contentType: headers["content-type"], warnings, body: parsed(text) };
}

/** Not every answer is one JSON value: a page that is not found is a word, a watch a line for each event. */
function parsed(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** When the server wrote what it answers; undefined when it wrote nothing. */
function timeOf(body: Body): Date | undefined {
  const metadata = body?.metadata ?? {};
  const entries: { time?: string }[] = metadata.managedFields ?? [];
  const owned = entries.flatMap(({ time }) => (time === undefined ? [] : [Date.parse(time)]));
  // A real server notes the owner first and the creation later: in between a second may have begun.
  const [latest] = owned.length > 0 ? [Math.max(...owned)] : timesIn(metadata);
  return latest === undefined ? undefined : new Date(latest);
}

function timesIn({ deletionTimestamp, creationTimestamp }: Record<string, unknown>): number[] {
  return [deletionTimestamp, creationTimestamp].flatMap((it) => (typeof it === "string" ? [Date.parse(it)] : []));
}
