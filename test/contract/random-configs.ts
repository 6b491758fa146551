import fc, { type Arbitrary } from "fast-check";
import type { Json, JsonObject } from "../../src/core/manifest/kube-object.ts";

/** What somebody desires of one object; its name is given when it is sent. */
export type Config = JsonObject & { metadata: JsonObject };

const one = <T extends Json>(...values: T[]): Arbitrary<T> => fc.constantFrom(...values);
/** Some of these, in some order. */
const some = <T extends Json>(...values: T[]): Arbitrary<T[]> => fc.shuffledSubarray(values);
const maybe = (fields: { [field: string]: Arbitrary<Json> }): Arbitrary<JsonObject> =>
  fc.record(fields, { requiredKeys: [] }) as Arbitrary<JsonObject>;
const exactly = (fields: { [field: string]: Arbitrary<Json> }): Arbitrary<JsonObject> =>
  fc.record(fields) as Arbitrary<JsonObject>;
const both = (first: Arbitrary<JsonObject>, second: Arbitrary<JsonObject>): Arbitrary<JsonObject> =>
  fc.tuple(first, second).map(([a, b]) => ({ ...a, ...b }));
const map = (names: readonly string[], ...values: Json[]): Arbitrary<JsonObject> =>
  maybe(Object.fromEntries(names.map((name) => [name, one(...values)])));
/** Some of these items, each of which is made anew. */
const items = (...each: Arbitrary<JsonObject>[]): Arbitrary<Json> =>
  fc
    .tuple(fc.shuffledSubarray(each.map((_, index) => index)), fc.tuple(...each))
    .map(([order, made]) => order.map((index) => made[index]!));

const metadata = maybe({
  labels: map(["app", "tier", "a.b/c"], "x", "y"),
  annotations: map(["note", "other"], "1", "2"),
  finalizers: some("example.com/a", "example.com/b", "example.com/c"),
});

const kind = (apiVersion: string, name: string, content: Arbitrary<JsonObject>): Arbitrary<Config> =>
  fc.tuple(metadata, content).map(([meta, rest]) => ({ apiVersion, kind: name, metadata: meta, ...rest }));

export const configMap = kind("v1", "ConfigMap", maybe({ data: map(["a", "b", "c", "é<"], "1", "2", "") }));

const ports = items(
  fc.oneof(
    exactly({ name: one("http"), port: one(80) }),
    exactly({ name: one("http"), port: one(80), protocol: one("TCP"), targetPort: one<Json>(8080, "web") }),
  ),
  exactly({ name: one("dns"), port: one(53), protocol: one("UDP") }),
  exactly({ name: one("dns-tcp"), port: one(53) }),
  exactly({ name: one("https"), port: one(443), targetPort: one<Json>(8443, "tls") }),
);

export const service = kind(
  "v1",
  "Service",
  exactly({
    spec: both(
      exactly({ ports }),
      maybe({
        selector: map(["app", "tier"], "x", "y"),
        externalIPs: some("10.1.1.1", "10.1.1.2", "10.1.1.3"),
        sessionAffinity: one("None", "ClientIP"),
      }),
    ),
  }),
);

const variable = (name: string) => exactly({ name: one(name), value: one("1", "2") });
const container = (name: string) =>
  both(
    exactly({ name: one(name), image: one("nginx:1", "nginx:2") }),
    maybe({
      env: items(variable("A"), variable("B"), variable("C")),
      args: some("-v", "-q"),
      ports: items(
        exactly({ containerPort: one(80) }),
        exactly({ containerPort: one(81), protocol: one("UDP") }),
        exactly({ containerPort: one(82), protocol: one("TCP"), name: one("one", "two") }),
      ),
      resources: exactly({ limits: map(["cpu", "memory"], "1", "2") }),
      volumeMounts: some<JsonObject>({ mountPath: "/a", name: "data" }, { mountPath: "/b", name: "data" }),
      securityContext: maybe({ runAsNonRoot: one(true, false), capabilities: one<Json>({ drop: ["ALL"] }) }),
    }),
  );

export const deployment = kind(
  "apps/v1",
  "Deployment",
  exactly({
    spec: both(
      maybe({
        replicas: one(1, 2, 3),
        strategy: one<Json>(
          { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } },
          { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%" } },
          { rollingUpdate: { maxUnavailable: "50%" } },
        ),
      }),
      exactly({
        selector: one<Json>({ matchLabels: { app: "x" } }),
        template: exactly({
          metadata: exactly({ labels: both(exactly({ app: one("x") }), map(["tier"], "x", "y")) }),
          spec: both(
            exactly({
              containers: items(container("one"), container("two"), container("three")),
              volumes: one<Json>([{ name: "data", emptyDir: {} }]),
            }),
            maybe({
              tolerations: some<JsonObject>({ key: "a", operator: "Exists" }, { operator: "Exists" }),
              nodeSelector: map(["zone", "arch"], "a", "b"),
              imagePullSecrets: some<JsonObject>({ name: "one" }, { name: "two" }),
            }),
          ),
        }),
      }),
    ),
  }),
);

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

const part = (key: JsonObject) =>
  both(fc.constant(key), maybe({ color: one("red", "blue"), labels: map(["x", "y"], "1", "2") }));

export const widget = kind(
  "random.example.com/v1",
  "Widget",
  exactly({
    spec: maybe({
      size: one(1, 2, 3),
      share: one<Json>(1, "50%"),
      tags: some("x", "y", "z"),
      parts: items(
        part({ name: "a", zone: 1 }),
        part({ name: "b", zone: 1 }),
        part({ name: "a", zone: 2 }),
        part({ name: "c" }),
      ),
      list: some<JsonObject>({ a: 1 }, { a: 2 }),
      whole: map(["a", "b"], 1, 2),
      free: one<Json>({}, { a: { b: 1 } }, { a: { b: 2 } }, { a: { c: [1, 2] }, d: true }, { a: "text" }),
    }),
  }),
);

/** The sandbox's own custom resource; now and then with a field that its schema does not name. */
export const shape = kind(
  "demo.trueup.dev/v1",
  "Shape",
  exactly({
    spec: both(
      exactly({ shape: one("star", "circle", "heart"), color: one("purple", "red", "#8250df") }),
      maybe({ size: one<Json>(10, 60, 100, null), points: one(5, 7), shadow: fc.constant(true) }),
    ),
  }),
);
