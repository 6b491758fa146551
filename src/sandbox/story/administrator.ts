import type { JsonApi } from "./json-api.ts";

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
  /** The story's namespace and its CRD, with all that lives in them. */
  deleteEverything(): Promise<void>;
}

interface LiveDeployment {
  spec: { template: { spec: { containers: { image: string }[] } } };
  status?: { readyReplicas?: number; updatedReplicas?: number };
}

export function administrator(kubernetes: JsonApi, namespace: string): Administrator {
  const shapes = `/apis/demo.trueup.dev/v1/namespaces/${namespace}/shapes`;
  return {
    async deployment(name) {
      const found = await kubernetes<LiveDeployment>(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
      if (found === undefined) return undefined;
      return {
        image: found.spec.template.spec.containers[0]?.image ?? "",
        ready: found.status?.readyReplicas ?? 0,
        updated: found.status?.updatedReplicas ?? 0,
      };
    },
    async shape(name) {
      return (await kubernetes<{ spec: Shape }>(`${shapes}/${name}`))?.spec;
    },
    async patchShape(name, spec, manager) {
      await kubernetes(`${shapes}/${name}?fieldManager=${encodeURIComponent(manager)}`, {
        method: "PATCH",
        contentType: "application/merge-patch+json",
        body: { spec },
      });
    },
    async deleteEverything() {
      await kubernetes("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shapes.demo.trueup.dev", {
        method: "DELETE",
      });
      await kubernetes(`/api/v1/namespaces/${namespace}`, { method: "DELETE" });
    },
  };
}
