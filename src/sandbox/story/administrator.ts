import type { KubeObject, ObjectRef } from "../../core/manifest/kube-object.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { deleteOurs } from "../picture/damage.ts";

export interface Shape {
  shape: string;
  color: string;
  size: number;
}

export interface DeploymentState {
  image: string;
  ready: number;
  updated: number;
}

/** What a person with kubectl sees and does in the tour; all of it through the Kubernetes API. */
export interface Administrator {
  deployment(name: string): Promise<DeploymentState | undefined>;
  shape(name: string): Promise<Shape | undefined>;
  /** A merge patch of `spec`, written under the given field manager's name. */
  patchShape(name: string, spec: Partial<Shape>, manager: string): Promise<void>;
  /** The story's CRD, and its namespace or what the story has in it. */
  deleteEverything(): Promise<void>;
}

interface LiveDeployment {
  spec: { template: { spec: { containers: { image: string }[] } } };
  status?: { readyReplicas?: number; updatedReplicas?: number };
}

/** @param isOurs whether a live object is the sandbox's to delete */
export function administrator(
  kube: KubeClient,
  namespace: string,
  isOurs: (live: KubeObject) => boolean = () => true,
): Administrator {
  const ref = (apiVersion: string, kind: string, name: string): ObjectRef => ({ apiVersion, kind, namespace, name });
  const shape = (name: string) => ref("demo.trueup.dev/v1", "Shape", name);
  return {
    async deployment(name) {
      const found = (await kube.get(ref("apps/v1", "Deployment", name))) as LiveDeployment | undefined;
      if (found === undefined) return undefined;
      return {
        image: found.spec.template.spec.containers[0]?.image ?? "",
        ready: found.status?.readyReplicas ?? 0,
        updated: found.status?.updatedReplicas ?? 0,
      };
    },
    async shape(name) {
      return (await kube.get(shape(name)))?.spec as unknown as Shape | undefined;
    },
    async patchShape(name, spec, manager) {
      await kube.patch(shape(name), { spec }, "merge", { manager });
    },
    async deleteEverything() {
      const remove = async (one: ObjectRef) => deleteOurs(kube, await kube.get(one), isOurs);
      const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
      await remove({ ...definition, name: "shapes.demo.trueup.dev" });
      if (await remove({ apiVersion: "v1", kind: "Namespace", name: namespace })) return;
      await remove(ref("apps/v1", "Deployment", "nginx"));
      await remove(ref("v1", "Service", "nginx"));
    },
  };
}
