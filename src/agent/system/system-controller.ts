import type { AgentError, SyncResult, SystemState } from "../../link/messages.ts";
import { createRenderCache } from "../../render/render-cache.ts";
import type { AgentContext } from "../agent-context.ts";
import { openInventory } from "../cluster/inventory.ts";
import { Refused } from "../refused.ts";
import type { Repository } from "../repository.ts";
import { type Applied, conditionOf, type Enacted } from "./enacted.ts";
import { createHealer } from "./healer.ts";
import { isNews, runSync } from "./run-sync.ts";
import { healthOf, worstOf } from "./system-health.ts";

export interface SyncRequest {
  sha: string;
  /** Of the command that asks for it; without one the agent does so by itself. */
  id?: string;
}

/**
 * Keeps one system true to Git.
 *
 *   request ──▶ pending ──▶ running ──▶ healthy | held | failed
 *                 │            │          (failed to become healthy: goes on waiting, and may still become healthy)
 *                 └── newer ───┴──▶ superseded
 *
 * Between and during syncs the healer holds what was applied.
 */
export interface SystemController {
  readonly applySet: string;
  /** The commit asked for last. */
  target(): string | undefined;
  request(sync: SyncRequest): void;
  state(): SystemState;
  /** What the system is kept true to; undefined before the first sync of this process. */
  enacted(): Enacted | undefined;
  /** Whether what was watched of an object is what was applied. */
  isAsApplied(key: string): boolean;
  stop(): Promise<void>;
}

class Superseded extends Error {
  override name = "Superseded";
}

const retryAfterMs = [2_000, 5_000, 15_000, 60_000];

