import { join } from "node:path";
import { startCluster } from "../cluster/start-cluster.ts";
import { type Ground, openClient } from "./ground.ts";

/** The embedded cluster, on its own folder: everything in it is the sandbox's. */
export async function openEmbeddedGround(dir: string, namespace: string, port: number): Promise<Ground> {
  const cluster = await startCluster({ dir: join(dir, "cluster"), port, namespace });
  const kube = await openClient(cluster.kubeconfigPath);
  return {
    port: Number(new URL(cluster.url).port),
    kubeconfig: cluster.kubeconfigPath,
    kube,
    agentNamespace: "trueup-system",
    isOurs: ({ kind, metadata: { name } }) => kind !== "Namespace" || !(name === "default" || name.startsWith("kube-")),
    prepare: async () => undefined,
    cleanUp: async () => undefined,
    async stop() {
      await kube.close();
      await cluster.stop();
    },
  };
}
