import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../../core/manifest/kube-object.ts";

/** The files of `deploy/` name these. */
const shipped = { namespace: "trueup-system", confinedTo: "shop" };

export interface Installed {
  /** The agent's own namespace. */
  namespace: string;
  /** The only namespaces that it may look into and write to; empty: the whole cluster. */
  confine: readonly string[];
}

/** The objects that give an agent's service account its rights: those that are shipped in `deploy/`, with these namespaces. */
export function agentRights({ namespace, confine }: Installed): KubeObject[] {
  const objects = read(confine.length === 0 ? "agent.yaml" : "agent-confined.yaml");
  return objects.flatMap((object) => {
    const bound = withSubjectsIn(object, namespace);
    const places = object.metadata.namespace === shipped.confinedTo ? confine : [namespace];
    if (object.metadata.namespace === undefined) return [bound];
    return places.map((place) => ({ ...bound, metadata: { ...bound.metadata, namespace: place } }));
  });
}

function read(file: string): KubeObject[] {
  return loadAll(readFileSync(new URL(`../../../deploy/${file}`, import.meta.url), "utf8")) as KubeObject[];
}

interface Subject {
  namespace?: string;
}

function withSubjectsIn(object: KubeObject, namespace: string): KubeObject {
  const { subjects } = object as KubeObject & { subjects?: Subject[] };
  if (subjects === undefined) return object;
  return { ...object, subjects: subjects.map((one) => ({ ...one, namespace })) } as KubeObject;
}
