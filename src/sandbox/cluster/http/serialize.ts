import type { KubeObject } from "../../../core/manifest/kube-object.ts";

/** Objects are never changed once stored, so each is written as JSON once, however many lists and watches it goes into. */
const whole = new WeakMap<KubeObject, string>();
const partial = new WeakMap<KubeObject, string>();

export function objectJson(object: KubeObject): string {
  return cached(whole, object, () => JSON.stringify(object));
}

/** Its metadata alone, as `PartialObjectMetadata`. */
export function partialJson(object: KubeObject): string {
  return cached(partial, object, () =>
    JSON.stringify({ kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata }),
  );
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
