import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { type ColumnTable, column } from "./column.ts";

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
};
