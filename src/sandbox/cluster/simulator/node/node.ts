import type { KubeObject } from "../../../../core/manifest/kube-object.ts";
import type { Controller, Surroundings } from "../controller.ts";
import { isTrue, withCondition } from "../workloads/conditions.ts";
import type { Condition } from "../workloads/kinds.ts";
import { writeStatus } from "../workloads/pods.ts";

/** The one node that all pods run on. */
export const nodeName = "sandbox-node";
export const nodeAddress = "10.0.0.10";

/** Keeps the node there and ready. */
export function nodeController({ store, clock }: Surroundings): Controller {
  return {
    resource: "nodes",
    reconcile(object) {
      if (object.metadata.name !== nodeName || object.metadata.deletionTimestamp !== undefined) return undefined;
      const before = (object.status ?? {}) as { conditions?: Condition[] };
      if (isTrue(before.conditions, "Ready")) return undefined;
      const capacity = { cpu: "64", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "10k" };
      const status = {
        capacity,
        allocatable: capacity,
        addresses: [
          { type: "InternalIP", address: nodeAddress },
          { type: "Hostname", address: nodeName },
        ],
        conditions: withCondition(
          before.conditions,
          { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
          clock.now(),
        ),
        nodeInfo: {
          architecture: "amd64",
          bootID: "",
          containerRuntimeVersion: "sandbox://1",
          kernelVersion: "",
          kubeProxyVersion: "",
          kubeletVersion: "sandbox",
          machineID: "",
          operatingSystem: "linux",
          osImage: "Simulated",
          systemUUID: "",
        },
      };
      writeStatus(store, "nodes", object, status, { manager: "kubelet" });
      store.update("nodes", undefined, nodeName, withoutNotReady, { manager: "kube-controller-manager" });
      return undefined;
    },
    missing({ name }) {
      if (name !== nodeName) return;
      const node = {
        apiVersion: "v1",
        kind: "Node",
        metadata: {
          name: nodeName,
          labels: {
            "kubernetes.io/hostname": nodeName,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "beta.kubernetes.io/os": "linux",
            "beta.kubernetes.io/arch": "amd64",
          },
        },
        spec: {},
      };
      store.create(node as unknown as KubeObject, { manager: "kubelet" });
    },
  };
}

/** A node that has said that it is ready takes pods. */
function withoutNotReady(node: KubeObject): KubeObject {
  const { taints = [], ...spec } = (node.spec ?? {}) as { taints?: { key: string }[] };
  const others = taints.filter(({ key }) => key !== "node.kubernetes.io/not-ready");
  return { ...node, spec: { ...spec, ...(others.length > 0 && { taints: others }) } } as unknown as KubeObject;
}

/** Whether a pod may run on the node by its `nodeSelector`. */
export function fitsNode(nodeSelector: { [label: string]: string } | undefined, node: KubeObject): boolean {
  return Object.entries(nodeSelector ?? {}).every(([label, value]) => node.metadata.labels?.[label] === value);
}
