import type { ControlledCluster } from "./controlled-cluster.ts";
import { keepDefinitions } from "./definitions.ts";
import { collectGarbage } from "./garbage-collector.ts";
import { later } from "./later.ts";
import { keepNamespaces } from "./namespaces.ts";

/** Starts what a Kubernetes API server and its controller manager do to objects by themselves, workloads left aside. */
export function startControllers(cluster: ControlledCluster): { stop(): void } {
  const work = later();
  const stops = [keepDefinitions(cluster, work), keepNamespaces(cluster, work), collectGarbage(cluster, work)];
  return {
    stop() {
      for (const stop of stops) stop();
      work.stop();
    },
  };
}
