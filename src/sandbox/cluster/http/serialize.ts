import type { KubeObject, ObjectMeta } from "../../../core/manifest/kube-object.ts";
import { templateGeneration } from "../defaults/workloads.ts";
import type { Resource } from "../resources/resource.ts";

/** Objects are never changed once stored, so each is written as JSON once, however many lists and watches it goes into. */
const whole = new WeakMap<KubeObject, string>();
const item = new WeakMap<KubeObject, string>();
const partial = new WeakMap<KubeObject, string>();

export function objectJson(object: KubeObject): string {
  return cached(whole, object, () => JSON.stringify(object));
}

/** As it stands in a list, which says for all of a built-in kind's objects what they are. */
export function itemJson(object: KubeObject, { definedBy }: Resource): string {
  if (definedBy !== undefined) return objectJson(object);
  return cached(item, object, () => {
    const { kind: _k, apiVersion: _a, ...rest } = object;
    return JSON.stringify(rest);
  });
}

/** Its metadata alone, as `PartialObjectMetadata`. */
export function partialJson(object: KubeObject): string {
  return cached(partial, object, () =>
    JSON.stringify({ kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: metadataOf(object) }),
  );
}

/** Kubernetes keeps a DaemonSet's count of templates in a field of its own, and shows it as an annotation of the whole. */
function metadataOf({ kind, apiVersion, metadata }: KubeObject): ObjectMeta {
  const { annotations, ...rest } = metadata;
  if (kind !== "DaemonSet" || apiVersion !== "apps/v1" || annotations?.[templateGeneration] === undefined) {
    return metadata;
  }
  const { [templateGeneration]: _, ...others } = annotations;
  return Object.keys(others).length === 0 ? rest : { ...rest, annotations: others };
}

/** A list's JSON around its items', which are JSON already. */
export function listJson(kind: string, apiVersion: string, metadata: object, items: readonly string[]): string {
  const head = JSON.stringify({ kind, apiVersion, metadata });
  return `${head.slice(0, -1)},"items":[${items.join(",")}]}`;
}

function cached(cache: WeakMap<KubeObject, string>, object: KubeObject, make: () => string): string {
  let text = cache.get(object);
  if (text === undefined) {
    text = make();
    cache.set(object, text);
  }
  return text;
}
