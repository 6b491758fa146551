import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";

interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
  externalIPs?: string[];
  externalTrafficPolicy?: string;
  internalTrafficPolicy?: string;
  ports?: ServicePort[];
}

interface ServicePort {
  nodePort?: number;
  port: number;
  protocol?: string;
}

/** What a name elsewhere has no use for. */
const addressFields = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] as const;
const firstNodePort = 30_000;
const nodePorts = 2_768;
const hosts = 65_534;

/**
 * Gives services their cluster IP (of 10.96.0.0/16) and node ports, in place. An address is free when no service has
 * it; what a service had it keeps, also when an update leaves it out.
 */
export function serviceAddresses(
  storage: ObjectStorage,
): (service: KubeObject, before: KubeObject | undefined) => void {
  return (service, before) => {
    const spec = { ...(service.spec as JsonObject) } as unknown as ServiceSpec;
    service.spec = spec as unknown as JsonObject;
    const had = before?.spec as unknown as ServiceSpec | undefined;
    if (spec.type === "ExternalName") {
      for (const field of addressFields) delete spec[field];
      return;
    }
    // What only a reachable service has goes with its reachability, unless the update itself says otherwise.
    const unreachable = had !== undefined && isReachable(had) && !isReachable(spec);
    if (unreachable && spec.externalTrafficPolicy === had.externalTrafficPolicy) delete spec.externalTrafficPolicy;
    if (had !== undefined && opensPorts(had) && !opensPorts(spec) && hasNoNewPorts(had, spec)) {
      spec.ports = spec.ports?.map(({ nodePort: _, ...port }) => port) ?? [];
    }
    const kept = had?.type === "ExternalName" ? undefined : had;
    spec.clusterIP ??= spec.clusterIPs?.[0] ?? kept?.clusterIP ?? freeAddress(storage);
    spec.clusterIPs ??= kept?.clusterIPs?.[0] === spec.clusterIP ? kept.clusterIPs : [spec.clusterIP];
    spec.ipFamilies ??= kept?.ipFamilies ?? ["IPv4"];
    spec.ipFamilyPolicy ??= kept?.ipFamilyPolicy ?? "SingleStack";
    const open =
      spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
    if (spec.ports !== undefined && open) {
      spec.ports = withNodePorts(storage, { ...spec, ports: spec.ports }, kept);
    }
  };
}

function isReachable({ type, externalIPs = [] }: ServiceSpec): boolean {
  return type === "NodePort" || type === "LoadBalancer" || externalIPs.length > 0;
}

function opensPorts({ type }: ServiceSpec): boolean {
  return type === "NodePort" || type === "LoadBalancer";
}

/** Whether an update asks for no port of the nodes that the service did not have. */
function hasNoNewPorts(had: ServiceSpec, spec: ServiceSpec): boolean {
  const known = had.ports?.map(({ nodePort }) => nodePort);
  return (spec.ports ?? []).every(({ nodePort }) => !nodePort || known?.includes(nodePort));
}

function freeAddress(storage: ObjectStorage): string {
  const taken = new Set(storage.list("services").map(({ spec }) => (spec as unknown as ServiceSpec).clusterIP));
  for (let tried = 0; tried < hosts; tried++) {
    const host = 1 + ((storage.version() * 7 + tried) % hosts);
    const address = `10.96.${host >> 8}.${host & 255}`;
    if (!taken.has(address)) return address;
  }
  throw new Error("all cluster IPs are taken");
}

function withNodePorts(
  storage: ObjectStorage,
  spec: ServiceSpec & { ports: ServicePort[] },
  had: ServiceSpec | undefined,
): ServicePort[] {
  const portsOf = (it: ServiceSpec) => (it.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  const taken = new Set([
    ...storage.list("services").flatMap((service) => portsOf(service.spec as unknown as ServiceSpec)),
    ...portsOf(spec),
  ]);
  return spec.ports.map((port) => {
    if (port.nodePort) return port;
    const before = had?.ports?.find((it) => it.port === port.port && it.protocol === port.protocol)?.nodePort;
    let nodePort = before ?? firstNodePort + (storage.version() % nodePorts);
    while (before === undefined && taken.has(nodePort)) {
      nodePort = firstNodePort + ((nodePort + 1 - firstNodePort) % nodePorts);
    }
    taken.add(nodePort);
    return { ...port, nodePort };
  });
}
