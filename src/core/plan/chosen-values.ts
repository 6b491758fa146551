import { isMapping, type Json, type JsonObject, type KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";

/** Stands in a plan for what the cluster picks when it writes: a dry run picks as well, and something else. */
export const CHOSEN = "chosen by the cluster";

/** A Service's addresses, as long as no manifest names them. */
const addresses = ["clusterIP", "clusterIPs", "healthCheckNodePort"];

/**
 * What the server would make of an object, without the values that it picks anew each time. A value that is live already stays,
 * for the server keeps it.
 * @param manifests what Git says of the object: a value that stands there is nobody's pick
 */
export function withoutChosen(result: KubeObject, live: KubeObject, manifests: readonly KubeObject[]): KubeObject {
  if (result.kind !== "Service" || result.apiVersion !== "v1" || !isMapping(result.spec)) return result;
  const now = mappingOf(live.spec);
  const said = manifests.map(({ spec }) => mappingOf(spec));
  const spec = { ...result.spec };
  for (const name of addresses) {
    const value = spec[name];
    const isKept = equalJson(value, now[name]) || said.some((one) => equalJson(one[name], value));
    if (value !== undefined && value !== "None" && !isKept) spec[name] = CHOSEN;
  }
  const named = said.flatMap((one) => portsOf(one).map(({ nodePort }) => nodePort));
  if (Array.isArray(spec.ports)) {
    spec.ports = spec.ports.map((port) => {
      if (!isMapping(port) || port.nodePort === undefined || named.includes(port.nodePort)) return port;
      const before = portsOf(now).find((one) => one.port === port.port && one.protocol === port.protocol);
      return before?.nodePort === port.nodePort ? port : { ...port, nodePort: CHOSEN };
    });
  }
  return { ...result, spec };
}

/** Likewise, as it can be asked for: what it picked for one state of an object, it may not have in another. */
export function withoutPicks(result: KubeObject, live: KubeObject, manifests: readonly KubeObject[]): KubeObject {
  const marked = withoutChosen(result, live, manifests);
  if (marked === result) return result;
  const left = JSON.stringify(marked.spec, (_name, value) => (value === CHOSEN ? undefined : value));
  return { ...marked, spec: JSON.parse(left) as Json };
}

const mappingOf = (value: unknown): JsonObject => (isMapping(value) ? value : {});

const portsOf = ({ ports }: JsonObject): JsonObject[] => (Array.isArray(ports) ? ports.filter(isMapping) : []);
