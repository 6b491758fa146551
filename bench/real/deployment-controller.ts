import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import type { KubeClient } from "../../src/kube/kube-client.ts";
import { atOnce } from "./at-once.ts";

const conditions = [
  { type: "Available", status: "True", reason: "MinimumReplicasAvailable" },
  { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
];

/** There is no controller manager, and a Deployment is healthy when its controller says so. */
export async function playDeploymentController(
  { transport: { request } }: KubeClient,
  objects: readonly KubeObject[],
): Promise<void> {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  await atOnce(deployments, 16, ({ metadata: { name, namespace } }) =>
    request({
      method: "PATCH",
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/status?fieldManager=bench`,
      contentType: "application/merge-patch+json",
      body: { status: { observedGeneration: 1, conditions } },
    }),
  );
}
