import type { KubeObject } from "../../src/core/manifest/kube-object.ts";

const namespaces = 20;
const apps = 25;

/**
 * 2,000 namespaced objects: in each of 20 namespaces 25 times two ConfigMaps of 1 KB, a Service and a Deployment without pods.
 *
 * @param set tells one lot from another in the same cluster
 * @returns the namespaces, and what lives in them
 */
export function manyObjects(set: string): { namespaces: KubeObject[]; objects: KubeObject[] } {
  const names = Array.from({ length: namespaces }, (_, n) => `${set}-${n}`);
  return {
    namespaces: names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    objects: names.flatMap((namespace) =>
      Array.from({ length: apps }, (_, n) => appObjects(`app-${n}`, namespace)).flat(),
    ),
  };
}

/** Four times as many files of the same repository, which are no business of the system. */
export function ofOthers(): Record<string, string> {
  const files = ["a", "b", "c", "d"].flatMap((set) =>
    manyObjects(set).objects.map((one, n): [string, string] => [`others/${set}/${n}.json`, JSON.stringify(one)]),
  );
  return Object.fromEntries(files);
}

function appObjects(name: string, namespace: string): KubeObject[] {
  const labels = { app: name };
  const metadata = { name, namespace, labels };
  return [
    ...["settings", "files"].map(
      (part): KubeObject => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { ...metadata, name: `${name}-${part}` },
        data: { part, text: "x".repeat(1024) },
      }),
    ),
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ name: "http", port: 80 }] } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "web", image: "nginx:1.29", ports: [{ containerPort: 80 }] }] },
        },
      },
    },
  ];
}
