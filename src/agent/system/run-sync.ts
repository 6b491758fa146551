import { confinedBy } from "../../core/config/confined-by.ts";
import { identityKey } from "../../core/manifest/kube-object.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { Action } from "../../core/plan/plan.ts";
import type { SyncedObject } from "../../link/messages.ts";
import type { Confinement } from "../cluster/confinement.ts";
import { followKinds, type UnseenKind, unseenSentence } from "../cluster/follow-kinds.ts";
import { groupKindsOf } from "../cluster/group-kind.ts";
import type { InventoryRecord, Processed } from "../cluster/inventory.ts";
import { Refused } from "../refused.ts";
import { type DesiredState, namespaceToMake, renderTree } from "../render-tree.ts";
import { applyUntilTaken } from "./apply-until-taken.ts";
import { awaitHealth } from "./await-health.ts";
import { digestOf, unchangedObject } from "./enacted.ts";
import { movesFrom } from "./neighbours.ts";
import { type Guards, guardsAt, isSameGuards, policyRevisionFor } from "./policy.ts";
import { ensureNamespace } from "./prerequisites.ts";
import { prune } from "./prune.ts";
import { pruningOf } from "./pruning-of.ts";
import { reasonsTold } from "./reasons-told.ts";
import type { SyncRun } from "./sync-run.ts";
import { unplannedIn } from "./unplanned.ts";

/**
 * One sync: what the commit describes is applied, awaited, and what it no longer describes is pruned.
 * @throws Refused for a mistake of the repository's or the request's; the signal's reason when it is superseded
 */
export async function runSync(run: SyncRun): Promise<void> {
  const { context, mirror, system, inventory, sha, signal, progress } = run;
  const { view } = context;
  progress("fetched", `fetched ${sha.slice(0, 7)}`, 0, 0);

  const record = await inventory.read();
  const policyRevision = policyRevisionFor(sha, record);
  const guards = run.policyAt === undefined ? system : await guardsAt(policyRevision, system, mirror, run.policyAt);
  const render = () => rendered(run, guards);
  let state = await render();
  let desired = byKey(state);
  progress("rendered", `rendered ${state.objects.length} objects`, 0, desired.size);

  if (record?.revision !== sha) await run.dependencies?.();
  // Before anything is made, so that the inventory always contains at least what was made.
  if (context.confine === undefined) await ensureNamespace(context, context.namespace, signal);
  await inventory.write(union(record, state, record ?? unprocessed));
  const unseen = await followKinds(view, record?.groupKinds ?? [], signal);
  const namespace = namespaceToMake(system, state.objects, context.confine);
  if (namespace !== undefined) await ensureNamespace(context, namespace, signal);

  signal.throwIfAborted();
  // What a heal of the former commit makes again has to be found among what is to go.
  const goOn = await run.hold?.();
  const members = view.members(inventory.id, run.previous);
  const pruning = await pruningOf(run, members, desired, guards, policyRevision, record).finally(goOn);
  // Before anything can end this sync: what nobody was told of stays so.
  await inventory.write(union(record, state, { ...(record ?? unprocessed), unplanned: unplannedIn(pruning.held) }));
  const { exact } = guards;
  const enact = (to: DesiredState) => run.enact({ sha, config: { ...system, exact }, desired: byKey(to) }, namespace);
  let objects: SyncedObject[];
  if (run.audit !== undefined && run.previous === undefined && isWhole(record, sha, state)) {
    (await enact(state))();
    const left = await run.audit(desired);
    const refused = state.objects.filter(({ key }) => left.has(key));
    const whole = { enact: () => enact(state), render };
    const tried = await applyUntilTaken(run, { ...state, objects: refused }, { ...system, exact }, whole);
    const others = state.objects.filter(({ key }) => !left.has(key));
    objects = [...others.map((one) => unchangedObject(one, run.applied)), ...tried.objects];
  } else if (!system.heal && !run.isAsked && leavesAsIs(run.previous, state)) {
    // A commit for others must not put right what is only to be told of here.
    (await enact(state))();
    objects = state.objects.map((one) => unchangedObject(one, run.applied));
  } else {
    // What a commit asks to be ignored holds from the next one on, or when the same one is synced again.
    const { ignore } = record?.revision === sha ? system : guards;
    ({ objects, state } = await applyUntilTaken(run, state, { ignore, exact }, { enact, render }));
    desired = byKey(state);
  }

  // What is held is another's, who may take as long as they like.
  const theirs = new Set(objects.filter(({ action }) => action === "held").map(identityKey));
  await awaitHealth({
    context,
    desired: state.objects.filter(({ key }) => !theirs.has(key)),
    timeoutMs: system.timeoutMs,
    signal,
    progress: (message, done) => progress("waiting", message, done, desired.size),
    failed: (message, details) => run.outcome({ outcome: "failed", objects, message, details }),
  });

  const { deletions, moved, unpruned } = pruning;
  if (deletions.length > 0) {
    const names = deletions.map(({ ref }) => `${ref.kind} ${ref.name}`).join(", ");
    await run.vouched?.();
    progress("pruning", `deleting ${names}`.slice(0, 500), 0, deletions.length);
  }
  const pruned = await prune(context, inventory.id, pruning, signal);
  const given = moved.map(({ object, to }): SyncedObject => {
    return { ...object.ref, action: "unchanged", fields: [], reason: movesFrom(system.name, to) };
  });
  const all = [...objects, ...pruned, ...given];
  const held = all.filter(({ action }) => action === "held");
  const blind = blindSpots(unseen, record, context.confine);
  const isHeld = held.length > 0 || blind.length > 0;
  // What is not gone yet has to be found again.
  const stays = moved.length + unpruned.length + blind.length > 0;
  const left = stays || pruned.some(({ action }) => action === "held");
  const processed = { revision: sha, policyRevision, held: isHeld, unplanned: unplannedIn(pruning.held) };
  await inventory.write(union(left ? record : undefined, state, processed));
  if (record?.revision !== sha && !isSameGuards(guards, system)) run.guardsMoved?.();
  // What an earlier commit left over was told with that one; this one is done.
  const leftOver = new Set(pruning.held.filter((one) => one.leftOver).map(({ object }) => object.key));
  const own = held.filter((one) => !leftOver.has(identityKey(one)));
  const details = [...reasonsTold(own), ...blind];
  const approval = pruning.approval === undefined ? {} : { approval: pruning.approval };
  const result = { objects: all, ...approval };
  if (details.length > 0) run.outcome({ outcome: "held", ...result, message: own[0]?.reason ?? blind[0]!, details });
  else if (held.length > 0) run.outcome({ outcome: "healthy", ...result, details: reasonsTold(held) });
  else run.outcome({ outcome: "healthy", ...result });
}

