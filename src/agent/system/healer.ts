import { identityKey, type KubeObject, type ObjectRef } from "../../core/manifest/kube-object.ts";
import { applyWaves } from "../../core/plan/apply-order.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { appliedEntry } from "../../core/plan/field-ownership.ts";
import { PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import { madeElsewhere } from "../../core/plan/guards/made-elsewhere.ts";
import { ignoredPointers } from "../../core/plan/ignored-fields.ts";
import { objectChanges } from "../../core/plan/object-changes.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import { FIELD_MANAGER, KindNotServed, type KubeClient } from "../../kube/kube-client.ts";
import { isRefusal, type KubeError } from "../../kube/kube-error.ts";
import type { DriftReport } from "../../link/messages.ts";
import type { AgentContext } from "../agent-context.ts";
import { groupKindsOf } from "../cluster/group-kind.ts";
import { inParallel } from "../in-parallel.ts";
import { type DryRuns, dryRuns, isOfVersion } from "../plan/dry-run.ts";
import { applyOptions, objectToApply } from "./apply-object.ts";
import { createContest } from "./contest.ts";
import { type Applied, conditionOf, digestOf, type Enacted } from "./enacted.ts";
import { ensureNamespace, isDefinition, NotYet, untilServed } from "./prerequisites.ts";

export interface HealerOptions {
  context: AgentContext;
  applySet: string;
  applied: Map<string, Applied>;
  /** What the system is kept true to now; undefined before the first sync of this process. */
  enacted(): Enacted | undefined;
  /** The namespace that the agent itself makes. */
  namespace(): string | undefined;
  /** Whether another system of the repository, the owner of that ApplySet, is kept true to this object now. */
  isHandedOver(applySet: string, key: string): boolean;
  report(drift: Omit<DriftReport, "type" | "repositoryId" | "system">): void;
}

/**
 * Looks at each object that somebody may have touched, and makes it again what Git says.
 *
 *   event ──▶ as applied: nothing
 *             suspect ──▶ get + dry run ──▶ no difference: settled, nothing
 *                                           differs ──▶ apply, report (or report alone)
 *             missing ──▶ apply, report ──(its namespace or kind is gone)──▶ repair: everything in order, with backoff
 */
export interface Healer {
  /** Looks at one object, or with no key at all of them. */
  look(key?: string): void;
  /** While a sync applies, objects change by our own hand. */
  pause(): void;
  resume(): void;
  /** Resolves when nothing is being looked at. */
  settled(): Promise<void>;
  /** Objects whose drift stands: it is not healed, or somebody keeps writing. */
  drifted(): number;
  stop(): Promise<void>;
}

const atATime = 16;

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
  let paused = 0;
  let repairing: Promise<void> | undefined;

  function look(key: string): void {
    if (paused > 0 || stopping.signal.aborted || busy.has(key)) return;
    const desired = enacted()?.desired.get(key);
    if (desired === undefined || condition(key) === "as-applied") standing.delete(key);
    if (desired === undefined || !needsLook(key) || failing.has(key) || contest.isWaiting(key, Date.now())) return;
    const healing = healOrTell(desired).catch((thrown) => {
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
  const condition = (key: string) => conditionOf(view, applySet, key, applied.get(key));

  /** @throws when it has to be tried again */
  async function healOrTell(desired: DesiredObject): Promise<void> {
    const { key, ref } = desired;
    try {
      await heal(desired);
    } catch (thrown) {
      const seen = view.get(key);
      tellRefusal(thrown, {
        id: incidentOf(ref, seen?.resourceVersion ?? `gone-${Date.now()}`),
        at: new Date().toISOString(),
        object: ref,
        what: seen === undefined ? "deleted" : "changed",
        fields: [],
      });
      throw thrown;
    }
  }

  /** What the cluster refuses has to be told, once, unless it comes good by itself. */
  function tellRefusal(thrown: unknown, incident: Omit<Parameters<HealerOptions["report"]>[0], "outcome">): void {
    const key = identityKey(incident.object);
    if (!isRefusal(thrown) || standing.has(key) || passes(thrown)) return;
    standing.set(key, undefined);
    options.report({ ...incident, outcome: "failed", message: thrown.message });
  }

  /** What is being deleted comes back, and so does what another object of the system brings. */
  function passes(refusal: KubeError): boolean {
    if (refusal.status === 409 || /being terminated/.test(refusal.message)) return true;
    if (refusal.status !== 404) return false;
    const bringsKinds = [...(enacted()?.desired.values() ?? [])].some(({ ref }) => isDefinition(ref));
    return !(refusal instanceof KindNotServed) || bringsKinds;
  }

  async function heal(desired: DesiredObject): Promise<void> {
    const { key, ref } = desired;
    const config = enacted()?.config;
    if (config === undefined) return;
    const runs = await lookAtOnce(desired);
    const live = runs?.live;
    if (live?.metadata.deletionTimestamp !== undefined) {
      if (view.get(key)?.terminating) throw new NotYet(`${ref.kind} ${ref.name} is being deleted`);
      view.note(live);
      return;
    }
    const owner = live?.metadata.labels?.[PART_OF];
    if (owner !== undefined && owner !== applySet && options.isHandedOver(owner, key)) {
      standing.delete(key);
      applied.delete(key);
      return;
    }
    const elsewhere = live && madeElsewhere(live, context.mark, { applySet, manager: FIELD_MANAGER });
    if (live !== undefined && elsewhere !== undefined) {
      standing.set(key, view.get(key)?.fingerprint ?? gone);
      const id = incidentOf(ref, live.metadata.resourceVersion ?? "");
      const at = new Date().toISOString();
      options.report({ id, at, object: ref, what: "changed", fields: [], outcome: "failed", message: elsewhere });
      return;
    }
    const isRecorded = live !== undefined && appliedEntry(live.metadata, FIELD_MANAGER) !== undefined;
    let fields: FieldChange[] = [];
    if (runs !== undefined && live !== undefined) {
      const [wanted] = runs.results as [KubeObject];
      const rules = {
        ignore: config.ignore,
        manager: FIELD_MANAGER,
        behind: "drift",
        describedBy: [desired.object],
        seenAt: new Date().toISOString(),
      } as const;
      fields = objectChanges({ live, base: wanted, merge: wanted }, rules, context.schemas);
      fields = fields.filter(({ cause }) => cause !== "ignored");
      if (fields.length === 0 && owner === applySet && isRecorded) {
        standing.delete(key);
        const noted = view.note(live);
        if (noted !== undefined) settle(desired, noted.fingerprint);
        return;
      }
    }
    const incident = {
      id: incidentOf(ref, live?.metadata.resourceVersion ?? `gone-${Date.now()}`),
      at: new Date().toISOString(),
      object: ref,
      what: live === undefined ? ("deleted" as const) : ("changed" as const),
      fields,
      ...(live === undefined ? {} : messageOf(owner, isRecorded)),
    };
    if (!config.heal) {
      standing.set(key, live === undefined ? gone : view.note(live)?.fingerprint);
      options.report({ ...incident, outcome: "reported" });
      return;
    }
    const writer = [...new Set(fields.map(({ path, manager }) => `${manager} ${path}`))].sort().join();
    const pause = contest.hold(key, writer, Date.now());
    if (pause !== undefined) {
      standing.set(key, undefined);
      setTimeout(() => look(key), pause.ms).unref();
      const message = `somebody keeps writing it; next attempt in ${Math.round(pause.ms / 1000)} s`;
      if (pause.isNew) options.report({ ...incident, outcome: "contested", message });
      return;
    }
    if (live !== undefined && !isRecorded) await recordAsOurs(kube, live, runs!.results[0]!);
    const wanted = objectToApply(desired, live, config.ignore);
    const after = await kube.apply(wanted, applyOptions(context.mark, live)).catch((thrown) => {
      tellRefusal(thrown, incident);
      throw thrown;
    });
    contest.healed(key, writer, Date.now());
    standing.delete(key);
    const noted = view.note(after);
    settle(desired, noted?.fingerprint ?? "");
    options.report({ ...incident, outcome: "healed" });
    if (isDefinition(ref)) await untilServed(kube, view, desired.object, stopping.signal);
    // What lived in it, or was of its kind, went with it.
    if (live === undefined && (isDefinition(ref) || ref.kind === "Namespace")) repair();
  }

  /** The object, and the dry run that settles whether it was changed; side by side where they need not wait for each other. */
  async function lookAtOnce(desired: DesiredObject): Promise<DryRuns | undefined> {
    const { ignore } = enacted()!.config;
    if (condition(desired.key) === "suspect" && ignoredPointers(desired.object, ignore).length === 0) {
      const dryRun = kube.apply(desired.object, { dryRun: true, force: true });
      const [live, wanted] = await Promise.all([kube.get(desired.ref), dryRun]);
      if (live !== undefined && isOfVersion(wanted, live)) return { live, results: [wanted] };
    }
    return dryRuns(kube, desired.ref, (live) => [objectToApply(desired, live, ignore)]);
  }

  function settle({ key, object }: DesiredObject, fingerprint: string): void {
    applied.set(key, { digest: digestOf(object), fingerprint });
  }

  /** Everything that is not as applied, in order, until it is. */
  function repair(): void {
    repairing ??= (async () => {
      for (let wait = 100; !stopping.signal.aborted; wait = Math.min(wait * 2, 10_000)) {
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
        if (paused > 0 || stopping.signal.aborted) continue;
        try {
          await repairOnce();
          return;
        } catch (thrown) {
          log.debug({ reason: reasonOf(thrown) }, "not repaired yet");
        }
      }
    })().finally(() => {
      repairing = undefined;
      failing.clear();
      lookAtAll();
    });
  }

  async function repairOnce(): Promise<void> {
    const wanted = [...(enacted()?.desired.values() ?? [])];
    const off = wanted.filter(
      ({ key }) => (needsLook(key) || condition(key) === "terminating") && !contest.isWaiting(key, Date.now()),
    );
    const namespace = options.namespace();
    if (namespace !== undefined && off.length > 0) await ensureNamespace(context, namespace, stopping.signal);
    for (const wave of applyWaves(off, ({ ref }) => ref)) {
      await Promise.all(groupKindsOf(wave.map(({ ref }) => ref)).map((kind) => view.follow(kind, stopping.signal)));
      await inParallel(wave, atATime, async (desired) => {
        await busy.get(desired.key);
        if (condition(desired.key) === "as-applied") return;
        const healing = healOrTell(desired);
        busy.set(
          desired.key,
          healing.catch(() => undefined).finally(() => busy.delete(desired.key)),
        );
        await healing;
      });
    }
  }

  async function settled(): Promise<void> {
    while (busy.size > 0 || repairing !== undefined) await Promise.all([...busy.values(), repairing]);
  }

  function lookAtAll(): void {
    for (const key of enacted()?.desired.keys() ?? []) look(key);
  }

  return {
    look: (key) => (key === undefined ? lookAtAll() : look(key)),
    pause: () => void paused++,
    resume() {
      paused--;
      if (paused === 0) lookAtAll();
    },
    settled,
    drifted: () => standing.size,
    async stop() {
      stopping.abort();
      await settled();
    },
  };

  function messageOf(owner: string | undefined, isRecorded: boolean): { message?: string } {
    if (owner !== applySet) return { message: "its inventory label was taken off or changed" };
    return isRecorded ? {} : { message: "the record of which fields are ours (managedFields) was cleared" };
  }

  function incidentOf({ kind, namespace, name }: ObjectRef, version: string): string {
    return [applySet, kind, namespace ?? "", name, version]
      .join("/")
      .replaceAll(/[^A-Za-z0-9._:/-]/g, "-")
      .slice(-290);
  }
}

/**
 * Gives an object whose `managedFields` were cleared our record back, as the dry run made it. Applying alone would leave all its
 * fields to `before-first-apply` too, so that nothing that Git drops would ever go
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields).
 */
async function recordAsOurs(kube: KubeClient, live: KubeObject, wanted: KubeObject): Promise<void> {
  const ours = appliedEntry(wanted.metadata, FIELD_MANAGER);
  if (ours === undefined || (live.metadata.managedFields ?? []).length > 0) return;
  const { resourceVersion, name, namespace } = live.metadata;
  const ref = { apiVersion: live.apiVersion, kind: live.kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const unchanged = { op: "test", path: "/metadata/resourceVersion", value: resourceVersion };
  await kube.patch(ref, [unchanged, { op: "add", path: "/metadata/managedFields", value: [ours] }], "json");
}

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
