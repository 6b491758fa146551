import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { type DefaultsTable, fill, inside } from "./rule.ts";

const core = "io.k8s.api.core.v1.";

export const serviceDefaults: DefaultsTable = {
  [`${core}ServiceSpec`]: (spec) => {
    fill(spec, { sessionAffinity: "None", type: "ClusterIP" });
    if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
    if (spec.sessionAffinity === "ClientIP") {
      fill(inside(inside(spec, "sessionAffinityConfig"), "clientIP"), { timeoutSeconds: 10_800 });
    }
    const outside =
      spec.type === "NodePort" ||
      spec.type === "LoadBalancer" ||
      (spec.type === "ClusterIP" && ((spec.externalIPs as string[] | undefined)?.length ?? 0) > 0);
    if (outside) fill(spec, { externalTrafficPolicy: "Cluster" });
    if (spec.type !== "ExternalName") fill(spec, { internalTrafficPolicy: "Cluster" });
    if (spec.type === "LoadBalancer") fill(spec, { allocateLoadBalancerNodePorts: true });
  },
  [`${core}ServicePort`]: (port) => {
    fill(port, { protocol: "TCP" });
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === "") port.targetPort = port.port!;
  },
  [`${core}EndpointPort`]: (port) => fill(port, { protocol: "TCP" }),
  "io.k8s.api.networking.v1.NetworkPolicySpec": (spec) =>
    fill(spec, {
      policyTypes: ((spec.egress as JsonObject[] | undefined)?.length ?? 0) > 0 ? ["Ingress", "Egress"] : ["Ingress"],
    }),
  "io.k8s.api.networking.v1.NetworkPolicyPort": (port) => fill(port, { protocol: "TCP" }),
  "io.k8s.api.discovery.v1.EndpointPort": (port) => fill(port, { name: "", protocol: "TCP" }),
};