export function createSystemController(
  context: AgentContext,
  repository: Repository,
  system: string,
): SystemController {
  const { view, log } = context;
  const identity = { repositoryId: repository.id, system };
  const inventory = openInventory({ ...context, ...identity });
  const applied = new Map<string, Applied>();
  const cache = createRenderCache();
  let enacted: Enacted | undefined;
  let namespace: string | undefined;
  let revision: string | undefined;
  let asked: string | undefined;
  let arriving: Promise<void> = Promise.resolve();
  let pending: SyncRequest | undefined;
  let running: { request: SyncRequest; abort: AbortController } | undefined;
  let working: Promise<void> | undefined;
  /** The last result that nobody asked for, so that a command which comes late is answered with it. */
  let unasked: SyncResult | undefined;
  let failure: string | undefined;
  let attempts = 0;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  const healer = createHealer({
    context,
    applySet: inventory.id,
    applied,
    enacted: () => enacted,
    namespace: () => namespace,
    report: (drift) => context.send({ type: "drift", ...identity, ...drift }),
  });
  const unsubscribe = view.subscribe(inventory.id, (key) => healer.look(key));

  /** One after the other, since whether a commit is newer has to be asked of git. */
  function request(sync: SyncRequest): void {
    arriving = arriving.then(() => take(sync)).catch((err) => log.error({ ...identity, err }, "a request was lost"));
  }

  async function take(sync: SyncRequest): Promise<void> {
    if (stopped) return;
    const { sha, id } = sync;
    const waiting = pending ?? (running?.abort.signal.aborted ? undefined : running?.request);
    if (waiting?.sha === sha && (id === undefined || waiting.id === undefined || waiting.id === id)) {
      if (id === undefined) return;
      waiting.id = id;
      answerUnasked(sync);
      return;
    }
    if (waiting === undefined && answerUnasked(sync)) return;
    // A look at the remote that took long, and a command that was repeated, name what is old by now.
    if (await isOvertaken(sha, waiting?.sha ?? enacted?.sha)) return supersede(sync);
    clearTimeout(retry);
    asked = sha;
    if (pending !== undefined) supersede(pending);
    pending = sync;
    running?.abort.abort(new Superseded());
    working ??= work().finally(() => {
      working = undefined;
    });
  }

  function answerUnasked({ sha, id }: SyncRequest): boolean {
    if (id === undefined || unasked?.sha !== sha) return false;
    context.send({ ...unasked, id });
    unasked = undefined;
    return true;
  }

  async function work(): Promise<void> {
    while (pending !== undefined && !stopped) {
      const sync = pending;
      pending = undefined;
      const abort = new AbortController();
      running = { request: sync, abort };
      await runOne(sync, abort.signal);
      running = undefined;
    }
  }

  async function runOne(sync: SyncRequest, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    let changed = false;
    let isTold = false;
    const result = (part: Pick<SyncResult, "outcome" | "objects"> & Partial<SyncResult>) => {
      const message: SyncResult = {
        type: "sync-result",
        ...identity,
        ...(sync.id === undefined ? {} : { id: sync.id }),
        sha: sync.sha,
        at: new Date().toISOString(),
        durationMs: Math.round(performance.now() - began),
        ...part,
      };
      isTold = true;
      failure = part.outcome === "failed" ? (part.message ?? "failed") : undefined;
      log.info({ ...identity, sha: sync.sha, outcome: part.outcome, message: part.message }, "synced");
      // Nobody asked, and nothing was done: that is no news.
      if (sync.id !== undefined || isNews(part.objects) || part.outcome === "failed") context.send(message);
      unasked = sync.id === undefined && part.outcome !== "superseded" ? message : undefined;
    };
    try {
      await runSync({
        context,
        mirror: repository.mirror,
        system: await repository.admit(sync.sha, system),
        policyAt: (at) => repository.systemAt(at, system),
        inventory,
        applied,
        cache,
        sha: sync.sha,
        signal,
        enact(next, made) {
          healer.pause();
          enacted = next;
          namespace = made;
          for (const key of applied.keys()) if (!next.desired.has(key)) applied.delete(key);
          return () => healer.resume();
        },
        progress(step, message, done, total) {
          changed ||= step === "applying";
          if (sync.id === undefined && !changed) return;
          const asked = sync.id === undefined ? {} : { id: sync.id };
          const at = new Date().toISOString();
          context.send({ type: "sync-progress", ...identity, ...asked, sha: sync.sha, at, step, message, done, total });
        },
        outcome(part) {
          if (part.outcome !== "failed") revision = sync.sha;
          result(part);
        },
      });
      attempts = 0;
    } catch (thrown) {
      if (signal.aborted) {
        if (!stopped && !isTold) result({ outcome: "superseded", objects: [] });
        return;
      }
      const error = errorOf(thrown);
      if (error.kind === "fault") {
        log.error({ ...identity, sha: sync.sha, err: thrown }, "the sync failed, trying again");
        const wait = retryAfterMs[Math.min(attempts++, retryAfterMs.length - 1)]!;
        retry = setTimeout(() => request({ sha: sync.sha }), wait);
      }
      result({ outcome: "failed", objects: [], message: error.message, error });
    }
  }

  /** Whether it is older than the other. A branch that was set back makes its commit no older one. */
  async function isOvertaken(sha: string, other: string | undefined): Promise<boolean> {
    if (other === undefined || other === sha) return false;
    const { mirror } = repository;
    try {
      await mirror.fetchCommits([sha, other]);
      if (!(await mirror.isAncestor(sha, other))) return false;
      const { tip } = await repository.track(system);
      return await mirror.isAncestor(other, tip);
    } catch (thrown) {
      // The sync itself says better what is wrong with the commit.
      log.debug({ ...identity, sha, err: thrown }, "not known whether it is older");
      return false;
    }
  }

  function supersede(sync: SyncRequest): void {
    if (sync.id === undefined) return;
    const { sha, id } = sync;
    const at = new Date().toISOString();
    context.send({ type: "sync-result", ...identity, id, sha, at, outcome: "superseded", durationMs: 0, objects: [] });
  }

  return {
    applySet: inventory.id,
    target: () => asked,
    request,
    enacted: () => enacted,
    isAsApplied: (key) => conditionOf(view, inventory.id, key, applied.get(key)) === "as-applied",
    state() {
      const keys = [...(enacted?.desired.keys() ?? [])];
      const health = enacted === undefined ? "Unknown" : worstOf(keys.map((key) => healthOf(view, key).status));
      const isSyncing = running !== undefined && failure === undefined;
      return {
        ...identity,
        ...(revision === undefined ? {} : { revision }),
        state: failure !== undefined ? "failed" : isSyncing ? "syncing" : revision === undefined ? "unknown" : "synced",
        health: failure !== undefined && health !== "Current" ? "Failed" : health,
        objects: keys.length,
        drifted: healer.drifted(),
        ...(failure === undefined ? {} : { message: failure }),
      };
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      unsubscribe();
      running?.abort.abort(new Superseded());
      await arriving;
      await working;
      await healer.stop();
    },
  };
}

/** What the bot may show: a user's mistake in full, of a fault only that it happened. */
export function errorOf(thrown: unknown): AgentError {
  if (thrown instanceof Refused) {
    return {
      kind: "user",
      message: thrown.message,
      ...(thrown.findings.length > 0 ? { findings: [...thrown.findings] } : {}),
    };
  }
  return { kind: "fault", message: "the agent could not finish it; its log says why, and it tries again by itself" };
}
