import type { KubeObject } from "../../manifest/kube-object.ts";
import { kindOf, textAt } from "../risks/risk.ts";
import { coreCounted, ownAmounts } from "./own-amounts.ts";
import { type Amounts, addTo, noDefaults, one } from "./pod-amounts.ts";

/** An object that is there. */
export interface Counted {
  object: KubeObject;
  /** As the server calls its kind. */
  plural: string;
}

const ofPods = /^(?:pods|cpu|memory|ephemeral-storage|hugepages-.+|(?:requests|limits)\..+)$/;
const ofClaims = /^requests\.storage$|\.storageclass\.storage\.k8s\.io\//;

/** What is counted under a name of a quota's; undefined where that is not known. */
export function countedBy(name: string): { group: string; plural: string } | undefined {
  const [, counted, group = ""] = /^count\/([^.]+)(?:\.(.+))?$/.exec(name) ?? [];
  if (counted !== undefined) return { group, plural: counted };
  if (coreCounted.has(name)) return { group: "", plural: name };
  if (/^services\.(?:loadbalancers|nodeports)$/.test(name)) return { group: "", plural: "services" };
  if (ofClaims.test(name)) return { group: "", plural: "persistentvolumeclaims" };
  return ofPods.test(name) ? { group: "", plural: "pods" } : undefined;
}

/** What a quota counts of all these together. */
export function usageOf(objects: readonly Counted[]): Amounts {
  const total = new Map<string, bigint>();
  for (const { object, plural } of objects) addTo(total, usedBy(object, plural));
  return total;
}

function usedBy(object: KubeObject, plural: string): Amounts {
  const isOver = kindOf(object) === "Pod" && /^(?:Succeeded|Failed)$/.test(textAt(object, "status", "phase") ?? "");
  return isOver ? new Map([["count/pods", one]]) : ownAmounts(object, plural, noDefaults);
}