/** @throws Refused */
async function rendered(
  { context, mirror, system, inventory, cache, sha }: SyncRun,
  guards: Guards,
): Promise<DesiredState> {
  const state = await renderTree(mirror, sha, confinedBy(system, guards), {
    ...context,
    applySet: inventory.id,
    cache,
  });
  refuseErrors(state);
  return state;
}

const byKey = ({ objects }: DesiredState): Map<string, DesiredObject> => new Map(objects.map((one) => [one.key, one]));

/** Where objects of the system may be that nobody here can see, as when the agent's rights became fewer. */
function blindSpots(
  unseen: readonly UnseenKind[],
  record: InventoryRecord | undefined,
  confine: Confinement | undefined,
): string[] {
  const outside = confine === undefined ? [] : (record?.namespaces ?? []).filter((one) => !confine.includes(one));
  return [
    ...unseen.map(unseenSentence),
    ...outside.map(
      (namespace) =>
        `objects in the namespace ${namespace}, where an earlier commit had some, are left as they are: the agent is confined to ${confine!.join(", ")}`,
    ),
  ];
}

function refuseErrors({ findings }: DesiredState): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const { file, line, message } = errors[0]!;
  throw new Refused(`${file}:${line}: ${message}`, errors);
}

/** Whether a commit says of every object what was applied before. */
function leavesAsIs(previous: SyncRun["previous"], { objects, unavailable }: DesiredState): boolean {
  if (previous === undefined || unavailable.length > 0 || previous.size !== objects.length) return false;
  return objects.every(({ key, object }) => {
    const before = previous.get(key);
    return before !== undefined && digestOf(before.object) === digestOf(object);
  });
}

/** Whether all of the commit is in the cluster already, as far as is recorded. */
function isWhole(record: InventoryRecord | undefined, sha: string, { unavailable }: DesiredState): boolean {
  return record?.revision === sha && !record.held && unavailable.length === 0;
}

function union(
  record: InventoryRecord | undefined,
  { objects, unavailable }: DesiredState,
  { revision, policyRevision, held, unplanned }: Processed,
): InventoryRecord {
  const refs = [...objects, ...unavailable].map(({ ref }) => ref);
  return {
    groupKinds: [...(record?.groupKinds ?? []), ...groupKindsOf(refs)],
    namespaces: [...(record?.namespaces ?? []), ...refs.flatMap(({ namespace }) => namespace ?? [])],
    revision,
    policyRevision,
    held,
    unplanned,
  };
}

const unprocessed: Processed = { revision: undefined, policyRevision: undefined, held: false, unplanned: [] };

/** Whether anything was done at all. */
export function isNews(objects: readonly { action: Action }[]): boolean {
  return objects.some(({ action }) => action !== "unchanged");
}
