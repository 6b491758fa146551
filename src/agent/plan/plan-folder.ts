import type { Logger } from "pino";
import { confinedBy } from "../../core/config/confined-by.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import { type Finding, hasErrors } from "../../core/manifest/finding.ts";
import { withClusterFindings } from "../../core/plan/cluster-warnings.ts";
import { ACTIONS, type FolderPlan, type PlannedObject } from "../../core/plan/plan.ts";
import { totalsOf } from "../../core/plan/totals.ts";
import { createRenderCache } from "../../render/render-cache.ts";
import { usualNamespace } from "../agent-config.ts";
import type { Confinement } from "../cluster/confinement.ts";
import { followKinds } from "../cluster/follow-kinds.ts";
import { applySetId, openInventory, parentOf } from "../cluster/inventory.ts";
import { namespaceToMake, renderFiles } from "../render-tree.ts";
import { openAgentContext } from "../start-agent.ts";
import { openNeighbours } from "../system/neighbours.ts";
import { nobodyKnows } from "./earlier-merges.ts";
import { folderAgent } from "./folder-agent.ts";
import { type FolderBase, type FolderState, renderBase } from "./folder-base.ts";
import { wholly } from "./last-applied.ts";
import { leftInPlace } from "./left-in-place.ts";
import { makePlan } from "./make-plan.ts";

export interface FolderPlanOptions extends FolderState {
  /** What the folder is compared with; undefined: with nothing but the cluster, so that all that differs is a change. */
  base: FolderBase | undefined;
  /** The other systems of the folder on this cluster, and whether there are no more of them. */
  neighbours: { systems: readonly SystemConfig[]; areAll: boolean };
  kubeconfig: string | undefined;
  /** Where the agent keeps its inventories in the cluster; undefined: to be found. */
  agentNamespace: string | undefined;
  /** The only namespaces that may be looked into; undefined: the whole cluster. */
  confine: Confinement | undefined;
  logger: Logger;
}

/** How long the cluster may take to list what the system holds. */
const patienceMs = 60_000;

/**
 * What applying a folder of this machine would change in the cluster, by the same code as a pull request's plan. What the system
 * holds already is known by its inventory, so that deletions show too; nothing is written.
 *
 * @returns the plan and what a reader should know of it; the manifests' errors instead, when they have some
 * @throws when the cluster cannot be asked, or several agents or repositories enact a system of that name
 */
export async function planFolder(
  options: FolderPlanOptions,
): Promise<{ plan: FolderPlan; notes: string[] } | { findings: Finding[] }> {
  const { files, system, base: from, neighbours: others, kubeconfig, confine, agentNamespace, logger } = options;
  const usual = agentNamespace ?? usualNamespace;
  const elsewhere = agentNamespace === undefined && confine === undefined;
  await using closing = new AsyncDisposableStack();
  const opened = await openAgentContext(
    {
      cluster: system.cluster,
      namespace: usual,
      logger,
      ...(confine === undefined ? {} : { confine }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
    () => undefined,
  );
  closing.defer(() => opened.close());
  const { kube, view, schemas } = opened;
  const agent = await folderAgent({ kube, system: system.name, namespace: usual, elsewhere });
  const { namespace, repositoryId, mark } = agent;
  const context = { ...opened, namespace, mark };
  const applySet = applySetId(parentOf(namespace, repositoryId, system.name));
  // A file that did not change since the base is parsed and checked once.
  const render = { ...context, applySet, cache: createRenderCache() };
  const record = await openInventory({ ...context, repositoryId, system: system.name }).read();
  const none = { base: undefined, notes: [] };
  const { base, notes } = from === undefined ? none : await renderBase(from, record, render);
  const { objects, findings, unavailable } = await renderFiles(
    files,
    confinedBy(system, base?.policy ?? system),
    render,
  );
  if (hasErrors(findings)) return { findings };
  const unseen = await followKinds(view, record?.groupKinds ?? [], AbortSignal.timeout(patienceMs));
  const members = view.members(applySet, new Set(base?.objects.map(({ key }) => key)));
  const content = await makePlan({
    kube,
    schemas,
    system: system.name,
    applySet,
    mark,
    neighbours: openNeighbours({
      context,
      repositoryId,
      system: system.name,
      look: async () => ({
        systems: others.systems.map((config) => ({ config })),
        broken: others.areAll ? [] : [system],
      }),
      render: ({ config }, of) => renderFiles(files, config, of),
    }),
    merge: objects,
    unavailable,
    unseen,
    base: base?.objects,
    namespace: namespaceToMake(system, objects, confine),
    members,
    policy: base?.policy ?? system,
    protect: system.protect,
    isAsApplied: () => false,
    isUntouched: () => false,
    lastApplied: base?.lastApplied ?? wholly,
    mergeOf: base?.mergeOf ?? nobodyKnows,
  });
  const left = await leftInPlace({
    kube,
    base: base?.objects ?? [],
    others: new Set([...objects, ...unavailable, ...members].map(({ key }) => key)),
    applySet,
  });
  const plan: FolderPlan = {
    system: system.name,
    cluster: kube.server,
    ...(from === undefined || base === undefined ? {} : { baseSha: from.sha }),
    health: "Unknown",
    ...content,
    objects: [...content.objects, ...left],
    totals: added(content.totals, left),
    findings: withClusterFindings(findings, content.findings),
  };
  const where = elsewhere
    ? "any namespace that may be looked into"
    : `the namespace ${namespace} (--agent-namespace names another)`;
  const unknown = `no agent has enacted the system ${system.name} here: there is no inventory of it in ${where}, so that what has left Git is not known`;
  return { plan, notes: record === undefined && others.areAll ? [...notes, unknown] : notes };
}

function added(totals: FolderPlan["totals"], objects: readonly PlannedObject[]): FolderPlan["totals"] {
  const more = totalsOf(objects);
  return Object.fromEntries(ACTIONS.map((action) => [action, totals[action] + more[action]])) as FolderPlan["totals"];
}
