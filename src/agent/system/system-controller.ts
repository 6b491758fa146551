import type { Pause, SystemState } from "../../link/messages.ts";
import { createRenderCache } from "../../render/render-cache.ts";
import type { AgentContext } from "../agent-context.ts";
import { openInventory, parentOf } from "../cluster/inventory.ts";
import { errorOf, Refused } from "../refused.ts";
import { renderTree } from "../render-tree.ts";
import type { Repository } from "../repository.ts";
import { type AdmittedRequest, admitRequest, isAsked } from "./admit-request.ts";
import { awaitDependencies } from "./await-dependencies.ts";
import { type Applied, conditionOf, type Enacted, presumed } from "./enacted.ts";
import { createHealer } from "./healer.ts";
import { lateAnswers } from "./late-answers.ts";
import { openNeighbours } from "./neighbours.ts";
import { createPausing } from "./pausing.ts";
import { isNews, runSync } from "./run-sync.ts";
import type { SyncRequest, SyncRun } from "./sync-run.ts";
import { stateOf } from "./system-health.ts";
import { createSyncTeller, type Outcome } from "./tell-sync.ts";
import { untilVouched } from "./vouched.ts";

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
  readonly system: string;
  /** Name of its ApplySet's parent. */
  readonly parent: string;
  /** Id of its ApplySet. */
  readonly applySet: string;
  /** The commit asked for last. */
  target(): string | undefined;
  request(sync: SyncRequest): void;
  state(): SystemState;
  /** What the system is kept true to; undefined before the first sync of this process. */
  enacted(): Enacted | undefined;
  /** @param until what keeps everything of it from being written; undefined: nothing any more */
  pause(until: Pause | undefined): Promise<void>;
  /** Its inventory was deleted by somebody. */
  restoreInventory(): Promise<void>;
  /** Whether what was watched of an object is what was applied. @param exact and nobody has added to it */
  isAsApplied(key: string, exact: boolean): boolean;
  /** Whether nobody has written anything of it since, be it what does not concern us. */
  isUntouched(key: string): boolean;
  /** Whether what somebody changes in the cluster stays so for now, and nobody looks at it. */
  isPaused(): boolean;
  /** Digest of an object as this process applied it, or knows it to be applied; undefined when it does not know. */
  appliedDigest(key: string): string | undefined;
  /** @param reason why nobody keeps the system true any more, for commands that are not answered yet */
  stop(reason?: string): Promise<void>;
}

/** The other systems of the same repository on this cluster. */
export interface Peers {
  named(system: string): SystemController;
  owning(applySet: string): SystemController | undefined;
}

export interface SystemListener {
  /** What is merged from now on meets other guards. */
  guardsMoved(): void;
}

class Paused extends Error {
  override name = "Paused";
}

class Superseded extends Error {
  override name = "Superseded";
}

const retryAfterMs = [2_000, 5_000, 15_000, 60_000];

