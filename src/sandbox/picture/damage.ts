import type { KubeObject } from "../../core/manifest/kube-object.ts";

/** What the *break it* buttons do to the live side. */
export const damages = ["paint-it-red", "make-it-a-circle", "scale-it", "delete-one", "delete-everything"] as const;
export type Damage = (typeof damages)[number];

export const isDamage = (text: unknown): text is Damage => damages.includes(text as Damage);

/** The name under which damage is written, so that a heal can say who it was. */
export const breaker = "someone-with-kubectl";

/** A call of the Kubernetes API as an administrator; resolves to undefined for 404. */
export type KubernetesApi = <T>(
  path: string,
  call?: { method?: "GET" | "PATCH" | "DELETE"; body?: unknown; contentType?: string },
) => Promise<T | undefined>;

/** There is nothing of what was to be broken; the message tells a person. */
export class NothingToBreak extends Error {}

/**
 * Damage as a person with kubectl does it: through the Kubernetes API, as a field manager of its own. What gets hit is read
 * from the cluster, so it works on anybody's manifests and not only on the seed's.
 *
 * @param namespace of the system that gets broken
 */
export function breaking(kubernetes: KubernetesApi, namespace: string): (damage: Damage) => Promise<void> {
  const shapes = `/apis/demo.trueup.dev/v1/namespaces/${namespace}/shapes`;
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const services = `/api/v1/namespaces/${namespace}/services`;
  const shapeDefinition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shapes.demo.trueup.dev";

  const names = async (list: string): Promise<KubeObject[]> =>
    ((await kubernetes<{ items: KubeObject[] }>(list))?.items ?? []).filter(
      (object) => object.metadata.deletionTimestamp === undefined,
    );
  const first = async (list: string, kind: string): Promise<KubeObject> => {
    const [found] = await names(list);
    if (found === undefined) throw new NothingToBreak(`There is no ${kind} in namespace ${namespace} right now.`);
    return found;
  };
  const patch = (path: string, body: unknown): Promise<unknown> =>
    kubernetes(`${path}?fieldManager=${breaker}`, {
      method: "PATCH",
      contentType: "application/merge-patch+json",
      body,
    });

  return async (damage) => {
    switch (damage) {
      case "paint-it-red": {
        const shape = await first(shapes, "Shape");
        const { color } = shape.spec as { color?: string };
        await patch(`${shapes}/${shape.metadata.name}`, { spec: { color: color === "red" ? "teal" : "red" } });
        return;
      }
      case "make-it-a-circle": {
        const shape = await first(shapes, "Shape");
        const { shape: now } = shape.spec as { shape?: string };
        await patch(`${shapes}/${shape.metadata.name}`, { spec: { shape: now === "circle" ? "square" : "circle" } });
        return;
      }
      case "scale-it": {
        const deployment = await first(deployments, "Deployment");
        const { replicas = 1 } = deployment.spec as { replicas?: number };
        await patch(`${deployments}/${deployment.metadata.name}/scale`, { spec: { replicas: replicas + 4 } });
        return;
      }
      case "delete-one": {
        for (const list of [deployments, services, shapes]) {
          const [found] = await names(list);
          if (found === undefined) continue;
          await kubernetes(`${list}/${found.metadata.name}`, { method: "DELETE" });
          return;
        }
        throw new NothingToBreak(`Namespace ${namespace} is empty already.`);
      }
      case "delete-everything":
        await kubernetes(shapeDefinition, { method: "DELETE" });
        await kubernetes(`/api/v1/namespaces/${namespace}`, { method: "DELETE" });
        return;
    }
  };
}
