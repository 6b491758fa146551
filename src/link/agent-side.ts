import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { clusterHeader, commandsPath, maxBodyBytes, messagesPath } from "./envelope.ts";
import { checkCommandBatch, checkMessage } from "./link-schema.ts";
import { linkUrl } from "./link-url.ts";
import type { AgentMessage, Command } from "./messages.ts";
import { createOutbox, type Queued } from "./outbox.ts";

export interface LinkLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface LinkClock {
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1), for the jitter. */
  random(): number;
}

export interface AgentLinkOptions {
  /** The bot's base URL; https, or http on loopback. */
  url: string;
  token: string;
  cluster: string;
  /** Called for every open command, and again after a broken line: the same id is the same command. Must not block. */
  onCommand(command: Command): void | Promise<void>;
  log: LinkLog;
  clock?: LinkClock;
  /** Plain http to hosts other than loopback. */
  allowHttp?: boolean;
  /** Called whenever the line to the bot comes up (the first time too): the moment for a heartbeat. */
  onConnected?(): void;
}

export interface AgentLink {
  /** Queues a message; it is sent again until the bot has taken it. @throws SchemaMismatch */
  send(message: AgentMessage): void;
  /** Whether the bot answered when it was asked last. */
  isConnected(): boolean;
  /** Tries once more to hand over what is queued (2 s at most), then hangs up. */
  close(): Promise<void>;
}

const waitSeconds = 25;
const longestQueue = 1000;
const mostPerRequest = 50;
const firstBackoffMs = 250;
const longestBackoffMs = 30_000;
const realClock: LinkClock = {
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: Math.random,
};

/**
 * The agent's side of the link. It dials out; nothing listens.
 *
 *   poll loop   GET commands, waiting up to 25 s → onCommand each → from the new cursor on
 *               any failure: back off, then from the start (everything open comes again)
 *   post loop   POST the oldest messages → remove them → next
 *               no answer, 5xx, 401, 403, 408, 429: back off, send the same again
 *               413, 422, other 4xx: this message will never be taken: log it, drop it
 *
 * @throws Error when the URL may not carry a token
 */
