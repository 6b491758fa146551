import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { selectorText } from "../registry/scale.ts";
import { type ColumnTable, column, specColumn } from "./column.ts";

interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  externalIPs?: string[];
  externalName?: string;
  selector?: { [label: string]: string };
  ports?: { port: number; nodePort?: number; protocol?: string }[];
}

const specOf = (service: KubeObject) => (service.spec ?? {}) as ServiceSpec;

interface LoadBalancer {
  loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
}

const addressesOf = (object: KubeObject) =>
  ((object.status as LoadBalancer | undefined)?.loadBalancer?.ingress ?? []).map(
    ({ ip, hostname }) => ip ?? hostname ?? "",
  );

function externalAddress(service: KubeObject): string {
  const { type, externalIPs = [], externalName } = specOf(service);
  if (type === "ExternalName") return externalName ?? "";
  if (type !== "LoadBalancer") return externalIPs.join(",") || "<none>";
  return [...addressesOf(service), ...externalIPs].join(",") || "<pending>";
}

interface IngressSpec {
  ingressClassName?: string;
  rules?: { host?: string }[];
  tls?: object[];
}

interface Subset {
  addresses?: { ip: string }[];
  ports?: { port: number }[];
}

function hostAndPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function firstThree(all: readonly string[], none: string): string {
  if (all.length === 0) return none;
  const first = all.slice(0, 3).join(",");
  return all.length > 3 ? `${first} + ${all.length - 3} more...` : first;
}

export const networkColumns: ColumnTable = {
  services: [
    column("Type", (service) => specOf(service).type ?? ""),
    column("Cluster-IP", (service) => specOf(service).clusterIP || "<none>"),
    column("External-IP", externalAddress),
    column(
      "Port(s)",
      (service) =>
        (specOf(service).ports ?? [])
          .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ""}/${protocol}`)
          .join(",") || "<none>",
    ),
    column(
      "Selector",
      (service) =>
        Object.entries(specOf(service).selector ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .join(",") || "<none>",
      { priority: 1 },
    ),
  ],
  "ingresses.networking.k8s.io": [
    column("Class", (ingress) => (ingress.spec as IngressSpec).ingressClassName ?? "<none>"),
    column("Hosts", (ingress) => {
      const hosts = ((ingress.spec as IngressSpec).rules ?? []).flatMap(({ host }) => (host ? [host] : []));
      return hosts.join(",") || "*";
    }),
    column("Address", (ingress) => addressesOf(ingress).join(",")),
    column("Ports", (ingress) => (((ingress.spec as IngressSpec).tls ?? []).length > 0 ? "80, 443" : "80")),
  ],
  "ingressclasses.networking.k8s.io": [
    specColumn("Controller", "controller"),
    column("Parameters", ({ spec }) => {
      const { parameters } = (spec ?? {}) as { parameters?: { kind: string; apiGroup?: string; name: string } };
      if (parameters === undefined) return "<none>";
      const { kind, apiGroup, name } = parameters;
      return `${kind}${apiGroup === undefined ? "" : `.${apiGroup}`}/${name}`;
    }),
  ],
  "networkpolicies.networking.k8s.io": [
    column("Pod-Selector", ({ spec }) => {
      const { podSelector } = (spec ?? {}) as { podSelector?: never };
      return selectorText(podSelector ?? ({} as never)) || "<none>";
    }),
  ],
  "ipaddresses.networking.k8s.io": [
    column("ParentRef", ({ spec }) => {
      const { parentRef } = (spec ?? {}) as { parentRef?: { [field: string]: string } };
      const { group = "", resource = "", namespace = "", name = "" } = parentRef ?? {};
      return [group === "" ? resource : `${resource}.${group}`, namespace, name].filter((it) => it !== "").join("/");
    }),
  ],
  "servicecidrs.networking.k8s.io": [
    column("CIDRs", ({ spec }) => ((spec as { cidrs?: string[] } | undefined)?.cidrs ?? []).join(",")),
  ],
  endpoints: [
    column("Endpoints", ({ subsets }) => {
      const all = ((subsets ?? []) as Subset[]).flatMap(({ addresses = [], ports = [] }) =>
        ports.length === 0
          ? addresses.map(({ ip }) => ip)
          : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostAndPort(ip, port))),
      );
      return firstThree(all, "<none>");
    }),
  ],
  "endpointslices.discovery.k8s.io": [
    column("AddressType", ({ addressType }) => String(addressType ?? "")),
    column("Ports", ({ ports }) =>
      firstThree(
        ((ports ?? []) as { port?: number; name?: string }[]).map(({ port, name }) => String(port ?? name ?? "*")),
        "<unset>",
      ),
    ),
    column("Endpoints", ({ endpoints }) =>
      firstThree(
        ((endpoints ?? []) as { addresses: string[] }[]).flatMap(({ addresses }) => addresses),
        "<unset>",
      ),
    ),
  ],
};
