import type { SystemConfig } from "../../core/config/system.ts";
import type { Action } from "../../core/plan/plan.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { SyncedObject, SyncProgress, SyncResult } from "../../link/messages.ts";
import type { RenderCache } from "../../render/render-cache.ts";
import type { AgentContext } from "../agent-context.ts";
import { groupKindsOf } from "../cluster/group-kind.ts";
import type { Inventory, InventoryRecord } from "../cluster/inventory.ts";
import { Refused } from "../refused.ts";
import { type DesiredState, namespaceToMake, renderTree } from "../render-tree.ts";
import { applyAll } from "./apply-all.ts";
import { awaitHealth } from "./await-health.ts";
import type { Applied, Enacted } from "./enacted.ts";
import { ensureNamespace } from "./prerequisites.ts";
import { planPruning, prune } from "./prune.ts";

export interface SyncRun {
  context: AgentContext;
  mirror: Mirror;
  /** As the commit describes it, admitted already. */
  system: SystemConfig;
  /** The system at the revision synced last, whose guards count. */
  policyAt(revision: string): Promise<SystemConfig>;
  inventory: Inventory;
  applied: Map<string, Applied>;
  cache: RenderCache;
  sha: string;
  signal: AbortSignal;
  /** What the system was kept true to until now. */
  previous: Enacted["desired"] | undefined;
  /**
   * Looks at everything that was applied before this process, when the commit is the one synced last: what differs then is
   * drift, and not ours to write without looking. Undefined: applied like any commit.
   */
  audit?(desired: Enacted["desired"]): Promise<void>;
  /** Called when the system is to be kept true to this from now on; what it returns is called when all of it was applied. */
  enact(enacted: Enacted, namespace: string | undefined): () => void;
  progress(step: SyncProgress["step"], message: string, done: number, total: number): void;
  /** Told each time the outcome changes: a rollout that failed may still come good. */
  outcome(result: Pick<SyncResult, "outcome" | "objects" | "message" | "details">): void;
}

/**
 * One sync: what the commit describes is applied, awaited, and what it no longer describes is pruned.
 * @throws Refused for a mistake of the repository's or the request's; the signal's reason when it is superseded
 */
export async function runSync(run: SyncRun): Promise<void> {
  const { context, mirror, system, inventory, sha, signal, progress } = run;
  const { kube, view } = context;
  progress("fetched", `fetched ${sha.slice(0, 7)}`, 0, 0);

  const state = await renderTree(mirror, sha, system, {
    ...context,
    applySet: inventory.id,
    cache: run.cache,
  });
  refuseErrors(state);
  const desired = new Map(state.objects.map((one) => [one.key, one]));
  progress("rendered", `rendered ${state.objects.length} objects`, 0, desired.size);

  const record = await inventory.read();
  const policy = (await policyOf(run, record)) ?? system;
  // Before anything is made, so that the inventory always contains at least what was made.
  await ensureNamespace(kube, context.namespace, signal);
  await inventory.write(union(record, state, record?.revision));
  await Promise.all((record?.groupKinds ?? []).map((kind) => view.follow(kind, signal)));
  const namespace = namespaceToMake(system, state.objects);
  if (namespace !== undefined) await ensureNamespace(kube, namespace, signal);

  signal.throwIfAborted();
  const pruning = planPruning(view.members(inventory.id), desired, policy);
  const finished = run.enact({ sha, config: system, desired }, namespace);
  let objects: SyncedObject[];
  if (run.audit !== undefined && run.previous === undefined && record?.revision === sha) {
    finished();
    await run.audit(desired);
    objects = state.objects.map(({ ref }) => ({ ...ref, action: "unchanged", fields: [] }));
  } else {
    try {
      const { applied, previous } = run;
      const target = { context, applySet: inventory.id, applied, previous, ignore: policy.ignore, signal };
      objects = await applyAll(target, state.objects, (done, { action, kind, name }) => {
        if (action !== "unchanged") progress("applying", `${action} ${kind} ${name}`, done, desired.size);
      });
    } finally {
      finished();
    }
  }
  const refused = objects.filter(({ action }) => action === "invalid");
  if (refused.length > 0) {
    const [first] = refused;
    const message = `the cluster refuses ${first!.kind} ${first!.name}: ${first!.reason}`;
    run.outcome({ outcome: "failed", objects, message, details: refused.map(describe) });
    return;
  }

  await awaitHealth({
    context,
    desired: state.objects,
    timeoutMs: system.timeoutMs,
    signal,
    progress: (message, done) => progress("waiting", message, done, desired.size),
    failed: (message, details) => run.outcome({ outcome: "failed", objects, message, details }),
  });

  const { deletions } = pruning;
  if (deletions.length > 0) {
    const names = deletions.map(({ ref }) => `${ref.kind} ${ref.name}`).join(", ");
    progress("pruning", `deleting ${names}`.slice(0, 500), 0, deletions.length);
  }
  const pruned = await prune(context, inventory.id, pruning, signal);
  const kept = pruned.filter(({ action }) => action === "held");
  const all = [...objects, ...pruned];
  await inventory.write({ ...union(undefined, state, sha), ...(kept.length > 0 ? union(record, state, sha) : {}) });
  const held = all.filter(({ action }) => action === "held");
  if (held.length === 0) run.outcome({ outcome: "healthy", objects: all });
  else run.outcome({ outcome: "held", objects: all, message: held[0]!.reason!, details: held.map(describe) });
}

function refuseErrors({ findings }: DesiredState): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const { file, line, message } = errors[0]!;
  throw new Refused(`${file}:${line}: ${message}`, errors);
}

/** Guards are those of the revision synced last, as far as it is known. */
async function policyOf(run: SyncRun, record: InventoryRecord | undefined): Promise<SystemConfig | undefined> {
  if (record?.revision === undefined) return undefined;
  try {
    await run.mirror.fetchCommits([record.revision]);
    return await run.policyAt(record.revision);
  } catch (thrown) {
    run.context.log.warn({ revision: record.revision, err: thrown }, "the revision synced last cannot be read");
    return undefined;
  }
}

function union(
  record: InventoryRecord | undefined,
  { objects }: DesiredState,
  revision: string | undefined,
): InventoryRecord {
  const refs = objects.map(({ ref }) => ref);
  return {
    groupKinds: [...(record?.groupKinds ?? []), ...groupKindsOf(refs)],
    namespaces: [...(record?.namespaces ?? []), ...refs.flatMap(({ namespace }) => namespace ?? [])],
    revision,
  };
}

function describe({ kind, namespace, name, reason }: SyncedObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}: ${reason ?? ""}`;
}

/** Whether anything was done at all. */
export function isNews(objects: readonly { action: Action }[]): boolean {
  return objects.some(({ action }) => action !== "unchanged");
}
