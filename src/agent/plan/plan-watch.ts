import { identityKey } from "../../core/manifest/kube-object.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { AgentContext } from "../agent-context.ts";
import { type Clock, realClock } from "../clock.ts";
import { createOutsideWatch } from "./outside-watch.ts";
import { createRulesWatch } from "./rules-watch.ts";

/** Plans that are looked after; of more, the oldest are made again by the next hint alone. */
const mostPlans = 1_000;
/** What comes in one go, such as a heal after a drift, makes a plan stale once. */
const settlesWithinMs = 300;
/** What is written again and again makes a plan stale ever less often: so many times in a minute at once, then more slowly. */
const mostAtOnce = 10;
const longestSettleMs = 30_000;
/** An API server goes by a changed quota or policy in its own time. */
const ruleSettlesWithinMs = 2_000;
const calmAfterMs = 60_000;
/** What nobody watches, such as what an admission policy is given, may have changed by then. */
const reusableForMs = 10 * 60_000;

/** Tells when what a plan has seen live is not so any more: a plan is a promise, and nobody is to merge on an old one. */
export interface PlanWatch {
  /**
   * Before anything is read for it, so that a change in between is not missed.
   * @param id of the command that asks for the plan
   * @param subject what it is a plan of; of each, the newest counts
   */
  begin(id: string, subject: string): WatchedPlan;
  /** What is merged from now on meets other guards. @param applySet id of the system's */
  guardsMoved(applySet: string): void;
  close(): Promise<void>;
}

export interface WatchedPlan {
  /**
   * The subject's plan, when it was made from the same and nothing that it depends on was written since.
   * @param inputs whatever the plan is made from besides the cluster
   */
  reusable(inputs: string): Plan | undefined;
  /** The one that was {@link reusable} counts for these commits too. */
  keepOn(plan: Plan): void;
  /** The plan was made. @param applySet id of the system's */
  keep(plan: Plan, inputs: string, applySet: string): void;
  /** Nobody made a plan. */
  drop(): void;
}

interface Kept {
  id: string;
  subject: string;
  plan: Plan;
  inputs: string;
  /** Nothing of the system was written since it was made. */
  untouched: boolean;
  madeAt: number;
  applySet: string;
  keys: ReadonlySet<string>;
  /** Where something is made or changed; undefined: of the whole cluster. */
  places: ReadonlySet<string | undefined>;
  stopOutside(): void;
}

/** What moved while a plan is being made. */
interface Moved {
  keys: Set<string>;
  applySets: Set<string>;
  /** Those of whose plans all have moved. */
  moved: Set<string>;
  /** Namespaces for which a rule of the cluster is another one; undefined: for all. */
  rules: Set<string | undefined>;
}

/**
 * @param stale called once for a plan, when one of its objects was written, made or deleted since, or it would meet other guards or
 * admission; a status is no such write
 * @param drifts whether an object is not as it was applied, and no report of a drift will say so: then it is news to every plan of its
 * system, for merging would revert it
 */