export function connectAgentLink(options: AgentLinkOptions): AgentLink {
  const { token, cluster, onCommand, log, clock = realClock } = options;
  const base = linkUrl(options.url, options.allowHttp ?? false);
  const closing = new AbortController();
  const outbox = createOutbox(longestQueue);
  let wake = Promise.withResolvers<void>();
  let connected = false;

  const polling = pollLoop();
  const posting = postLoop();

  return {
    send(message) {
      const checked = checkMessage(fitting(message));
      outbox.add({ id: idOf(checked), message: checked });
      wake.resolve();
    },
    isConnected: () => connected,
    async close() {
      if (outbox.size > 0) await post(outbox.first(mostPerRequest), AbortSignal.timeout(2_000)).catch(() => {});
      closing.abort();
      wake.resolve();
      await Promise.all([polling, posting]);
    },
  };

  async function pollLoop(): Promise<void> {
    let cursor: string | undefined;
    for (let failures = 0; !closing.signal.aborted; ) {
      try {
        const query = new URLSearchParams({ wait: connected ? String(waitSeconds) : "0" });
        if (cursor !== undefined) query.set("after", cursor);
        const signal = AbortSignal.any([closing.signal, AbortSignal.timeout((waitSeconds + 15) * 1000)]);
        const response = await request(`${commandsPath}?${query}`, { signal });
        if (response.status !== 200) throw new Error(`the bot answered ${response.status}${hint(response.status)}`);
        const batch = checkCommandBatch(await response.json());
        failures = 0;
        if (!connected) {
          connected = true;
          log.info({ bot: base.origin, cluster }, "connected to the bot");
          options.onConnected?.();
        }
        for (const reason of batch.refused) log.error({ reason }, "a command that this version does not understand");
        for (const command of batch.commands) hand(command);
        cursor = batch.cursor;
      } catch (error) {
        if (closing.signal.aborted) return;
        connected = false;
        cursor = undefined;
        log.warn({ bot: base.origin, cluster, reason: reasonOf(error) }, "cannot reach the bot, trying again");
        await backOff(failures++);
      }
    }
  }

  async function postLoop(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; ) {
      if (outbox.size === 0) {
        await wake.promise;
        wake = Promise.withResolvers<void>();
        continue;
      }
      // A batch that was refused is taken apart, so that one bad message does not hold up the others.
      const batch = outbox.first(failures > 0 ? 1 : mostPerRequest);
      try {
        const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(60_000)]);
        const status = await post(batch, signal);
        if (isRefusal(status)) {
          if (batch.length > 1) {
            failures = 1;
            continue;
          }
          log.error({ cluster, status, type: batch[0]?.message.type }, "the bot refuses this message, dropped");
          outbox.remove(batch);
        } else if (status === 200) {
          failures = 0;
        } else {
          throw new Error(`the bot answered ${status}${hint(status)}`);
        }
      } catch (error) {
        if (closing.signal.aborted) return;
        log.warn({ bot: base.origin, cluster, reason: reasonOf(error) }, "cannot hand over messages, trying again");
        await backOff(failures++);
      }
    }
  }

  async function post(batch: Queued[], signal: AbortSignal): Promise<number> {
    const response = await request(messagesPath, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: batch }),
      signal,
    });
    await response.body?.cancel();
    if (response.status === 200) outbox.remove(batch);
    return response.status;
  }

  function request(path: string, init: RequestInit): Promise<Response> {
    return fetch(new URL(`${base.pathname.replace(/\/$/, "")}${path}`, base), {
      ...init,
      // "manual": a redirect must never carry the token to another host.
      redirect: "manual",
      headers: { ...init.headers, authorization: `Bearer ${token}`, [clusterHeader]: cluster },
    });
  }

  function hand(command: Command): void {
    // A handler that fails must not stop the others' commands; this one stays open in the bot's store.
    (async () => onCommand(command))().catch((error: unknown) => {
      log.error({ err: error, command: command.id }, "a command's handler failed");
    });
  }

  async function backOff(failures: number): Promise<void> {
    const most = Math.min(firstBackoffMs * 2 ** failures, longestBackoffMs);
    await clock.sleep(most / 2 + (clock.random() * most) / 2, closing.signal).catch(() => {});
  }
}

/** The same id for the same answer, also when the agent makes it anew: the bot takes it once. */
function idOf(message: AgentMessage): string {
  switch (message.type) {
    case "plan-result":
    case "drift-answer":
    case "pause-result":
      return `${message.type}:${message.id}`;
    case "drift":
      return `drift:${message.id}:${message.outcome}`;
    case "sync-result":
    case "sync-progress":
    case "heartbeat":
    case "plan-stale":
      return `${message.type}:${randomUUID()}`;
  }
}

/** A result too large to be taken becomes one that says so: its pull request must not wait for ever. */
function fitting(message: AgentMessage): AgentMessage {
  if (message.type !== "plan-result" && message.type !== "drift-answer" && message.type !== "sync-result")
    return message;
  if (Buffer.byteLength(JSON.stringify(message)) < maxBodyBytes - 1024) return message;
  if (message.type === "sync-result")
    return { ...message, objects: message.objects.map((object) => ({ ...object, fields: [] })) };
  const { type, id, repositoryId, system } = message;
  const error = {
    kind: "user" as const,
    message: "the answer is larger than 25 MB; split the change into smaller pull requests",
  };
  return { type, id, repositoryId, system, error };
}

const isRefusal = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status);

function hint(status: number): string {
  if (status === 401 || status === 403) return ": this agent's token is not among the bot's for this cluster";
  if (status === 0 || (status >= 300 && status < 400)) return ": redirects are refused; configure the bot's final URL";
  return "";
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
