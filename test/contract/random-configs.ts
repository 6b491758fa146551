import type { Json, JsonObject } from "../../../../src/core/manifest/kube-object.ts";

/** Picks one of some; the same seed picks the same. */
export type Chooser = <T>(from: readonly T[]) => T;

export function chooser(seed: number): Chooser {
  let state = seed >>> 0;
  return (from) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0;
    return from[((mixed ^ (mixed >>> 16)) % from.length) | 0] ?? from[0]!;
  };
}

/** Some of these entries, in some order. */
function some<T>(choose: Chooser, from: readonly T[]): T[] {
  const picked = from.filter(() => choose([true, false]));
  return choose([true, false]) ? picked : picked.reverse();
}

function map(choose: Chooser, names: readonly string[], values: readonly Json[]): JsonObject {
  return Object.fromEntries(some(choose, names).map((name) => [name, choose(values)]));
}

function maybe(choose: Chooser, fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(() => choose([true, true, false])));
}

function metadata(choose: Chooser, name: string): JsonObject {
  return {
    name,
    ...maybe(choose, {
      labels: map(choose, ["app", "tier", "a.b/c"], ["x", "y"]),
      annotations: map(choose, ["note", "other"], ["1", "2"]),
      finalizers: some(choose, ["example.com/a", "example.com/b", "example.com/c"]),
    }),
  };
}

export function configMap(choose: Chooser, name: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(choose, name),
    ...maybe(choose, { data: map(choose, ["a", "b", "c", "é<"], ["1", "2", ""]) }),
  };
}

export function service(choose: Chooser, name: string): JsonObject {
  const ports = some(choose, [
    { name: "http", port: 80 },
    { name: "http", port: 80, protocol: "TCP", targetPort: choose<Json>([8080, "web"]) },
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53 },
    { name: "https", port: 443, targetPort: choose<Json>([8443, "tls"]) },
  ]).filter(({ name }, index, all) => all.findIndex((port) => port.name === name) === index);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(choose, name),
    spec: {
      ports: ports.length > 0 ? ports : [{ name: "http", port: 80 }],
      ...maybe(choose, {
        selector: map(choose, ["app", "tier"], ["x", "y"]),
        externalIPs: some(choose, ["10.1.1.1", "10.1.1.2", "10.1.1.3"]),
        sessionAffinity: choose(["None", "ClientIP"]),
      }),
    },
  };
}

export function deployment(choose: Chooser, name: string): JsonObject {
  const container = (name: string): JsonObject => ({
    name,
    image: choose(["nginx:1", "nginx:2"]),
    ...maybe(choose, {
      env: some(choose, ["A", "B", "C"]).map((name) => ({ name, value: choose(["1", "2"]) })),
      args: some(choose, ["-v", "-q"]),
      ports: some(choose, [
        { containerPort: 80 },
        { containerPort: 81, protocol: "UDP" },
        { containerPort: 82, protocol: "TCP", name: choose(["one", "two"]) },
      ]),
      resources: { limits: map(choose, ["cpu", "memory"], ["1", "2"]) },
      volumeMounts: some(choose, ["/a", "/b"]).map((mountPath) => ({ mountPath, name: "data" })),
      securityContext: maybe(choose, { runAsNonRoot: choose([true, false]), capabilities: { drop: ["ALL"] } }),
    }),
  });
  const names = some(choose, ["one", "two", "three"]);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(choose, name),
    spec: {
      ...maybe(choose, {
        replicas: choose([1, 2, 3]),
        strategy: choose([
          { type: "RollingUpdate", rollingUpdate: { maxSurge: choose<Json>([1, "25%"]) } },
          { rollingUpdate: { maxUnavailable: choose<Json>([1, "50%"]) } },
        ]),
      }),
      selector: { matchLabels: { app: "x" } },
      template: {
        metadata: { labels: { app: "x", ...map(choose, ["tier"], ["x", "y"]) } },
        spec: {
          containers: (names.length > 0 ? names : ["one"]).map(container),
          volumes: [{ name: "data", emptyDir: {} }],
          ...maybe(choose, {
            tolerations: some(choose, [{ key: "a", operator: "Exists" }, { operator: "Exists" }]),
            nodeSelector: map(choose, ["zone", "arch"], ["a", "b"]),
            imagePullSecrets: some(choose, [{ name: "one" }, { name: "two" }]),
          }),
        },
      },
    },
  };
}

/** A custom resource's schema with every way to merge. */
export const widgetSchema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        size: { type: "integer" },
        share: { "x-kubernetes-int-or-string": true },
        tags: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        parts: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name", "zone"],
          items: {
            type: "object",
            required: ["name", "zone"],
            properties: {
              name: { type: "string" },
              zone: { type: "integer", default: 1 },
              color: { type: "string" },
              labels: { type: "object", additionalProperties: { type: "string" } },
            },
          },
        },
        list: { type: "array", items: { type: "object", properties: { a: { type: "integer" } } } },
        whole: {
          type: "object",
          "x-kubernetes-map-type": "atomic",
          properties: { a: { type: "integer" }, b: { type: "integer" } },
        },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
  },
};

export function widget(choose: Chooser, name: string): JsonObject {
  const parts = some(choose, [
    { name: "a", zone: 1 },
    { name: "b", zone: 1 },
    { name: "a", zone: 2 },
    { name: "c" },
  ]).map((part) => ({
    ...part,
    ...maybe(choose, { color: choose(["red", "blue"]), labels: map(choose, ["x", "y"], ["1", "2"]) }),
  }));
  return {
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: metadata(choose, name),
    spec: maybe(choose, {
      size: choose([1, 2, 3]),
      share: choose<Json>([1, "50%"]),
      tags: some(choose, ["x", "y", "z"]),
      parts,
      list: some(choose, [{ a: 1 }, { a: 2 }]),
      whole: map(choose, ["a", "b"], [1, 2]),
      free: choose<Json>([
        {},
        { a: { b: choose([1, 2]) } },
        { a: { c: [1, 2] }, d: choose([true, false]) },
        { a: "text" },
      ]),
    }),
  };
}

/** The sandbox's own custom resource; now and then with a field that its schema does not name. */
export function shape(choose: Chooser, name: string): JsonObject {
  return {
    apiVersion: "demo.trueup.dev/v1",
    kind: "Shape",
    metadata: metadata(choose, name),
    spec: {
      shape: choose(["star", "circle", "heart"]),
      color: choose(["purple", "red", "#8250df"]),
      ...maybe(choose, { size: choose<Json>([10, 60, 100, null]), points: choose([5, 7]) }),
      ...(choose([true, false, false, false]) && { shadow: true }),
    },
  };
}