export function createPlanWatch(
  context: Pick<AgentContext, "kube" | "view" | "log" | "confine">,
  stale: (id: string) => void,
  drifts: (applySet: string, key: string) => boolean,
  clock: Clock = realClock,
): PlanWatch {
  const { view } = context;
  const closing = new AbortController();
  const outside = createOutsideWatch(context);
  /** By subject, oldest first. */
  const kept = new Map<string, Kept>();
  const byKey = new Map<string, Set<Kept>>();
  const byApplySet = new Map<string, Set<Kept>>();
  const making = new Set<Moved>();
  const rules = createRulesWatch(context, (namespace) => {
    for (const written of making) written.rules.add(namespace);
    for (const one of [...kept.values()]) if (meets(one, namespace)) tell(one, ruleSettlesWithinMs);
  });

  const unsubscribe = view.onWritten((key, applySet) => {
    for (const written of making) {
      written.keys.add(key);
      written.applySets.add(applySet);
    }
    for (const one of byApplySet.get(applySet) ?? []) one.untouched = false;
    for (const one of [...(byKey.get(key) ?? [])]) tell(one);
    if ((making.size > 0 || byApplySet.has(applySet)) && drifts(applySet, key)) systemMoved(applySet);
  });

  function systemMoved(applySet: string): void {
    for (const { moved } of making) moved.add(applySet);
    for (const one of [...(byApplySet.get(applySet) ?? [])]) tell(one);
  }

  function forget(one: Kept | undefined): void {
    if (one === undefined || kept.get(one.subject) !== one) return;
    kept.delete(one.subject);
    one.stopOutside();
    for (const key of one.keys) remove(byKey, key, one);
    remove(byApplySet, one.applySet, one);
  }

  /** When each subject's plans became stale in the last minute. */
  const restless = new Map<string, number[]>();

  function tell(one: Kept, settlesMs = settlesWithinMs): void {
    forget(one);
    const times = (restless.get(one.subject) ?? []).filter((at) => clock.now() - at < calmAfterMs);
    const waitMs = Math.min(settlesMs * 2 ** Math.max(0, times.length - mostAtOnce), longestSettleMs);
    restless.delete(one.subject);
    restless.set(one.subject, [...times, clock.now()]);
    if (restless.size > mostPlans) restless.delete(restless.keys().next().value!);
    tellLater(one.id, waitMs);
  }

  /** After the plan itself, too. */
  function tellLater(id: string, waitMs = settlesWithinMs): void {
    clock.sleep(waitMs, closing.signal).then(
      () => stale(id),
      () => undefined,
    );
  }

  return {
    begin(id, subject) {
      rules.begin();
      const written: Moved = { keys: new Set(), applySets: new Set(), moved: new Set(), rules: new Set() };
      making.add(written);
      return {
        drop: () => void making.delete(written),
        reusable(inputs) {
          const known = kept.get(subject);
          const isFresh = known?.untouched === true && clock.now() - known.madeAt < reusableForMs;
          if (known === undefined || !isFresh || known.inputs !== inputs || !standsAlone(known.plan)) return undefined;
          return known.plan;
        },
        keepOn(plan) {
          making.delete(written);
          const known = kept.get(subject);
          if (known !== undefined) Object.assign(known, { id, plan });
          // It became stale in the moments in between.
          else tellLater(id);
        },
        keep(plan, inputs, applySet) {
          making.delete(written);
          forget(kept.get(subject));
          const keys = new Set(plan.objects.map(identityKey));
          const untouched = !written.applySets.has(applySet);
          const made = {
            id,
            subject,
            plan,
            inputs,
            untouched,
            madeAt: clock.now(),
            applySet,
            keys,
            places: placesOf(plan),
          };
          const one: Kept = { ...made, stopOutside: () => undefined };
          kept.set(subject, one);
          for (const key of keys) add(byKey, key, one);
          add(byApplySet, applySet, one);
          if (written.moved.has(applySet) || [...written.keys].some((key) => keys.has(key))) return tell(one);
          if ([...written.rules].some((namespace) => meets(one, namespace))) return tell(one, ruleSettlesWithinMs);
          const unseen = plan.objects.filter((object) => view.get(identityKey(object)) === undefined);
          one.stopOutside = outside.follow(unseen, () => tell(one));
          if (kept.size > mostPlans) forget(kept.values().next().value);
        },
      };
    },
    guardsMoved: systemMoved,
    async close() {
      closing.abort();
      unsubscribe();
      await Promise.all([outside.close(), rules.close()]);
    },
  };
}

/** Whether no other system has a say in it: what goes, or is somebody else's, may move between systems. */
function standsAlone({ objects }: Plan): boolean {
  return objects.every(({ action, reason }) => action === "update" || (reason === undefined && action !== "delete"));
}

/** What only goes is asked of no admission that is watched. */
function placesOf({ objects }: Plan): Set<string | undefined> {
  return new Set(objects.filter(({ action }) => action !== "delete").map(({ namespace }) => namespace));
}

/** @param namespace for which a rule is another one; undefined: for all */
const meets = ({ places }: Kept, namespace: string | undefined): boolean =>
  namespace === undefined ? places.size > 0 : places.has(namespace);

function add(map: Map<string, Set<Kept>>, key: string, one: Kept): void {
  map.set(key, (map.get(key) ?? new Set()).add(one));
}

function remove(map: Map<string, Set<Kept>>, key: string, one: Kept): void {
  const those = map.get(key);
  those?.delete(one);
  if (those?.size === 0) map.delete(key);
}
