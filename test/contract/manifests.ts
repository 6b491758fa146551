import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";

export interface Manifest {
  /** `Deployment web` */
  title: string;
  /** Of the collection that it belongs into. */
  path: string;
  body: KubeObject;
}

/** What has cases of its own: custom resources (definitions), and what is not served (`docs/embedded-cluster.md`). */
const elsewhere = new Set(["example.com/v1 Shape", "autoscaling/v1 HorizontalPodAutoscaler"]);

/** Good objects of every kind, as they are sent into a namespace. */
export function manifestsOfEveryKind(namespace: string): Manifest[] {
  const { resources } = loadKubernetesSchemas();
  return loadAll(readFileSync(new URL("../agreement/manifests/many-kinds.yaml", import.meta.url), "utf8"))
    .filter((object): object is KubeObject => typeof object === "object" && object !== null)
    .filter(({ apiVersion, kind }) => !elsewhere.has(`${apiVersion} ${kind}`))
    .map((object) => {
      const slash = object.apiVersion.indexOf("/");
      const [group, version] = [object.apiVersion.slice(0, Math.max(slash, 0)), object.apiVersion.slice(slash + 1)];
      const row = resources.find((it) => it.group === group && it.version === version && it.kind === object.kind);
      if (row === undefined) throw new Error(`${object.apiVersion} ${object.kind} is not known`);
      const body = structuredClone(object);
      if (row.namespaced) body.metadata.namespace = namespace;
      // The admission plugin that says so is off where no controller makes service accounts.
      if (object.kind === "Pod") Object.assign(body.spec as object, { serviceAccountName: "default" });
      if (object.kind === "Event") body.involvedObject = { ...(body.involvedObject as object), namespace };
      const within = row.namespaced ? `/namespaces/${namespace}` : "";
      const path = `${slash < 0 ? "/api" : "/apis"}/${object.apiVersion}${within}/${row.plural}`;
      return { title: `${object.kind} ${object.metadata.name}`, path, body };
    });
}
