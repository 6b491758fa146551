import type { Row } from "../case.ts";
import { inContainer, ingress, pod, policy, volume } from "../manifests.ts";

/** Names, addresses and paths. */
export const names: readonly Row[] = [
  ["invalid-name", "a container in upper case", pod({}, { name: "One" }), `${inContainer}/name`],
  ["invalid-name", "a container of 63 characters", pod({}, { name: "a".repeat(63) })],
  [
    "invalid-name",
    "a port's name without a letter",
    pod({}, { ports: [{ containerPort: 80, name: "80" }] }),
    `${inContainer}/ports/0/name`,
  ],
  [
    "invalid-name",
    "a host with a star in its midst",
    ingress({ defaultBackend: { service: { name: "a", port: { number: 1 } } }, rules: [{ host: "a.*.example.com" }] }),
    "/spec/rules/0/host",
  ],
  [
    "invalid-name",
    "a host that begins with a star",
    ingress({ defaultBackend: { service: { name: "a", port: { number: 1 } } }, rules: [{ host: "*.example.com" }] }),
  ],
  [
    "invalid-name",
    "a class name that is empty",
    ingress({ ingressClassName: "", defaultBackend: { service: { name: "a", port: { number: 1 } } } }),
    "/spec/ingressClassName",
  ],
  [
    "invalid-qualified-name",
    "a toleration's key with a space",
    pod({ tolerations: [{ key: "a b", operator: "Exists" }] }),
    "/spec/tolerations/0/key",
  ],
  [
    "invalid-qualified-name",
    "a toleration's key with a prefix",
    pod({ tolerations: [{ key: "example.com/a_B.c", operator: "Exists" }] }),
  ],
  [
    "invalid-ip-address",
    "a number above 255",
    pod({ hostAliases: [{ ip: "10.0.0.256", hostnames: ["a"] }] }),
    "/spec/hostAliases/0/ip",
  ],
  ["invalid-ip-address", "IPv6 with a gap", pod({ hostAliases: [{ ip: "fd00::1:2", hostnames: ["a"] }] })],
  [
    "invalid-ip-address",
    "a block without its bits",
    policy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0" } }] }] }),
    "/spec/egress/0/to/0/ipBlock/cidr",
  ],
  [
    "invalid-path",
    "a file outside its volume",
    volume({ configMap: { name: "a", items: [{ key: "b", path: "../b" }] } }),
    "/spec/volumes/0/configMap/items/0/path",
  ],
  [
    "invalid-path",
    "a file in a folder of its volume",
    volume({ configMap: { name: "a", items: [{ key: "b", path: "c/.d..e" }] } }),
  ],
  ["invalid-path", "a share without a slash", volume({ nfs: { server: "a", path: "b" } }), "/spec/volumes/0/nfs/path"],
];
