import type { Row } from "../case.ts";
import { from, ingress, pod, policy, service, webhook } from "../manifests.ts";

/** What reaches what: blocks, hosts, and what comes from outside. */
export const reach: readonly Row[] = [
  [
    "invalid-ip-address",
    "a host's address with leading zeros",
    pod({ hostAliases: [{ ip: "010.0.0.1", hostnames: ["a"] }] }),
    "/spec/hostAliases/0/ip",
  ],
  [
    "invalid-ip-address",
    "IPv4 as IPv6",
    pod({ dnsConfig: { nameservers: ["::ffff:1.2.3.4"] } }),
    "/spec/dnsConfig/nameservers/0",
  ],
  [
    "invalid-ip-address",
    "zeros that lead nothing",
    pod({ dnsConfig: { nameservers: ["10.0.0.10", "fd00::0001", "64:ff9b::1.2.3.4"] } }),
  ],
  [
    "invalid-ip-address",
    "an exception outside",
    from("10.0.0.0/8", "11.0.0.0/16"),
    "/spec/ingress/0/from/0/ipBlock/except/0",
  ],
  [
    "invalid-ip-address",
    "an exception of everything",
    from("10.0.0.0/8", "10.0.0.0/8"),
    "/spec/ingress/0/from/0/ipBlock/except/0",
  ],
  [
    "invalid-ip-address",
    "an exception of the other family",
    from("::/0", "10.0.0.0/8"),
    "/spec/ingress/0/from/0/ipBlock/except/0",
  ],
  ["invalid-ip-address", "an exception inside", from("2001:db8::/32", "2001:DB8:1:0::/64")],
  ["invalid-ip-address", "an exception of one address", from("10.0.0.0/31", "10.0.0.1/32")],
  [
    "fields-disagree",
    "a range of ports from a name",
    policy({ podSelector: {}, egress: [{ ports: [{ port: "http", endPort: 90 }] }] }),
    "/spec/egress/0/ports/0/endPort",
  ],
  [
    "ingress-rules",
    "a host that is an address",
    ingress({ defaultBackend: { service: { name: "a", port: { number: 1 } } }, rules: [{ host: "1.2.3.4" }] }),
    "/spec/rules/0/host",
  ],
  [
    "ingress-rules",
    "a host of four numbers too large",
    ingress({ defaultBackend: { service: { name: "a", port: { number: 1 } } }, rules: [{ host: "1.2.3.256" }] }),
  ],
  [
    "service-ports",
    "outside traffic by an address",
    service({ ports: [{ port: 80 }], externalTrafficPolicy: "Local", externalIPs: ["8.8.8.8"] }),
  ],
  [
    "service-ports",
    "a family twice",
    service({ ports: [{ port: 80 }], ipFamilies: ["IPv4", "IPv4"] }),
    "/spec/ipFamilies/1",
  ],
  [
    "service-ports",
    "ports of nodes without an address",
    service({ type: "NodePort", clusterIP: "None", ports: [{ port: 80 }] }),
    "/spec/clusterIP",
  ],
  [
    "invalid-value",
    "traffic that is spread in no known way",
    service({ ports: [{ port: 80 }], trafficDistribution: "Near" }),
    "/spec/trafficDistribution",
  ],
  ["invalid-value", "a webhook with effects", webhook({ sideEffects: "Some" }), "/webhooks/0/sideEffects"],
  [
    "admission-rules",
    "a review that nobody sends",
    webhook({ admissionReviewVersions: ["v2"] }),
    "/webhooks/0/admissionReviewVersions",
  ],
  [
    "admission-rules",
    "all resources and one of them",
    webhook({ rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*", "pods"] }] }),
    "/webhooks/0/rules/0/resources",
  ],
  [
    "admission-rules",
    "all resources and a subresource",
    webhook({ rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*", "pods/status"] }] }),
  ],
];
