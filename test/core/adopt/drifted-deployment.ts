import { type Drifted, gone, ref, set } from "./drifted.ts";

const web = ref("apps/v1", "Deployment", "web", "shop");
const containers = ["spec", "template", "spec", "containers"] as const;

/** As people write them by hand: comments at every place, quotes of both kinds. */
const deployment = `# The shop's front.
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # keep in step with service.yaml
  namespace: shop
  labels: {app: web,   tier: front}   # flow
spec:
  replicas: 3        # three zones
  # One at a time.
  strategy:
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0, }
  template:
    spec:
      containers:
        # the web server
        - name: nginx
          image: "nginx:1.25"    # pinned
          args: ['--level', 'info']
          ports:
            - containerPort: 80
              name: http
            - {containerPort: 443, name: https}
          env:
            - name: MODE
              value: 'fast'   # or slow

            # how many
            - name: WORKERS
              value: "4"
          resources:
            limits:
              cpu: 500m
              memory: 1Gi # more and it swaps

        - name: log # ships logs
          image: vector:0.40
`;

export const deployments: Drifted[] = [
  {
    name: "replicas, with a comment behind it",
    content: deployment,
    object: web,
    changes: [set(5, "spec", "replicas")],
    diff: ["-  replicas: 3        # three zones", "+  replicas: 5        # three zones"],
  },
  {
    name: "an image in quotes keeps them",
    content: deployment,
    object: web,
    changes: [set("nginx:1.26", ...containers, { name: "nginx" }, "image")],
    diff: ['-          image: "nginx:1.25"    # pinned', '+          image: "nginx:1.26"    # pinned'],
  },
  {
    name: "an image without quotes gets none",
    content: deployment,
    object: web,
    changes: [set("vector:0.41", ...containers, { name: "log" }, "image")],
    diff: ["-          image: vector:0.40", "+          image: vector:0.41"],
  },
  {
    name: "a label in braces",
    content: deployment,
    object: web,
    changes: [set("back", "metadata", "labels", "tier")],
    diff: ["-  labels: {app: web,   tier: front}   # flow", "+  labels: {app: web,   tier: back}   # flow"],
  },
  {
    name: "a new label in braces, which must not be read as a number",
    content: deployment,
    object: web,
    changes: [set("1e3", "metadata", "labels", "batch")],
    diff: [
      "-  labels: {app: web,   tier: front}   # flow",
      "+  labels: {app: web,   tier: front, batch: '1e3'}   # flow",
    ],
  },
  {
    name: "a field of braces that end in a comma",
    content: deployment,
    object: web,
    changes: [gone("spec", "strategy", "rollingUpdate", "maxUnavailable")],
    diff: ["-    rollingUpdate: { maxSurge: 1, maxUnavailable: 0, }", "+    rollingUpdate: { maxSurge: 1, }"],
  },
  {
    name: "an environment variable's value, with a number as text",
    content: deployment,
    object: web,
    changes: [set("8", ...containers, { name: "nginx" }, "env", { name: "WORKERS" }, "value")],
    diff: ['-              value: "4"', '+              value: "8"'],
  },
  {
    name: "a new environment variable behind the others, indented as they are",
    content: deployment,
    object: web,
    changes: [set({ name: "DEBUG", value: "yes" }, ...containers, { name: "nginx" }, "env", { name: "DEBUG" })],
    diff: ["+            - name: DEBUG", "+              value: 'yes'"],
  },
  {
    name: "an environment variable that is gone, and not its neighbour's comment",
    content: deployment,
    object: web,
    changes: [gone(...containers, { name: "nginx" }, "env", { name: "MODE" })],
    diff: ["-            - name: MODE", "-              value: 'fast'   # or slow"],
  },
  {
    name: "arguments are changed and added one by one",
    content: deployment,
    object: web,
    changes: [set(["--level", "debug", "--json"], ...containers, { name: "nginx" }, "args")],
    diff: ["-          args: ['--level', 'info']", "+          args: ['--level', 'debug', '--json']"],
  },
  {
    name: "a port by its keys, of which the file leaves one to its default",
    content: deployment,
    object: web,
    changes: [
      set("tls", ...containers, { name: "nginx" }, "ports", { containerPort: 443, protocol: "TCP" }, "name"),
      gone(...containers, { name: "nginx" }, "ports", { containerPort: 80, protocol: "TCP" }),
    ],
    diff: [
      "-            - containerPort: 80",
      "-              name: http",
      "-            - {containerPort: 443, name: https}",
      "+            - {containerPort: 443, name: tls}",
    ],
  },
  {
    name: "a quantity, and a new one beside it",
    content: deployment,
    object: web,
    changes: [
      set("2", ...containers, { name: "nginx" }, "resources", "limits", "cpu"),
      set("10Gi", ...containers, { name: "nginx" }, "resources", "limits", "ephemeral-storage"),
    ],
    diff: ["-              cpu: 500m", "+              cpu: '2'", "+              ephemeral-storage: 10Gi"],
  },
  {
    name: "resources where there were none",
    content: deployment,
    object: web,
    changes: [set({ limits: { memory: "64Mi" } }, ...containers, { name: "log" }, "resources")],
    diff: ["+          resources:", "+            limits:", "+              memory: 64Mi"],
  },
  {
    name: "a container that is gone",
    content: deployment,
    object: web,
    changes: [gone(...containers, { name: "log" })],
    diff: ["-        - name: log # ships logs", "-          image: vector:0.40"],
  },
];
