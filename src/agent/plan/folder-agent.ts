import { MADE_BY } from "../../core/plan/guards/made-elsewhere.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";
import { type InventoryPlace, inventoriesNamed } from "../cluster/inventory.ts";

/** The agent that enacts a system. */
export interface FolderAgent {
  /** Its own, where its inventories are. */
  namespace: string;
  /** Number of GitHub's; 0 where no agent enacts the system. */
  repositoryId: number;
  /** On all that it makes; undefined where it takes over what nobody owns. */
  mark: string | undefined;
}

export interface AgentSearch {
  kube: KubeClient;
  system: string;
  /** Where to look. */
  namespace: string;
  /** Whether to look in all others too, where none is there. */
  elsewhere: boolean;
}

/**
 * Finds by its inventory the agent that enacts a system of that name.
 *
 * @throws when there are several, since what they made differs
 */
export async function folderAgent({ kube, system, namespace, elsewhere }: AgentSearch): Promise<FolderAgent> {
  const near = await inventoriesNamed(kube, system, namespace);
  const found = near.length === 0 && elsewhere ? await inventoriesNamed(kube, system).catch(noneIfForbidden) : near;
  const [one = { namespace, repositoryId: 0 }, ...others] = found;
  if (others.length > 0) throw new Error(severalOf(system, found));
  return { ...one, mark: await markOf(kube, one.namespace) };
}

function severalOf(system: string, found: readonly InventoryPlace[]): string {
  const namespaces = [...new Set(found.map((one) => one.namespace))];
  if (namespaces.length === 1) {
    const repositories = found.map(({ repositoryId }) => repositoryId).join(" and ");
    return `the repositories ${repositories} both enact a system ${system} here`;
  }
  return `agents in the namespaces ${namespaces.join(" and ")} enact a system ${system}: name one with --agent-namespace`;
}

/** An agent that makes everything under a mark has made its own namespace under it. */
async function markOf(kube: KubeClient, name: string): Promise<string | undefined> {
  const namespace = await kube.get({ apiVersion: "v1", kind: "Namespace", name }).catch(undefinedIfForbidden);
  return namespace?.metadata.labels?.[MADE_BY];
}

/** Who may not look knows no better than whoever finds nothing. */
function undefinedIfForbidden(thrown: unknown): undefined {
  if (!isKubeError(thrown, 403)) throw thrown;
}

const noneIfForbidden = (thrown: unknown): InventoryPlace[] => undefinedIfForbidden(thrown) ?? [];
