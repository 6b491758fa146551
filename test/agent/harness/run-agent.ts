import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { pino } from "pino";
import { startAgent } from "../../../src/agent/start-agent.ts";
import { hashToken } from "../../../src/link/agent-token.ts";
import { createLinkHub } from "../../../src/link/bot-side.ts";
import type { AgentMessage, Command } from "../../../src/link/messages.ts";
import { type GitRepository, makeGitRepository } from "./git-repository.ts";

/** An agent on a cluster, its repository, and the bot's end of its link, held by the test. */
export interface RunningAgent {
  repository: GitRepository;
  messages: AgentMessage[];
  /** Messages of one type, oldest first. */
  of<T extends AgentMessage["type"]>(type: T): Extract<AgentMessage, { type: T }>[];
  command(command: Command): void;
  /** @param as somebody else than before, or with other rights */
  start(as?: Pick<RunAgentOptions, "kubeconfig" | "confine">): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

const token = "agent-token-of-a-test";

export interface RunAgentOptions {
  kubeconfig: string;
  confine?: readonly string[];
  repositoryId: number;
  pollMs?: number;
  graceMs?: number;
  branches?: string[];
  paths?: string[];
  namespace?: string;
  mark?: string;
}

/** @returns with the bot's end open and the agent not yet started */
export async function prepareAgent(options: RunAgentOptions): Promise<RunningAgent> {
  const folder = mkdtempSync(join(tmpdir(), "trueup-agent-test-"));
  const repository = makeGitRepository(folder);
  const messages: AgentMessage[] = [];
  const commands: Command[] = [];
  let wake = Promise.withResolvers<void>();
  const hub = createLinkHub({
    tokens: [{ cluster: "here", sha256: hashToken(token) }],
    now: Date.now,
    store: {
      async openCommands(_cluster, after) {
        return { cursor: String(commands.length), commands: commands.slice(Number(after ?? 0)) };
      },
      whenCommands(_cluster, signal) {
        return Promise.race([
          wake.promise,
          new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
        ]);
      },
      async accept(_cluster, _id, message) {
        messages.push(message);
      },
      async heard() {},
    },
  });
  const server = serve({ fetch: new Hono().route("/", hub.app).fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  let agent: { stop(): Promise<void> } | undefined;
  const running: RunningAgent = {
    repository,
    messages,
    of: (type) => messages.filter((one) => one.type === type) as never,
    command(command) {
      commands.push(command);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
    async start({ kubeconfig, confine } = options) {
      agent = await startAgent({
        cluster: "here",
        kubeconfig,
        dataDir: join(folder, "data"),
        bot: { url: `http://127.0.0.1:${port}`, token },
        repositories: [
          {
            id: options.repositoryId,
            url: repository.url,
            transports: ["file"],
            credential: async () => undefined,
            ...(options.branches === undefined ? {} : { branches: options.branches }),
            ...(options.paths === undefined ? {} : { paths: options.paths }),
          },
        ],
        namespace: options.namespace ?? "trueup-system",
        ...(options.mark === undefined ? {} : { mark: options.mark }),
        ...(confine === undefined ? {} : { confine }),
        pollMs: options.pollMs ?? 250,
        graceMs: options.graceMs ?? 0,
        logger: pino({ level: process.env.TRUEUP_TEST_LOG ?? "silent" }),
      });
    },
    async stop() {
      await agent?.stop();
      agent = undefined;
    },
    async close() {
      await running.stop();
      hub.close();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return running;
}
