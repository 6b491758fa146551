import { describe, expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { object, told } from "./told.ts";

const exposed = (live: KubeObject | undefined, after: KubeObject): string[] =>
  told(live, after).map((text) => text.replace("exposes: ", ""));

describe("a Service", () => {
  const service = (spec: JsonObject) => object("v1", "Service", { spec });
  const balanced = { type: "LoadBalancer" };
  const ranges = (...loadBalancerSourceRanges: string[]) => ({ ...balanced, loadBalancerSourceRanges });

  test.each<[JsonObject | undefined, JsonObject, string[]]>([
    [undefined, balanced, ["as LoadBalancer"]],
    [{}, { type: "NodePort" }, ["as NodePort"]],
    [balanced, { type: "NodePort" }, []],
    [undefined, {}, []],
    [{}, { externalIPs: ["192.0.2.1"] }, ["on 192.0.2.1"]],
    [{}, { ports: [{ port: 80 }] }, []],
    [
      { ...ranges("10.0.0.0/8"), ports: [{ port: 80 }] },
      { ...balanced, ports: [{ port: 80 }, { port: 9000 }] },
      ["on port 9000 too", "to every source address"],
    ],
  ])("from %j to %j", (before, after, texts) => {
    expect(exposed(before && service(before), service(after))).toEqual(texts);
  });

  test("that is a NodePort instead of a load balancer is open to nobody who was kept out", () => {
    expect(exposed(service(ranges("10.0.0.0/8")), service({ type: "NodePort" }))).toEqual([]);
  });

  test("that lets in a part of whom it let in opens nothing, and a wider range does", () => {
    const from = (before: string[], ...after: string[]) =>
      exposed(service(ranges(...before)), service(ranges(...after)));
    expect(from(["10.0.0.0/8"], "10.1.0.0/16", "10.255.255.255/32")).toEqual([]);
    expect(from(["10.1.0.0/16"], "10.0.0.0/8")).toEqual(["to 10.0.0.0/8"]);
    expect(from(["10.0.0.0/8"], "11.0.0.0/8")).toEqual(["to 11.0.0.0/8"]);
    expect(from(["10.0.0.0/8"], "0.0.0.0/0")).toEqual(["to every source address"]);
    expect(from(["2001:db8::/32"], "2001:db8:1::/48")).toEqual([]);
    expect(from(["2001:db8::/32"], "2001:db9::/48", "::a00:0/104")).toEqual(["to 2001:db9::/48, ::a00:0/104"]);
    expect(from(["10.0.0.0/8"], "::a00:0/104")).toEqual(["to ::a00:0/104"]);
  });

  test("that opens the same port by another protocol is told", () => {
    const [tcp, both] = [[{ port: 53 }], [{ port: 53 }, { port: 53, protocol: "UDP" }]];
    expect(exposed(service({ ...balanced, ports: tcp }), service({ ...balanced, ports: both }))).toEqual([
      "on port 53/UDP too",
    ]);
  });

  test("that is reached by addresses of its own is reached on each port that it adds", () => {
    const on = (...ports: number[]) => service({ externalIPs: ["192.0.2.1"], ports: ports.map((port) => ({ port })) });
    expect(exposed(on(80), on(80, 22))).toEqual(["on port 22 too"]);
    expect(exposed(on(80), service({ ports: [{ port: 22 }] }))).toEqual([]);
  });

  test.each([
    ["service.beta.kubernetes.io/aws-load-balancer-internal", "true"],
    ["service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"],
    ["networking.gke.io/load-balancer-type", "Internal"],
    ["service.beta.kubernetes.io/azure-load-balancer-internal", "true"],
  ])("whose load balancer is internal by %s is told when it is not any more", (annotation, value) => {
    const marked = (annotations: JsonObject, spec: JsonObject = balanced) =>
      object("v1", "Service", { spec }, { annotations });
    const internal = marked({ [annotation]: value });
    const text = "by a load balancer that is not marked internal any more";
    expect(exposed(internal, marked({}))).toEqual([text]);
    expect(exposed(internal, marked({ [annotation]: "false" }))).toEqual([text]);
    expect(exposed(marked({}), internal)).toEqual([]);
    expect(exposed(undefined, internal)).toEqual(["as an internal LoadBalancer"]);
    expect(exposed(internal, marked({}, { type: "ClusterIP" }))).toEqual([]);
  });

  test("whose scheme becomes internet-facing faces the Internet", () => {
    const scheme = (value: string) =>
      object(
        "v1",
        "Service",
        { spec: balanced },
        {
          annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": value },
        },
      );
    expect(exposed(scheme("internal"), scheme("internet-facing"))).toEqual([
      "by a load balancer that faces the Internet",
    ]);
  });

  test("with more ranges than anybody can compare is compared in no time", () => {
    const many = (octet: number) => Array.from({ length: 30_000 }, (_, at) => `${octet}.${at >> 8}.${at & 255}.0/24`);
    expect(exposed(service(ranges(...many(10))), service(ranges(...many(11))))[0]).toMatch(
      /^to 11\..* and 29995 more$/,
    );
  });
});

describe("an Ingress", () => {
  const ingress = (hosts: string[], spec: JsonObject = {}, annotations: JsonObject = {}) =>
    object(
      "networking.k8s.io/v1",
      "Ingress",
      { spec: { rules: hosts.map((host) => ({ host })), ...spec } },
      { annotations },
    );

  test("is told by the hosts and paths that it adds", () => {
    expect(exposed(ingress(["a.example"]), ingress(["a.example", "b.example"]))).toEqual(["at b.example"]);
    expect(exposed(ingress(["a.example", "b.example"]), ingress(["a.example"]))).toEqual([]);
    const many = ["a", "b", "c", "d", "e", "f", "g"].map((name) => `${name}.example`);
    expect(exposed(undefined, ingress(many))).toEqual([
      "at a.example, b.example, c.example, d.example, e.example and 2 more",
    ]);
  });

  test("of another class is served by another controller, perhaps to everybody", () => {
    const internal = ingress(["a.example"], { ingressClassName: "internal" });
    expect(exposed(internal, ingress(["a.example"], { ingressClassName: "public" }))).toEqual([
      "through ingress class public",
    ]);
    expect(exposed(internal, ingress(["a.example"]))).toEqual(["through the default ingress class"]);
    expect(exposed(internal, internal)).toEqual([]);
    const annotated = ingress(["a.example"], {}, { "kubernetes.io/ingress.class": "public" });
    expect(exposed(internal, annotated)).toEqual(["through ingress class public"]);
  });
});

describe("the Gateway API", () => {
  const made = (kind: string, spec: JsonObject) => object("gateway.networking.k8s.io/v1", kind, { spec });
  const internal = { name: "internal", namespace: "infra" };
  const open = { name: "public", namespace: "infra" };

  test.each(["HTTPRoute", "GRPCRoute", "TLSRoute"])("a new %s is told by its hosts and its gateway", (kind) => {
    const route = (hostnames: string[], ...parentRefs: JsonObject[]) => made(kind, { hostnames, parentRefs });
    expect(exposed(undefined, route(["a.example"], internal))).toEqual(["at a.example through Gateway infra/internal"]);
    expect(exposed(route(["a.example"], internal), route(["a.example", "b.example"], internal))).toEqual([
      "at b.example",
    ]);
    expect(exposed(route(["a.example"], internal), route(["a.example"], internal, open))).toEqual([
      "through Gateway infra/public",
    ]);
    expect(exposed(route(["a.example"], internal), route([], internal))).toEqual(["at every host of its gateway"]);
  });

  test.each(["TCPRoute", "UDPRoute"])("a new %s is told by its gateway", (kind) => {
    expect(exposed(undefined, made(kind, { parentRefs: [open] }))).toEqual(["through Gateway infra/public"]);
  });

  test("a route that is at fewer places than before opens none", () => {
    const route = (hostnames: string[], parent: JsonObject) => made("HTTPRoute", { hostnames, parentRefs: [parent] });
    expect(exposed(route([], open), route(["a.example"], open))).toEqual([]);
    expect(exposed(route(["*.a.example"], open), route(["x.y.a.example"], { ...open, sectionName: "https" }))).toEqual(
      [],
    );
    expect(exposed(route(["*.a.example"], open), route(["a.example"], open))).toEqual(["at a.example"]);
  });

  test("a route between Services stays inside the cluster", () => {
    const mesh = { kind: "Service", group: "", name: "web" };
    expect(exposed(undefined, made("HTTPRoute", { hostnames: ["a.example"], parentRefs: [mesh] }))).toEqual([]);
  });

  test("a gateway is told by the listeners that it adds, and by whom they let in", () => {
    const listener = { name: "https", port: 443, protocol: "HTTPS", hostname: "*.a.example" };
    const gateway = (...listeners: JsonObject[]) => made("Gateway", { gatewayClassName: "c", listeners });
    expect(exposed(undefined, gateway(listener))).toEqual(["on port 443 for *.a.example (HTTPS)"]);
    expect(exposed(gateway(listener), gateway(listener, { name: "tcp", port: 5432, protocol: "TCP" }))).toEqual([
      "on port 5432 (TCP)",
    ]);
    const shared = { ...listener, allowedRoutes: { namespaces: { from: "All" } } };
    expect(exposed(gateway(listener), gateway(shared))).toEqual([
      "by routes of every namespace, through listener https",
    ]);
    expect(exposed(gateway(listener, shared), gateway(listener))).toEqual([]);
  });
});

describe("a NetworkPolicy", () => {
  const policy = (spec: JsonObject) =>
    object("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, policyTypes: ["Ingress"], ...spec } });
  const from = (cidr: string, ...except: string[]): JsonObject => ({
    ipBlock: { cidr, ...(except[0] ? { except } : {}) },
  });
  const web = { podSelector: { matchLabels: { app: "web" } } };
  const letting = (peers: JsonObject[], ...ports: JsonObject[]) => policy({ ingress: [{ from: peers, ports }] });

  test("that lets in more is told by whom, and where", () => {
    expect(exposed(policy({}), letting([from("10.0.0.0/8")], { port: 80 }))).toEqual([
      "its pods to 10.0.0.0/8 on port 80",
    ]);
    expect(exposed(letting([web]), policy({ ingress: [{}] }))).toEqual(["its pods to everything"]);
    expect(exposed(letting([web], { port: 80 }), letting([web]))).toEqual(["its pods to pods with app=web"]);
    expect(exposed(letting([web]), letting([{ ...web, namespaceSelector: {} }]))).toEqual([
      "its pods to pods with app=web of every namespace",
    ]);
    expect(exposed(letting([from("10.0.0.0/8", "10.1.0.0/16")]), letting([from("10.0.0.0/8")]))).toEqual([
      "its pods to 10.0.0.0/8",
    ]);
    const out = (to: JsonObject[]) => policy({ policyTypes: ["Egress"], egress: [{ to }] });
    expect(exposed(out([web]), out([web, from("0.0.0.0/0")]))).toEqual(["a way out of its pods to 0.0.0.0/0"]);
  });

  test("that lets in fewer, or the same said otherwise, opens nothing", () => {
    expect(exposed(policy({ ingress: [{}] }), letting([from("10.0.0.0/8")], { port: 80 }))).toEqual([]);
    expect(exposed(letting([from("10.0.0.0/8")]), letting([from("10.1.0.0/16", "10.1.1.0/24")]))).toEqual([]);
    const range = letting([web], { port: 80, endPort: 90 });
    expect(exposed(range, letting([web], { port: 80, protocol: "TCP" }, { port: 85 }))).toEqual([]);
    const named = { podSelector: { matchLabels: { app: "web", tier: "front" } } };
    expect(exposed(letting([web]), letting([named]))).toEqual([]);
    const split = policy({ ingress: [{ from: [web] }, { from: [from("10.0.0.0/8")] }] });
    expect(exposed(letting([web, from("10.0.0.0/8")]), split)).toEqual([]);
  });

  test("that shuts off less than before leaves its pods open", () => {
    const both = policy({ policyTypes: ["Ingress", "Egress"] });
    expect(exposed(both, policy({}))).toEqual([
      "a way out of its pods to everything, where no other policy selects them",
    ]);
    const selecting = (matchLabels: JsonObject) => policy({ podSelector: { matchLabels } });
    expect(exposed(policy({}), selecting({ app: "web" }))).toEqual(["pods that it does not select any more"]);
    expect(exposed(selecting({ app: "web" }), policy({}))).toEqual([]);
  });

  test("of more rules than anybody can compare is told as that, at once", () => {
    const many = (octet: number) =>
      Array.from({ length: 3_000 }, (_, at) => from(`${octet}.${at >> 8}.${at & 255}.0/24`));
    expect(exposed(letting(many(10)), letting(many(11)))).toEqual(["its pods to more than can be listed"]);
    const excepting = (octet: number) =>
      letting([
        from("10.0.0.0/8", ...Array.from({ length: 3_000 }, (_, at) => `10.${octet}.${at & 255}.${at >> 8}/32`)),
      ]);
    expect(exposed(excepting(1), excepting(2))).toEqual(["its pods to more than can be listed"]);
  });
});
