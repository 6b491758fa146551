import { type Drifted, gone, ref, set } from "./drifted.ts";

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
