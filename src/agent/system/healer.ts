import { identityKey, type ObjectRef } from "../../core/manifest/kube-object.ts";
import { applyWaves, heldUpBy } from "../../core/plan/apply-order.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { KindNotServed } from "../../kube/kube-client.ts";
import type { KubeError } from "../../kube/kube-error.ts";
import { groupKindsOf } from "../cluster/group-kind.ts";
import { inParallel } from "../in-parallel.ts";
import { createContest } from "./contest.ts";
import { conditionOf, type Enacted, isExactly } from "./enacted.ts";
import { HealRefused, type HealTarget, healObject, Overtaken, type Verdict } from "./heal-object.ts";
import { ensureNamespace, isDefinition, untilServed } from "./prerequisites.ts";

export interface HealerOptions extends Omit<HealTarget, "contest" | "write"> {
  /** What the system is kept true to now; undefined before the first sync of this process. */
  enacted(): Enacted | undefined;
  /** The namespace that the agent itself makes. */
  namespace(): string | undefined;
}

/**
 * Looks at each object that somebody may have touched, and makes it again what Git says.
 *
 *   event ──▶ as applied: nothing
 *             suspect ──▶ get + dry run ──▶ no difference: settled, nothing
 *                                           differs ──▶ apply, report (or report alone)
 *             missing ──▶ apply, report
 *             could not be healed ──▶ repair: everything in order, again and again, ever less often
 */
export interface Healer {
  /** Looks at one object, or with no key at all of them. */
  look(key?: string): void;
  /**
   * While a sync applies, objects change by our own hand.
   * @returns when nothing is being written any more: what an earlier commit said must not arrive after what the next one says
   */
  pause(): Promise<void>;
  resume(): void;
  /**
   * Resolves when each object was looked at, and what could not be healed by itself was tried once in order.
   * @returns keys of what could not be healed
   */
  settled(): Promise<ReadonlySet<string>>;
  /** Objects whose drift stands: it is not healed, or somebody keeps writing. */
  drifted(): number;
  stop(): Promise<void>;
}

const atATime = 16;
const firstRepairMs = 100;
const longestRepairMs = 10_000;

/** Stands for the state of an object that is not there. */
const gone = "gone";

