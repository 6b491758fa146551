import { policyOpens } from "./network-policy.ts";
import { kindOf, type RiskRule } from "./risk.ts";
import { gatewayOpens, ingressOpens, routeOpens } from "./routes.ts";
import { serviceOpens } from "./services.ts";

const gateways = "gateway.networking.k8s.io";

const rules = new Map<string, RiskRule>([
  ["Service", serviceOpens],
  ["Ingress.networking.k8s.io", ingressOpens],
  ["NetworkPolicy.networking.k8s.io", policyOpens],
  [`Gateway.${gateways}`, gatewayOpens],
  ...["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map(
    (kind) => [`${kind}.${gateways}`, routeOpens] as const,
  ),
]);

/** What is reached from where it was not. */
export const exposes: RiskRule = (change) => rules.get(kindOf(change.after))?.(change) ?? [];
