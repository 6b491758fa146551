import type { Adoptable } from "../../core/adopt/adoptable-changes.ts";
import { confinedBy } from "../../core/config/confined-by.ts";
import { configFile } from "../../core/config/parse-config.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import { hasErrors } from "../../core/manifest/finding.ts";
import { withClusterFindings } from "../../core/plan/cluster-warnings.ts";
import type { DeletionApproval } from "../../core/plan/deletion-approval.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { RenderCache } from "../../render/render-cache.ts";
import type { AgentContext } from "../agent-context.ts";
import { followKinds } from "../cluster/follow-kinds.ts";
import { type InventoryRecord, openInventory } from "../cluster/inventory.ts";
import { Refused } from "../refused.ts";
import { type DesiredState, namespaceToMake, renderTree } from "../render-tree.ts";
import type { Repository, TrackedSystem } from "../repository.ts";
import { earlierState } from "../system/earlier-state.ts";
import { digestOf, type Enacted } from "../system/enacted.ts";
import { openNeighbours } from "../system/neighbours.ts";
import { type Guards, guardsAt, policyRevisionFor } from "../system/policy.ts";
import type { SystemController } from "../system/system-controller.ts";
import { earlierMerges, mostLanded } from "./earlier-merges.ts";
import { lastApplied } from "./last-applied.ts";
import { makePlan } from "./make-plan.ts";

/** What every plan of an agent is made with. */
export interface PlanTools {
  context: AgentContext;
  repository: Repository;
  /** Undefined for a system that no tracked branch has yet. */
  controller: SystemController | undefined;
  signal: AbortSignal;
  /** Of this system's plans. */
  cache: RenderCache;
}

/** Which trees are compared. */
export interface Merge {
  /** Undefined for a system that no tracked branch has yet. */
  tracked: TrackedSystem | undefined;
  baseSha: string;
  headSha: string;
  /** What merging would make. */
  tree: string;
}

/** What a plan is made from besides the cluster's objects and what the trees render to. */
export interface MergeInputs {
  /** Id of the system's ApplySet. */
  applySet: string;
  /** The system as merging would leave it. */
  system: SystemConfig;
  /** Ids of its folder's trees, now and after merging. */
  folders: { base: string | undefined; merge: string | undefined };
  record: InventoryRecord | undefined;
  /** A pull request cannot loosen the guards that it would meet. */
  guards: Guards;
  /** Deletions that somebody has let go. */
  approvals: readonly DeletionApproval[];
}

/** @throws Refused for what the repository has wrong */
export async function readInputs(
  { context, repository }: PlanTools,
  name: string,
  { tracked, tree }: Merge,
  approvals: readonly DeletionApproval[],
): Promise<MergeInputs> {
  const { mirror } = repository;
  const system = await repository.systemAt(tree, name);
  const inventory = openInventory({ ...context, repositoryId: repository.id, system: name });
  const record = await inventory.read();
  const own = tracked?.config ?? system;
  const systemAt = (at: string) => repository.systemAt(at, name);
  return {
    applySet: inventory.id,
    system,
    folders: {
      base: tracked && (await mirror.treeAt(tracked.tip, tracked.config.path)),
      merge: await mirror.treeAt(tree, system.path),
    },
    record,
    guards: await guardsAt(policyRevisionFor(undefined, record), own, mirror, systemAt),
    approvals,
  };
}

/**
 * What one tree in the place of another would change in this cluster.
 *
 * @param adoptable to be filled with what Git could take over; then every object is looked at, however untouched it seems
 * @throws Refused for what the repository has wrong
 */