export function createHealer(options: HealerOptions): Healer {
  const { context, applySet, applied, enacted } = options;
  const { kube, view, log } = context;
  const stopping = new AbortController();
  const busy = new Map<string, Promise<void>>();
  /** Objects whose drift was told and not healed, with the state in which they were told; none for one that is contested. */
  const standing = new Map<string, string | undefined>();
  /** Objects that could not be healed by themselves: they wait for the repair, which goes in order. */
  const failing = new Set<string>();
  const contest = createContest();
  const writing = new Set<Promise<unknown>>();
  const target: HealTarget = { ...options, contest, write };
  let paused = 0;
  /** `tried`: it went through everything once. */
  let repairing: { done: Promise<void>; tried: PromiseWithResolvers<void>; soon(): void } | undefined;

  function look(key: string): void {
    if (paused > 0 || stopping.signal.aborted || busy.has(key)) return;
    const desired = enacted()?.desired.get(key);
    if (desired === undefined || condition(key) === "as-applied") standing.delete(key);
    if (desired === undefined || !needsLook(key) || failing.has(key) || isContested(key)) return;
    const healing = heal(desired).catch((thrown) => {
      log.info({ key, reason: reasonOf(thrown) }, "not healed yet, trying again");
      failing.add(key);
      repair();
    });
    const done = healing.finally(() => {
      busy.delete(key);
      look(key);
    });
    busy.set(key, done);
  }

  const needsLook = (key: string) =>
    ["missing", "suspect"].includes(condition(key)) &&
    !(standing.has(key) && standing.get(key) === (view.get(key)?.fingerprint ?? gone));
  const isContested = (key: string) => contest.isWaiting(key, performance.now());
  const condition = (key: string) => {
    const known = applied.get(key);
    return conditionOf(view, applySet, key, known, isExactly(enacted()?.config, known));
  };

  /** @throws when it has to be tried again */
  async function heal(desired: DesiredObject): Promise<void> {
    const { key } = desired;
    const now = enacted();
    if (now === undefined) return;
    let verdict: Verdict;
    try {
      verdict = await healObject(target, now, desired);
    } catch (thrown) {
      // It is looked at again as it is wanted now.
      if (thrown instanceof Overtaken) return;
      if (thrown instanceof HealRefused) tellRefusal(key, thrown);
      throw thrown;
    }
    failing.delete(key);
    switch (verdict.is) {
      case "going":
        return;
      case "stands":
        standing.set(key, view.get(key)?.fingerprint ?? gone);
        return;
      case "contested":
        standing.set(key, undefined);
        lookAfter(key, verdict.ms);
        return;
      case "handed-over":
        applied.delete(key);
        standing.delete(key);
        return;
      case "settled":
        standing.delete(key);
        return;
      case "healed":
        standing.delete(key);
        if (isDefinition(desired.ref)) await untilServed(kube, view, desired.object, stopping.signal);
        // What lived in it, or was of its kind, went with it.
        if (verdict.anew && (isDefinition(desired.ref) || desired.ref.kind === "Namespace")) repair();
    }
  }

  /** A timer may fire a little before its time. */
  function lookAfter(key: string, ms: number): void {
    setTimeout(() => (isContested(key) ? lookAfter(key, 10) : look(key)), ms).unref();
  }

  async function write<T>(desired: DesiredObject, work: () => Promise<T>): Promise<T> {
    const isWanted = enacted()?.desired.get(desired.key) === desired;
    if (paused > 0 || stopping.signal.aborted || !isWanted) throw new Overtaken();
    const written = work();
    writing.add(written);
    return written.finally(() => writing.delete(written));
  }

  /** What the cluster refuses has to be told, once, unless it comes good by itself. */
  function tellRefusal(key: string, { cause, incident }: HealRefused): void {
    if (standing.has(key) || passes(cause)) return;
    standing.set(key, undefined);
    options.report({ ...incident, outcome: "failed", message: cause.message });
  }

  /** What is being deleted comes back, and so does what another object of the system brings. */
  function passes(refusal: KubeError): boolean {
    if (refusal.status === 409 || /being terminated/.test(refusal.message)) return true;
    if (refusal.status !== 404) return false;
    const bringsKinds = [...(enacted()?.desired.values() ?? [])].some(({ ref }) => isDefinition(ref));
    return !(refusal instanceof KindNotServed) || bringsKinds;
  }

  /** Everything that is not as applied, in order, until it is; at once when something more turns out to be broken. */
  function repair(): void {
    if (repairing !== undefined) {
      repairing.soon();
      return;
    }
    let wait = firstRepairMs;
    let wake = () => {};
    const tried = Promise.withResolvers<void>();
    const done = (async () => {
      for (; !stopping.signal.aborted; wait = Math.min(wait * 2, longestRepairMs)) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, wait * (0.5 + Math.random() / 2));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        if (paused > 0 || stopping.signal.aborted) continue;
        const isWhole = await repairOnce().catch((err) => {
          log.error({ err }, "the repair itself failed");
          return false;
        });
        tried.resolve();
        if (isWhole) return;
      }
    })().finally(() => {
      tried.resolve();
      repairing = undefined;
      failing.clear();
      lookAtAll();
    });
    const soon = () => {
      if (wait > firstRepairMs) wait = firstRepairMs / 2;
      wake();
    };
    repairing = { done, tried, soon };
  }

  /**
   * What the cluster refuses may be refused for ever: it keeps only those waiting that cannot do without it.
   * @returns whether nothing failed
   */
  async function repairOnce(): Promise<boolean> {
    const off = [...(enacted()?.desired.values() ?? [])].filter(
      ({ key }) => (needsLook(key) || condition(key) === "terminating") && !isContested(key),
    );
    const failed: ObjectRef[] = [];
    const note = (ref: ObjectRef) => (thrown: unknown) => {
      failed.push(ref);
      log.debug({ key: identityKey(ref), reason: reasonOf(thrown) }, "not repaired yet");
    };
    const namespace = options.namespace();
    if (namespace !== undefined && off.length > 0 && enacted()?.config.heal) {
      const ref = { apiVersion: "v1", kind: "Namespace", name: namespace };
      await ensureNamespace(context, namespace, stopping.signal).catch(note(ref));
    }
    for (const next of applyWaves(off, ({ ref }) => ref)) {
      const before = [...failed];
      const wave = next.filter(({ ref }) => !before.some((one) => heldUpBy(ref, one)));
      // What cannot be followed cannot be applied either, and that is told of each object.
      const kinds = groupKindsOf(wave.map(({ ref }) => ref));
      await Promise.allSettled(kinds.map((kind) => view.follow(kind, stopping.signal)));
      await inParallel(wave, atATime, async (desired) => {
        const { key, ref } = desired;
        await busy.get(key);
        if (condition(key) === "as-applied") return;
        const healing = heal(desired).catch((thrown) => {
          failing.add(key);
          note(ref)(thrown);
        });
        busy.set(
          key,
          healing.finally(() => {
            busy.delete(key);
            look(key);
          }),
        );
        await healing;
      });
    }
    return failed.length === 0;
  }

  async function settled(): Promise<ReadonlySet<string>> {
    while (busy.size > 0) await Promise.all(busy.values());
    await repairing?.tried.promise;
    return new Set([...failing].filter((key) => condition(key) !== "as-applied"));
  }

  function lookAtAll(): void {
    for (const key of enacted()?.desired.keys() ?? []) look(key);
  }

  return {
    look: (key) => (key === undefined ? lookAtAll() : look(key)),
    async pause() {
      paused++;
      await Promise.allSettled(writing);
    },
    resume() {
      paused--;
      if (paused === 0) lookAtAll();
    },
    settled,
    drifted: () => standing.size,
    async stop() {
      stopping.abort();
      repairing?.soon();
      await repairing?.done;
      while (busy.size > 0) await Promise.all(busy.values());
    },
  };
}

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
