import type { Logger } from "pino";
import type { SystemConfig } from "../../core/config/system.ts";
import { type Finding, hasErrors } from "../../core/manifest/finding.ts";
import type { SystemPlan } from "../../core/plan/plan.ts";
import type { RepositoryFile } from "../../render/read-files.ts";
import type { Confinement } from "../cluster/confinement.ts";
import { followKinds } from "../cluster/follow-kinds.ts";
import { applySetId, openInventory, parentOf, repositoriesOf } from "../cluster/inventory.ts";
import { namespaceToMake, renderFiles } from "../render-tree.ts";
import { openAgentContext } from "../start-agent.ts";
import { makePlan } from "./make-plan.ts";

export interface FolderPlan {
  files: readonly RepositoryFile[];
  system: SystemConfig;
  kubeconfig: string | undefined;
  /** Where inventories are kept in the cluster. */
  agentNamespace: string;
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
 * @returns the manifests' errors instead, when they have some
 * @throws when the cluster cannot be asked, or two repositories enact a system of that name
 */
export async function planFolder(options: FolderPlan): Promise<{ plan: SystemPlan } | { findings: Finding[] }> {
  const { files, system, kubeconfig, confine, agentNamespace: namespace, logger } = options;
  await using closing = new AsyncDisposableStack();
  const context = await openAgentContext(
    {
      cluster: system.cluster,
      namespace,
      logger,
      ...(confine === undefined ? {} : { confine }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
    () => undefined,
  );
  closing.defer(() => context.close());
  const { kube, view, schemas } = context;
  const [repositoryId = 0, ...others] = await repositoriesOf(kube, namespace, system.name);
  if (others.length > 0) {
    throw new Error(
      `the repositories ${[repositoryId, ...others].join(" and ")} both enact a system ${system.name} here`,
    );
  }
  const applySet = applySetId(parentOf(namespace, repositoryId, system.name));
  const { objects, findings, unavailable } = await renderFiles(files, system, { ...context, applySet });
  if (hasErrors(findings)) return { findings };

  const record = await openInventory({ ...context, repositoryId, system: system.name }).read();
  const unseen = await followKinds(view, record?.groupKinds ?? [], AbortSignal.timeout(patienceMs));
  const content = await makePlan({
    kube,
    schemas,
    system: system.name,
    applySet,
    merge: objects,
    unavailable,
    unseen,
    base: undefined,
    namespace: namespaceToMake(system, objects, confine),
    members: view.members(applySet),
    policy: system,
    protect: system.protect,
    isAsApplied: () => false,
    behind: () => "drift",
  });
  const plan = { system: system.name, cluster: kube.server, health: "Unknown" as const, ...content };
  return { plan: { ...plan, findings: [...findings, ...content.findings] } };
}