export function createSystemController(
  context: AgentContext,
  repository: Repository,
  system: string,
  peers: Peers,
  listener: SystemListener,
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
  let pending: AdmittedRequest | undefined;
  let running: { request: AdmittedRequest; abort: AbortController } | undefined;
  let working: Promise<void> | undefined;
  const late = lateAnswers(context);
  let failure: string | undefined;
  /** Whether that is of a commit on its way into the cluster. */
  let hasBroken = false;
  let attempts = 0;
  let retry: NodeJS.Timeout | undefined;
  const stopping = new AbortController();

  const healer = createHealer({
    context,
    applySet: inventory.id,
    applied,
    enacted: () => enacted,
    namespace: () => namespace,
    isHandedOver: (owner, key) => peers.owning(owner)?.enacted()?.desired.has(key) ?? false,
    report: (drift) => context.send({ type: "drift", ...identity, ...drift }),
  });
  const tell = createSyncTeller(context, identity);
  const pausing = createPausing(inventory, healer);
  const unsubscribe = view.subscribe(inventory.id, (key) => healer.look(key));

  /** One after the other, since whether a commit is newer has to be asked of git. */
  function request(sync: SyncRequest): void {
    arriving = arriving.then(() => take(sync)).catch((err) => log.error({ ...identity, err }, "a request was lost"));
  }

  async function take(sync: SyncRequest): Promise<void> {
    if (stopping.signal.aborted) return;
    const { sha, id } = sync;
    const isPlain = sync.approvals === undefined && sync.planned === undefined;
    const waiting = pending ?? (running?.abort.signal.aborted ? undefined : running?.request);
    // What somebody has approved in the meantime, or was told before they merged, changes what the commit may do.
    const asksSame = waiting?.id === id || (waiting?.id === undefined && isPlain);
    if (waiting?.sha === sha && (id === undefined || asksSame)) {
      if (id === undefined) return;
      // Who asks for what has failed, and is being waited for, gets an answer of today.
      if (waiting.id !== undefined || !late.hasFailed(sha)) {
        waiting.id = id;
        late.answer(sync);
        return;
      }
    }
    if (waiting === undefined && sync.approvals === undefined && late.answer(sync)) return;
    if (id === undefined) asked = sha;
    let admitted: AdmittedRequest | undefined;
    try {
      const present = async () => enacted?.sha ?? (await inventory.read())?.revision;
      admitted = await admitRequest(sync, { repository, system, waiting, present });
    } catch (thrown) {
      return failed(sync, performance.now(), thrown);
    }
    if (admitted === undefined) return tell.superseded(sync);
    clearTimeout(retry);
    asked = sha;
    if (pending !== undefined) tell.superseded(pending);
    pending = admitted;
    running?.abort.abort(new Superseded());
    working ??= work().finally(() => {
      working = undefined;
    });
  }

  async function work(): Promise<void> {
    while (pending !== undefined && !stopping.signal.aborted) {
      const sync = pending;
      pending = undefined;
      const abort = new AbortController();
      running = { request: sync, abort };
      if (await isGoing(sync, abort.signal)) await runOne(sync, abort.signal);
      running = undefined;
    }
  }

  /** Waits for the end of a pause. @returns false when the sync gave way to a newer one meanwhile, or has failed */
  async function isGoing(sync: AdmittedRequest, signal: AbortSignal): Promise<boolean> {
    let told: string | undefined;
    try {
      await pausing.over(signal, (message) => {
        if (sync.id === undefined || told === `${sync.id} ${message}`) return;
        told = `${sync.id} ${message}`;
        tell.progress(sync, { step: "waiting", message, done: 0, total: 0 });
      });
      return true;
    } catch (thrown) {
      ended(sync, performance.now(), signal, thrown);
      return false;
    }
  }

  async function runOne(sync: AdmittedRequest, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    let isTold = false;
    const { config, branch } = sync.admitted;
    const outcome: SyncRun["outcome"] = (part) => {
      isTold = true;
      if (part.outcome !== "failed") revision = sync.sha;
      result(sync, began, part);
    };
    const progress = tell.progressOf(sync);
    try {
      await runSync({
        context,
        mirror: repository.mirror,
        system: config,
        policyAt: (at) => repository.systemAt(at, system),
        neighbours: openNeighbours({
          context,
          repositoryId: repository.id,
          system,
          look: () => repository.look(),
          render: (other, of) => renderTree(repository.mirror, other.tip, other.config, of),
        }),
        dependencies: () =>
          awaitDependencies({
            config,
            sha: sync.sha,
            branch,
            repository,
            dependency: (name) => peers.named(name),
            signal,
            progress: (message) => progress("waiting", message, 0, 0),
            failed: (message) => outcome({ outcome: "failed", objects: [], message }),
            log,
          }),
        inventory,
        applied,
        cache,
        sha: sync.sha,
        approvals: sync.approvals,
        planned: sync.planned,
        isAsked: sync.id !== undefined,
        vouched: () => untilVouched(() => isAsked(sync), context, signal),
        signal,
        previous: enacted?.desired,
        async audit(desired) {
          // No live object has such a fingerprint, so each is looked at, and what is not there is missing.
          for (const [key, { object }] of desired) applied.set(key, presumed(object));
          healer.look();
          const left = await healer.settled();
          return config.heal ? left : new Set();
        },
        async hold() {
          await healer.pause();
          return () => healer.resume();
        },
        async enact(next, made) {
          await healer.pause();
          enacted = next;
          namespace = made;
          for (const key of applied.keys()) if (!next.desired.has(key)) applied.delete(key);
          return () => healer.resume();
        },
        guardsMoved: () => listener.guardsMoved(),
        progress,
        outcome,
      });
      attempts = 0;
    } catch (thrown) {
      if (!signal.aborted || !isTold) ended(sync, began, signal, thrown);
    }
  }

  /** It did not go through: it failed, or gave way. What a pause stopped comes again, and is answered then. */
  function ended(sync: SyncRequest, began: number, signal: AbortSignal, thrown: unknown): void {
    if (!signal.aborted) failed(sync, began, thrown);
    else if (signal.reason instanceof Superseded && !stopping.signal.aborted) tell.superseded(sync);
  }

  function result(sync: SyncRequest, began: number, outcome: Outcome): void {
    const message = tell.result(sync, began, outcome);
    // Somebody was told that it had failed, be there nothing left to do, as when a heal has done it.
    const recovers = failure !== undefined;
    failure = outcome.outcome === "failed" ? (outcome.message ?? "failed") : undefined;
    hasBroken = failure !== undefined && (hasBroken || running?.request === sync);
    log.info({ ...identity, sha: sync.sha, outcome: outcome.outcome, message: outcome.message }, "synced");
    // Nobody asked, and nothing was done: that is no news.
    const isTold = recovers || sync.id !== undefined || isNews(outcome.objects) || outcome.outcome === "failed";
    if (isTold) context.send(message);
    late.keep(message);
  }

  function failed(sync: SyncRequest, began: number, thrown: unknown): void {
    const error = errorOf(thrown);
    if (error.kind === "fault") {
      log.error({ ...identity, sha: sync.sha, err: thrown }, "the sync failed, trying again");
      const wait = retryAfterMs[Math.min(attempts++, retryAfterMs.length - 1)]!;
      clearTimeout(retry);
      const { id: _, ...again } = sync;
      retry = setTimeout(() => request({ ...again, wasAsked: isAsked(sync) }), wait);
    }
    result(sync, began, { outcome: "failed", objects: [], message: error.message, error });
  }

  return {
    system,
    parent: parentOf(context.namespace, repository.id, system).name,
    applySet: inventory.id,
    target: () => asked,
    request,
    enacted: () => enacted,
    async pause(until) {
      await pausing.set(until);
      // What it has not written yet waits; the same commit goes on from there.
      if (until === undefined || running === undefined) return;
      pending ??= running.request;
      running.abort.abort(new Paused());
    },
    restoreInventory: () => inventory.restore(stopping.signal),
    isAsApplied: (key, exact) => conditionOf(view, inventory.id, key, applied.get(key), exact) === "as-applied",
    isUntouched(key) {
      const known = applied.get(key);
      return known !== undefined && known.isShared !== true && view.get(key)?.written === known.written;
    },
    isPaused: pausing.isPaused,
    appliedDigest: (key) => applied.get(key)?.digest,
    state: () => ({
      ...identity,
      ...stateOf(view, { desired: enacted?.desired, revision, failure, hasBroken, isRunning: running !== undefined }),
      drifted: healer.drifted(),
    }),
    async stop(reason) {
      const unanswered = [running?.request, pending].filter((one) => one?.id !== undefined);
      stopping.abort();
      clearTimeout(retry);
      unsubscribe();
      pausing.stop();
      running?.abort.abort(new Superseded());
      await Promise.all([arriving.then(() => working), healer.stop()]);
      if (reason === undefined) return;
      for (const one of unanswered) failed(one!, performance.now(), new Refused(reason));
    },
  };
}
