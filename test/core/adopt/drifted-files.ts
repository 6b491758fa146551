import { type Drifted, gone, ref, set } from "./drifted.ts";

const configMap = ref("v1", "ConfigMap", "settings", "shop");

const services = `%YAML 1.1
# first a document of comments only
---
# nothing
---   # the service
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ports:
  - {port: 80, targetPort: http, name: http}   # plain
  -
    # encrypted
    port: 443
    name: https
  selector: {app: web}
  type: ClusterIP
...
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: other
spec:
  type: ClusterIP
`;
const service = ref("v1", "Service", "web", "shop");

const shared = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: &labels
    app: web
    tier: front
spec:
  template:
    metadata:
      labels: *labels   # the same
    spec:
      containers:
      - &base
        name: one
        image: &image shop:1   # both
        env: &env
        - {name: A, value: a}
        resources: {}
      - <<: *base
        name: two   # not one
        image: *image
      - name: three
        image: other:1
        env: *env
`;
const web = ref("apps/v1", "Deployment", "web", "shop");
const containers = ["spec", "template", "spec", "containers"] as const;

const list = `\uFEFFapiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: a}
  data:
    x: "1"
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: settings
  # the second
  data: {x: "1"}   # same
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: z}
`;

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.com
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            description: |-
              What is wanted.

              More of it.
            type: object
            properties:
              size: {type: integer, minimum: 1}   # one at least
              "on":
                type: boolean
`;
const things = ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.example.com");
const schema = ["spec", "versions", { name: "v1" }, "schema", "openAPIV3Schema", "properties"] as const;

const json = `{
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": { "name": "settings", "namespace": "shop" },
    "data": {
        "a": "1",
        "b": "2"
    }
}
`;
const compact = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"},"data":{"a":"1","b":"2"}}';

const twice = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  a: "1"
  b: x
  a: "2"   # this one counts
`;

export const files: Drifted[] = [
  {
    name: "a port in braces, of one document of many",
    content: services,
    object: service,
    changes: [set(8080, "spec", "ports", { port: 80, protocol: "TCP" }, "targetPort")],
    diff: [
      "-  - {port: 80, targetPort: http, name: http}   # plain",
      "+  - {port: 80, targetPort: 8080, name: http}   # plain",
    ],
  },
  {
    name: "an item whose dash stands alone",
    content: services,
    object: service,
    changes: [set("tls", "spec", "ports", { port: 443 }, "name")],
    diff: ["-    name: https", "+    name: tls"],
  },
  {
    name: "the object of that name in the other namespace",
    content: services,
    object: ref("v1", "Service", "web", "other"),
    changes: [set("NodePort", "spec", "type")],
    diff: ["-  type: ClusterIP", "+  type: NodePort"],
  },
  {
    name: "a field behind the last, before the document's end",
    content: services,
    object: service,
    changes: [set("None", "spec", "clusterIP")],
    diff: ["+  clusterIP: None"],
  },
  {
    name: "a value that comes through an alias is written out",
    content: shared,
    object: web,
    changes: [set("shop:2", ...containers, { name: "two" }, "image")],
    diff: ["-        image: *image", "+        image: shop:2"],
  },
  {
    name: "a field of a mapping that comes through an alias is put over it",
    content: shared,
    object: web,
    changes: [set("back", "spec", "template", "metadata", "labels", "tier")],
    diff: ["-      labels: *labels   # the same", "+      labels: {<<: *labels, tier: back}   # the same"],
  },
  {
    name: "a field that comes through a merge is put over it",
    content: shared,
    object: web,
    changes: [set({ limits: { cpu: "1" } }, ...containers, { name: "two" }, "resources")],
    diff: ["+        resources:", "+          limits:", '+            cpu: "1"'],
  },
  {
    name: "a field with an anchor beside it that nobody shares",
    content: shared,
    object: web,
    changes: [set("other:2", ...containers, { name: "three" }, "image")],
    diff: ["-        image: other:1", "+        image: other:2"],
  },
  {
    name: "an object of a list, after a byte order mark",
    content: list,
    object: ref("v1", "ConfigMap", "settings", "shop"),
    changes: [set("2", "data", "x")],
    diff: ['-  data: {x: "1"}   # same', '+  data: {x: "2"}   # same'],
  },
  {
    name: "an object of a list that gets its first labels",
    content: list,
    object: ref("v1", "ConfigMap", "settings", "shop"),
    changes: [set({ app: "web" }, "metadata", "labels")],
    diff: ["+    labels:", "+      app: web"],
  },
  {
    name: "a definition's schema",
    content: definition,
    object: things,
    changes: [set(0, ...schema, "spec", "properties", "size", "minimum")],
    diff: [
      "-              size: {type: integer, minimum: 1}   # one at least",
      "+              size: {type: integer, minimum: 0}   # one at least",
    ],
  },
  {
    name: "a definition's description and a key that must stay in quotes",
    content: definition,
    object: things,
    changes: [
      set("What is wanted.\n\nMuch more of it.", ...schema, "spec", "description"),
      set("string", ...schema, "spec", "properties", "on", "type"),
    ],
    diff: [
      "-              More of it.",
      "+              Much more of it.",
      "-                type: boolean",
      "+                type: string",
    ],
  },
  {
    name: "JSON: a value",
    file: "all.json",
    content: json,
    object: configMap,
    changes: [set("no\n", "data", "a")],
    diff: ['-        "a": "1",', '+        "a": "no\\n",'],
  },
  {
    name: "JSON: a field behind the last",
    file: "all.json",
    content: json,
    object: configMap,
    changes: [set("3", "data", "c")],
    diff: ['-        "b": "2"', '+        "b": "2",', '+        "c": "3"'],
  },
  {
    name: "JSON: a mapping where the others are on one line",
    file: "all.json",
    content: json,
    object: configMap,
    changes: [set({ app: "web" }, "metadata", "labels")],
    diff: [
      '-    "metadata": { "name": "settings", "namespace": "shop" },',
      '+    "metadata": { "name": "settings", "namespace": "shop", "labels": {"app": "web"} },',
    ],
  },
  {
    name: "JSON: the first field, and the last",
    file: "all.json",
    content: json,
    object: configMap,
    changes: [gone("data", "a")],
    diff: ['-        "a": "1",'],
  },
  {
    name: "JSON without a blank",
    file: "all.json",
    content: compact,
    object: configMap,
    changes: [set("3", "data", "c"), gone("data", "a")],
    diff: [`-${compact}`, `+${compact.replace('"a":"1","b":"2"', '"b":"2","c":"3"')}`],
  },
  {
    name: "of a key that stands twice the one that counts",
    content: twice,
    object: configMap,
    changes: [set("3", "data", "a")],
    diff: ['-  a: "2"   # this one counts', '+  a: "3"   # this one counts'],
  },
];
