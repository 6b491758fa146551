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

/** Four columns, dashes flush with their key, Windows' line breaks. */
const daemon = `apiVersion: apps/v1\r
kind: DaemonSet\r
metadata:\r
    name: agent\r
    namespace: shop\r
spec:\r
    template:\r
        spec:\r
            tolerations:\r
            # all of them\r
            -   operator: Exists\r
            containers:\r
            -   name: agent\r
                image: agent:1   # one\r
                command:\r
                - /bin/agent\r
                - --port=1\r
`;
const agent = ref("apps/v1", "DaemonSet", "agent", "shop");

const cron = `apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: "0 3 * * *"  # UTC
  suspend: no
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: job
            image: job
            command: ["sh", "-c",
              "echo hi"]   # folded by hand
            args:
            - |
              set -e
              for i in 1 2; do
                echo "$i"
              done

              exit 0
          # the end
`;
const nightly = ref("batch/v1", "CronJob", "nightly", "shop");
const job = ["spec", "jobTemplate", "spec", "template", "spec", "containers", { name: "job" }] as const;

const stateful = `
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name:   db
  namespace: shop
spec:
  podManagementPolicy: OrderedReady
  "replicas" : 2
  template:
    metadata:
      annotations:
        # nothing yet
    spec:
      securityContext:   {}
      containers:
        -
          name: db
          image: db:1
          volumeMounts:
          -   mountPath: /data
              name: data
      volumes:
      - name: scripts
        configMap:
          defaultMode: 0755   # executable
          name: scripts`;
const db = ref("apps/v1", "StatefulSet", "db", "shop");

export const workloads: Drifted[] = [
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
  {
    name: "Windows' line breaks, four columns and flush dashes: a new item",
    content: daemon,
    object: agent,
    changes: [set({ key: "gpu", operator: "Exists" }, "spec", "template", "spec", "tolerations", 1)],
    diff: ["+            -   key: gpu\r", "+                operator: Exists\r"],
  },
  {
    name: "Windows' line breaks: a new mapping",
    content: daemon,
    object: agent,
    changes: [set({ "example.com/x": "z" }, "metadata", "annotations")],
    diff: ["+    annotations:\r", "+        example.com/x: z\r"],
  },
  {
    name: "an argument in the middle of a list",
    content: daemon,
    object: agent,
    changes: [
      set(["/bin/agent", "-v", "--port=1"], "spec", "template", "spec", "containers", { name: "agent" }, "command"),
    ],
    diff: ["+                - -v\r"],
  },
  {
    name: "the last item of a list",
    content: daemon,
    object: agent,
    changes: [gone("spec", "template", "spec", "tolerations", 0)],
    diff: ["-            tolerations:\r", "+            tolerations: []\r", "-            -   operator: Exists\r"],
  },
  {
    name: "a schedule",
    content: cron,
    object: nightly,
    changes: [set("@daily", "spec", "schedule")],
    diff: ['-  schedule: "0 3 * * *"  # UTC', '+  schedule: "@daily"  # UTC'],
  },
  {
    name: "`no` becomes true",
    content: cron,
    object: nightly,
    changes: [set(true, "spec", "suspend")],
    diff: ["-  suspend: no", "+  suspend: true"],
  },
  {
    name: "one line of a script",
    content: cron,
    object: nightly,
    changes: [set(['set -e\nfor i in 1 2 3; do\n  echo "$i"\ndone\n\nexit 0\n'], ...job, "args")],
    diff: ["-              for i in 1 2; do", "+              for i in 1 2 3; do"],
  },
  {
    name: "an item of a list in brackets over two lines",
    content: cron,
    object: nightly,
    changes: [set(["sh", "-c", "echo ho"], ...job, "command")],
    diff: ['-              "echo hi"]   # folded by hand', '+              "echo ho"]   # folded by hand'],
  },
  {
    name: "a new field behind a script, before a comment",
    content: cron,
    object: nightly,
    changes: [set("/work", ...job, "workingDir")],
    diff: ["+            workingDir: /work"],
  },
  {
    name: "a key in quotes with a blank before its colon",
    content: stateful,
    object: db,
    changes: [set(4, "spec", "replicas")],
    diff: ['-  "replicas" : 2', '+  "replicas" : 4'],
  },
  {
    name: "annotations that are there in name only",
    content: stateful,
    object: db,
    changes: [set("2024-01-01", "spec", "template", "metadata", "annotations", "restarted")],
    diff: ['+        restarted: "2024-01-01"'],
  },
  {
    name: "an empty mapping is filled",
    content: stateful,
    object: db,
    changes: [set({ runAsUser: 1000, fsGroup: 1000 }, "spec", "template", "spec", "securityContext")],
    diff: [
      "-      securityContext:   {}",
      "+      securityContext:",
      "+        runAsUser: 1000",
      "+        fsGroup: 1000",
    ],
  },
  {
    name: "an octal file mode stays octal, in a file without a last line break",
    content: stateful,
    object: db,
    changes: [set(0o644, "spec", "template", "spec", "volumes", { name: "scripts" }, "configMap", "defaultMode")],
    diff: ["-          defaultMode: 0755   # executable", "+          defaultMode: 0644   # executable"],
  },
  {
    name: "a new volume mount, with the gap that its list has behind its dashes",
    content: stateful,
    object: db,
    changes: [
      set(
        { mountPath: "/tmp", name: "tmp" },
        "spec",
        "template",
        "spec",
        "containers",
        { name: "db" },
        "volumeMounts",
        { mountPath: "/tmp" },
      ),
    ],
    diff: ["+          -   mountPath: /tmp", "+              name: tmp"],
  },
];
