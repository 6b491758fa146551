import { setTimeout as sleep } from "node:timers/promises";
import { identityKey } from "../../core/manifest/kube-object.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";
import type { AgentContext } from "../agent-context.ts";
import { createOutsideWatch } from "./outside-watch.ts";

/** Plans that are looked after; of more, the oldest are made again by the next hint alone. */
const mostPlans = 1_000;
/** What comes in one go, such as a heal after a drift, makes a plan stale once. */
const settlesWithinMs = 300;

/** Tells when what a plan has seen live is not so any more: a plan is a promise, and nobody is to merge on an old one. */
export interface PlanWatch {
  /**
   * Before anything is read for it, so that a change in between is not missed.
   * @param id of the command that asks for the plan
   * @param subject what it is a plan of; of each, the newest counts
   */
  begin(id: string, subject: string): WatchedPlan;
  close(): Promise<void>;
}

export interface WatchedPlan {
  /** The plan was made and says this of these objects. */
  keep(objects: readonly PlannedObject[]): void;
  /** Nobody made a plan. */
  drop(): void;
}

interface Kept {
  subject: string;
  keys: ReadonlySet<string>;
  stopOutside(): void;
}

/** @param stale called once for a plan, when one of its objects was written, made or deleted since; a status is no such write */
export function createPlanWatch(
  context: Pick<AgentContext, "kube" | "view" | "log" | "confine">,
  stale: (id: string) => void,
): PlanWatch {
  const { view } = context;
  const closing = new AbortController();
  const outside = createOutsideWatch(context);
  const kept = new Map<string, Kept>();
  const byKey = new Map<string, Set<string>>();
  const newest = new Map<string, string>();
  /** What was written while a plan is being made. */
  const making = new Set<Set<string>>();

  const unsubscribe = view.onWritten((key) => {
    for (const written of making) written.add(key);
    for (const id of [...(byKey.get(key) ?? [])]) tell(id);
  });

  function forget(id: string): void {
    const plan = kept.get(id);
    if (plan === undefined) return;
    kept.delete(id);
    if (newest.get(plan.subject) === id) newest.delete(plan.subject);
    plan.stopOutside();
    for (const key of plan.keys) {
      const ids = byKey.get(key);
      ids?.delete(id);
      if (ids?.size === 0) byKey.delete(key);
    }
  }

  function tell(id: string): void {
    forget(id);
    sleep(settlesWithinMs, undefined, { signal: closing.signal }).then(
      () => stale(id),
      () => undefined,
    );
  }

  return {
    begin(id, subject) {
      const written = new Set<string>();
      making.add(written);
      return {
        drop: () => void making.delete(written),
        keep(objects) {
          making.delete(written);
          forget(newest.get(subject) ?? id);
          const keys = new Set(objects.map(identityKey));
          if ([...written].some((key) => keys.has(key))) return tell(id);
          const unseen = objects.filter((one) => view.get(identityKey(one)) === undefined);
          kept.set(id, { subject, keys, stopOutside: outside.follow(unseen, () => tell(id)) });
          newest.set(subject, id);
          for (const key of keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(id));
          const [oldest] = kept.keys();
          if (kept.size > mostPlans) forget(oldest!);
        },
      };
    },
    async close() {
      closing.abort();
      unsubscribe();
      await outside.close();
    },
  };
}