export async function planMerge(
  { context, repository, controller, signal, cache }: PlanTools,
  name: string,
  { tracked, baseSha, headSha, tree }: Merge,
  { applySet, system: mergeSystem, folders, record, guards, approvals }: MergeInputs,
  adoptable?: Adoptable[],
): Promise<Plan> {
  const { mirror } = repository;
  const { kube, view } = context;
  const render = { ...context, applySet, cache };
  const nothing: DesiredState = { objects: [], findings: [], unavailable: [] };
  const [merge, base] = await Promise.all([
    renderTree(mirror, tree, confinedBy(mergeSystem, guards), render),
    tracked === undefined ? nothing : renderTree(mirror, baseSha, tracked.config, render),
  ]);
  const unseen = await followKinds(view, record?.groupKinds ?? [], signal);

  if (hasErrors(merge.findings)) {
    const errors = merge.findings.filter(({ severity }) => severity === "error");
    throw new Refused("the manifests have errors, so that nothing can be planned", errors);
  }
  const enacted = controller?.enacted();
  // A broken commit on the tracked branch is never applied, so what it was made from is what Git has in effect.
  const isBroken = hasErrors(base.findings);
  const isEnacted = isBroken ? enacted !== undefined : enacted?.sha === baseSha || isSameState(enacted?.desired, base);
  const isKnown = adoptable === undefined && isEnacted && controller !== undefined;
  const through = record?.revision;
  let recorded = isEnacted ? undefined : await recordedObjects(through);
  const inEffect = enacted?.desired ?? recorded;
  const git = isBroken ? inEffect && [...inEffect.values()] : base.objects;
  const previous = new Map((git ?? base.objects).map((one) => [one.key, one]));
  // A sync that the cluster refuses in part has not made everything what the base says.
  const isBase = (key: string) => {
    const one = previous.get(key);
    return one !== undefined && controller?.appliedDigest(key) === digestOf(one.object);
  };
  if (![...previous.keys()].every(isBase)) recorded ??= await recordedObjects(through);
  const mergeOf = earlierMerges({
    async landed() {
      if (tracked === undefined) return [];
      const since = through !== undefined && (await mirror.has(through)) ? { since: through } : {};
      return mirror.landed(baseSha, { limit: mostLanded, ...since, paths: [tracked.config.path, configFile] });
    },
    async fileOf(key) {
      const one = previous.get(key) ?? enacted?.desired.get(key);
      if (one !== undefined || through === baseSha) return one?.file;
      recorded ??= await recordedObjects(through);
      return recorded?.get(key)?.file;
    },
  });
  const content = await makePlan({
    kube,
    schemas: context.schemas,
    system: name,
    neighbours: openNeighbours({
      context,
      repositoryId: repository.id,
      system: name,
      look: () => repository.lookWith(tree, tracked?.branch ?? mergeSystem.branch),
      render: ({ config, tip }, of) => renderTree(mirror, tip, config, of),
    }),
    applySet,
    mark: context.mark,
    merge: merge.objects,
    unavailable: merge.unavailable,
    unavailableBefore: base.unavailable,
    unseen,
    base: tracked === undefined ? undefined : git,
    namespace: namespaceToMake(mergeSystem, merge.objects, context.confine),
    members: view.members(applySet, previous),
    policy: guards,
    protect: mergeSystem.protect,
    approved: { tree: folders.merge, approvals },
    mergeOf,
    ...(adoptable === undefined ? {} : { adoptable }),
    isAsApplied: (key) => isKnown && isBase(key) && controller.isAsApplied(key, guards.exact),
    isUntouched: (key) => isKnown && isBase(key) && controller.isUntouched(key),
    lastApplied: (one) => lastApplied(one, recorded?.get(one.key)?.object, controller?.appliedDigest(one.key)),
  });
  return {
    system: name,
    cluster: context.cluster,
    baseSha,
    headSha,
    mergeTree: tree,
    health: controller?.state().health ?? (tracked === undefined ? "NotFound" : "Unknown"),
    ...content,
    findings: withClusterFindings(merge.findings, content.findings),
  };

  /** What the commit that went through last describes; undefined when that is not known any more. */
  async function recordedObjects(revision: string | undefined): Promise<Enacted["desired"] | undefined> {
    if (revision === undefined) return undefined;
    const state = await earlierState(revision, mirror, (at) => repository.systemAt(at, name), render);
    return state && new Map(state.objects.map((one) => [one.key, one]));
  }
}

/** Commits that leave the system as it is are as good as applied. */
function isSameState(
  enacted: ReadonlyMap<string, { object: unknown }> | undefined,
  { objects }: DesiredState,
): boolean {
  if (enacted === undefined || enacted.size !== objects.length) return false;
  return objects.every(({ key, object }) => {
    const other = enacted.get(key);
    return other !== undefined && JSON.stringify(other.object) === JSON.stringify(object);
  });
}
