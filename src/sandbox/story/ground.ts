import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { loadKubeAccess } from "../../kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../kube/kube-client.ts";
import { openTransport } from "../../kube/transport.ts";

/** The cluster that a sandbox stands on: the embedded one, or a person's own. */
export interface Ground {
  /** Path of a kubeconfig whose current context is the cluster, in the system's namespace. */
  kubeconfig: string;
  /** The embedded cluster's, so that it can be kept. */
  port?: number;
  /** As whoever the kubeconfig says. */
  kube: KubeClient;
  /** The agent's own namespace. */
  agentNamespace: string;
  /** Under which the agent makes everything, and takes nothing over; absent on the embedded cluster. */
  mark?: string;
  /** Whether a live object is the sandbox's to change or delete. */
  isOurs(live: KubeObject): boolean;
  /**
   * Called once the repository is there and before anything is written to the cluster.
   * @param desired what Git wants
   */
  prepare(desired: readonly KubeObject[]): Promise<void>;
  /** Takes away what was made, all of it; after the agent has stopped. */
  cleanUp(): Promise<void>;
  stop(): Promise<void>;
}

export async function openClient(kubeconfig: string): Promise<KubeClient> {
  return createKubeClient(openTransport(await loadKubeAccess({ kubeconfig })));
}
