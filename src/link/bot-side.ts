import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type AgentToken, clusterOfToken } from "./agent-token.ts";
import { type CommandBatch, clusterHeader, commandsPath, maxBodyBytes, messagesPath } from "./envelope.ts";
import { checkMessageBatch, SchemaMismatch } from "./link-schema.ts";
import type { AgentMessage } from "./messages.ts";

/** What the hub needs of whoever keeps commands and takes messages. */
export interface LinkStore {
  /** Commands of the cluster that are open and came after the cursor, oldest first; all open ones without or with an unknown cursor. */
  openCommands(cluster: string, after: string | undefined): Promise<CommandBatch>;
  /** Resolves when the cluster may have a new command, at the latest when `signal` aborts. Never rejects. */
  whenCommands(cluster: string, signal: AbortSignal): Promise<void>;
  /** Takes a message durably. The same id again changes nothing. */
  accept(cluster: string, id: string, message: AgentMessage): Promise<void>;
  /** The cluster's agent was heard, by the bot's clock. */
  heard(cluster: string, at: Date): Promise<void>;
}

export interface LinkHubOptions {
  tokens: readonly AgentToken[];
  store: LinkStore;
  now(): number;
}

export interface LinkHub {
  /** Serves `/link/v1/…`; nothing else. */
  app: Hono;
  /** Ends the polls that wait, so that a server can stop. */
  close(): void;
}

/** An agent that was not heard for so long is silent: its clusters' state is unknown from then on. */
export const silentAfterMs = 60_000;
const longestWaitSeconds = 30;
/** A poll and its messages come in bursts; one write of the time is enough for a silence of 60 s. */
const heardEveryMs = 5_000;

/**
 * The bot's side of the link: agents dial in over HTTP, take their commands by long poll and post their messages.
 * Answers 401 without a known token, 403 when the token is another cluster's, 413 above 25 MB, 422 for what the schema refuses.
 */
export function createLinkHub({ tokens, store, now }: LinkHubOptions): LinkHub {
  const closing = new AbortController();
  const lastWritten = new Map<string, number>();
  const app = new Hono<{ Variables: { cluster: string } }>();

  app.use("/link/v1/*", async (c, next) => {
    const token = /^Bearer ([\x21-\x7e]{1,500})$/.exec(c.req.header("authorization") ?? "")?.[1];
    const cluster = token === undefined ? undefined : clusterOfToken(tokens, token);
    if (cluster === undefined) return c.json({ error: "no valid agent token" }, 401);
    const claimed = c.req.header(clusterHeader);
    if (claimed !== undefined && claimed !== cluster) {
      return c.json({ error: "this token is not this cluster's" }, 403);
    }
    c.set("cluster", cluster);
    if (now() - (lastWritten.get(cluster) ?? Number.NEGATIVE_INFINITY) >= heardEveryMs) {
      lastWritten.set(cluster, now());
      await store.heard(cluster, new Date(now()));
    }
    await next();
  });

  app.get(commandsPath, async (c) => {
    const cluster = c.get("cluster");
    const asked = Number(c.req.query("wait") ?? "0");
    const seconds = Number.isFinite(asked) ? Math.min(Math.max(asked, 0), longestWaitSeconds) : 0;
    const signal = AbortSignal.any([closing.signal, c.req.raw.signal, AbortSignal.timeout(seconds * 1000)]);
    for (;;) {
      // Listening starts before reading: a command stored in between is seen by one of the two.
      const listening = new AbortController();
      const woken = store.whenCommands(cluster, AbortSignal.any([signal, listening.signal]));
      try {
        const batch = await store.openCommands(cluster, c.req.query("after"));
        if (batch.commands.length > 0 || signal.aborted) return c.json(batch);
        await woken;
      } finally {
        listening.abort();
      }
    }
  });

  app.post(
    messagesPath,
    bodyLimit({ maxSize: maxBodyBytes, onError: (c) => c.json({ error: "larger than 25 MB" }, 413) }),
    async (c) => {
      let body: unknown;
      try {
        body = await c.req.json();
      } catch {
        return c.json({ error: "the body is no JSON" }, 400);
      }
      try {
        const { messages } = checkMessageBatch(body);
        for (const { id, message } of messages) await store.accept(c.get("cluster"), id, message);
        return c.json({ accepted: messages.length });
      } catch (error) {
        if (error instanceof SchemaMismatch) return c.json({ error: error.message }, 422);
        throw error;
      }
    },
  );

  return { app: app as unknown as Hono, close: () => closing.abort() };
}
