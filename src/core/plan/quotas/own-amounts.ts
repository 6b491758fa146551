import { groupOf, type KubeObject } from "../../manifest/kube-object.ts";
import { kindOf, listAt, numberAt, partAt, textAt } from "../risks/risk.ts";
import { type Amounts, addTo, amountsAt, type ContainerDefaults, one, podAmounts } from "./pod-amounts.ts";

/** Of these a quota may name the plural alone. */
export const coreCounted = new Set([
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "resourcequotas",
]);

/**
 * What a quota counts of an object itself, which is refused where there is too little of it left.
 * @param plural as the server calls its kind; undefined where that is not known
 */
export function ownAmounts(object: KubeObject, plural: string | undefined, defaults: ContainerDefaults): Amounts {
  const amounts = new Map<string, bigint>();
  if (plural !== undefined) {
    const group = groupOf(object.apiVersion);
    amounts.set(`count/${plural}${group === "" ? "" : `.${group}`}`, one);
    if (group === "" && coreCounted.has(plural)) amounts.set(plural, one);
  }
  addTo(amounts, ofKind(object, defaults));
  return amounts;
}

function ofKind(object: KubeObject, defaults: ContainerDefaults): Amounts {
  switch (kindOf(object)) {
    case "Pod":
      return podAmounts(partAt(object, "spec"), defaults);
    case "Service":
      return ofService(object);
    case "PersistentVolumeClaim":
      return ofClaim(object);
    default:
      return new Map();
  }
}

function ofService(service: KubeObject): Amounts {
  const type = textAt(service, "spec", "type");
  const ports = listAt(service, "spec", "ports");
  const isBalanced = type === "LoadBalancer";
  const isEach = !isBalanced || partAt(service, "spec", "allocateLoadBalancerNodePorts") !== false;
  const onNodes = isEach ? ports : ports.filter((port) => (numberAt(port, "nodePort") ?? 0) > 0);
  return new Map([
    ["services.loadbalancers", isBalanced ? one : 0n],
    ["services.nodeports", isBalanced || type === "NodePort" ? BigInt(onNodes.length) * one : 0n],
  ]);
}

function ofClaim(claim: KubeObject): Amounts {
  const storage = amountsAt(claim, "spec", "resources", "requests").get("storage") ?? 0n;
  const amounts = new Map([["requests.storage", storage]]);
  const name = textAt(claim, "spec", "storageClassName");
  if (name) {
    amounts.set(`${name}.storageclass.storage.k8s.io/requests.storage`, storage);
    amounts.set(`${name}.storageclass.storage.k8s.io/persistentvolumeclaims`, one);
  }
  return amounts;
}
