import { agentRights } from "../../../src/agent/install/agent-rights.ts";
import { kubeconfigWith, kubectlApply, tokenOf, untilAllowed } from "../../harness/control-plane/service-account.ts";
import type { ControlPlane } from "../../harness/control-plane.ts";
import type { TestCluster } from "./with-agent.ts";

const namespace = "trueup-system";
const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "trueup-agent", namespace } };
const namespaceNamed = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

/**
 * Installs the agent's service account with the rights that are shipped, as an administrator does.
 * @param confine in these namespaces alone, which are made
 * @param custom API groups whose `shapes` it may have too, given as `deploy/README.md` says
 * @param folder where its kubeconfig may lie
 * @returns the cluster as the test's administrator and the agent's account see it
 */
export async function installAgentAccount(
  plane: ControlPlane,
  { confine = [], custom = [], folder }: { confine?: readonly string[]; custom?: readonly string[]; folder: string },
): Promise<Exclude<TestCluster, string>> {
  const labels = { "trueup.dev/aggregate-to-agent": "true" };
  const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];
  const ofShapes = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "trueup-agent-shapes", labels },
    rules: [{ apiGroups: custom, resources: ["shapes"], verbs }],
  };
  kubectlApply(plane, [
    ...[namespace, ...confine].map(namespaceNamed),
    account,
    ...agentRights({ namespace, confine }),
    ...(custom.length === 0 ? [] : [ofShapes]),
  ]);
  const token = await tokenOf(plane, namespace, account.metadata.name);
  const access = { url: plane.url, ca: plane.ca, token };
  for (const place of confine) {
    await untilAllowed(access, { verb: "delete", group: "batch", resource: "cronjobs", namespace: place });
  }
  if (confine.length === 0) await untilAllowed(access, { verb: "delete", resource: "namespaces" });
  for (const group of custom) await untilAllowed(access, { verb: "delete", group, resource: "shapes" });
  await untilAllowed(access, { verb: "patch", resource: "configmaps", namespace });
  const kubeconfig = kubeconfigWith(plane, token, folder);
  return { kubeconfig: plane.kubeconfig, agent: { kubeconfig, ...(confine.length === 0 ? {} : { confine }) } };
}
