import { afterAll, beforeAll, expect, test } from "vitest";
import { dryRuns } from "../../../src/agent/plan/dry-run.ts";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { type Cluster, startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";

let cluster: Cluster;
let kube: KubeClient;
beforeAll(async () => {
  cluster = await startCluster({ workloads: false });
  kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: cluster.kubeconfigPath })));
});
afterAll(async () => {
  await kube?.close();
  await cluster?.stop();
});

const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name });
const describedAs = (name: string, v: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { v },
});
const schemas = { ofKind: () => undefined };

/** Plans `v: 2`, while somebody else writes between each of the first looks at the object and the dry run on it. */
async function planned(name: string, writes: number) {
  await kube.apply(describedAs(name, "1"), { dryRun: false, force: true });
  let looks = 0;
  const runs = await dryRuns(
    { kube, schemas },
    ref(name),
    async () => {
      looks++;
      if (looks <= writes) await kube.patch(ref(name), { data: { theirs: `${looks}` } }, "merge");
      return [describedAs(name, "2")];
    },
    undefined,
  );
  return { looks, live: runs!.live.data, result: runs!.results[0]!.data };
}

test("what somebody writes while a plan is made does not read as a change of the pull request's", async () => {
  expect(await planned("quiet", 0)).toEqual({ looks: 1, live: { v: "1" }, result: { v: "2" } });
  expect(await planned("written", 1)).toEqual({
    looks: 2,
    live: { v: "1", theirs: "1" },
    result: { v: "2", theirs: "1" },
  });
});

test("an object that never rests is planned all the same, after five looks", async () => {
  expect(await planned("restless", 1_000)).toMatchObject({ looks: 5, result: { v: "2", theirs: "5" } });
});

test("what is gone by then has no dry run", async () => {
  expect(await dryRuns({ kube, schemas }, ref("gone"), () => [describedAs("gone", "2")], undefined)).toBeUndefined();
});
