import type { Row } from "../case.ts";
import { ingress, path, service } from "../manifests.ts";

/** Services and ingresses. */
export const traffic: readonly Row[] = [
  ["service-ports", "a service without ports", service({ selector: { a: "b" } }), "/spec"],
  [
    "service-ports",
    "two ports without names",
    service({ ports: [{ port: 1 }, { port: 2, name: "two" }] }),
    "/spec/ports/0",
  ],
  ["service-ports", "a headless service without ports", service({ clusterIP: "None" })],
  ["service-ports", "a name for outside without one", service({ type: "ExternalName" }), "/spec"],
  ["ingress-rules", "a path without a slash", path({ path: "a" }), "/spec/rules/0/http/paths/0/path"],
  [
    "ingress-rules",
    "a path that the controller understands",
    path({ path: "/a/(.*)", pathType: "ImplementationSpecific" }),
  ],
  ["ingress-rules", "no rule at all", ingress({ ingressClassName: "a" }), "/spec"],
  [
    "service-ports",
    "a name for outside with a dot at its end",
    service({ type: "ExternalName", externalName: "a.b." }),
  ],
  [
    "service-ports",
    "a name for outside of an underscore",
    service({ type: "ExternalName", externalName: "a_b" }),
    "/spec/externalName",
  ],
  ["service-ports", "a name for outside that nobody uses", service({ ports: [{ port: 80 }], externalName: "A_b" })],
];
