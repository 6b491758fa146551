import { describe, expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import type { FieldChange } from "../../../../src/core/plan/plan.ts";
import { risksOfDeletion, risksOfGoing } from "../../../../src/core/plan/risks/deletions.ts";
import { object, told } from "./told.ts";

const rbac = "rbac.authorization.k8s.io/v1";

describe("workloads", () => {
  const workload = (kind: string, spec: JsonObject, pods = 5) =>
    object("apps/v1", kind, {
      spec,
      status: kind === "DaemonSet" ? { currentNumberScheduled: pods } : { replicas: pods },
    });
  const image: FieldChange[] = [
    { path: "spec.template.spec.containers[web].image", cause: "pull-request", before: "web:1", after: "web:2" },
  ];

  test.each([
    ["Deployment", {}, 5, "5 pods, at most 1 away at a time"],
    ["Deployment", {}, 3, "3 pods, each new one ready before an old one goes"],
    ["Deployment", { strategy: { rollingUpdate: { maxUnavailable: "50%" } } }, 5, "5 pods, at most 2 away at a time"],
    ["Deployment", { strategy: { rollingUpdate: { maxUnavailable: "100%" } } }, 5, "5 pods, all of them at once"],
    ["Deployment", { strategy: { type: "Recreate" } }, 5, "5 pods, all of them away before the new ones start"],
    [
      "Deployment",
      { strategy: { rollingUpdate: { maxUnavailable: "25%", maxSurge: 0 } } },
      3,
      "3 pods, at most 1 away at a time",
    ],
    [
      "DaemonSet",
      { updateStrategy: { rollingUpdate: { maxUnavailable: "10%" } } },
      9,
      "9 pods, at most 1 away at a time",
    ],
    ["StatefulSet", {}, 1, "1 pod, at most 1 away at a time"],
    [
      "StatefulSet",
      { updateStrategy: { rollingUpdate: { partition: 2 } } },
      5,
      "5 pods, only those from number 2 on, at most 1 away at a time",
    ],
    ["DaemonSet", { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } }, 9, "9 pods, at most 2 away at a time"],
  ])("a changed template of a %s %j restarts its %i pods", (kind, spec, pods, text) => {
    expect(told(workload(kind, spec, pods), workload(kind, spec, pods), image)).toEqual([`restarts: ${text}`]);
  });

  test.each([
    ["Deployment", 7, "5 pods, at most 1 away at a time"],
    ["StatefulSet", 6, "5 pods, at most 1 away at a time"],
    ["Deployment", 3, "3 pods, at most 1 away at a time"],
  ])(
    "a %s of 5 replicas that has %i pods, its last rollout being stuck, restarts as many as it is to have",
    (kind, pods, text) => {
      const live = workload(kind, { replicas: 5 }, pods);
      expect(told(live, live, image)).toEqual([`restarts: ${text}`]);
    },
  );

  test.each([
    ["DaemonSet", { updateStrategy: { type: "OnDelete" } }, 5],
    ["StatefulSet", { updateStrategy: { rollingUpdate: { partition: 5 } } }, 5],
    ["Deployment", { paused: true }, 5],
    ["Deployment", {}, 0],
  ])("and of a %s %j with %3$i pods none", (kind, spec, pods) => {
    expect(told(workload(kind, spec, pods), workload(kind, spec, pods), image)).toEqual([]);
  });

  test("what is scaled to 0 stops, and does not restart besides", () => {
    expect(told(workload("Deployment", { replicas: 5 }), workload("Deployment", { replicas: 0 }), image)).toEqual([
      "stops: all 5 pods",
    ]);
    expect(told(workload("StatefulSet", { replicas: 1 }, 1), workload("StatefulSet", { replicas: 0 }, 1))).toEqual([
      "stops: its only pod",
    ]);
    expect(told(workload("Deployment", { replicas: 0 }, 0), workload("Deployment", { replicas: 0 }, 0))).toEqual([]);
  });

  test("a StatefulSet that lets its claims go with its pods may lose what they hold", () => {
    const policy = (whenScaled: string, replicas: number, whenDeleted = "Retain") =>
      workload("StatefulSet", { replicas, persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } });
    expect(told(policy("Delete", 3), policy("Delete", 2))).toEqual(["loses: the claims of the pods that go"]);
    expect(told(policy("Retain", 3), policy("Retain", 2))).toEqual([]);
    expect(told(policy("Retain", 3), policy("Delete", 3, "Delete"))).toEqual([
      "loses: its claims go when it is deleted",
      "loses: claims go when it is scaled down",
    ]);
  });

  test("what is scaled to 0 stops also where none of its pods runs yet, as they would come", () => {
    const live = object("apps/v1", "Deployment", { spec: { replicas: 5 }, status: {} });
    expect(told(live, workload("Deployment", { replicas: 0 }))).toEqual(["stops: its pods, of which none runs now"]);
  });

  test.each(["Deployment", "StatefulSet"])(
    "a %s that lets go of its claim writes to somewhere else from then on",
    (kind) => {
      const mounting = (...volumes: JsonObject[]) => workload(kind, { template: { spec: { volumes } } });
      const claim = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });
      const both = mounting(claim("orders"), claim("carts"));
      expect(told(both, mounting({ name: "orders", emptyDir: {} }))).toEqual([
        "loses: the claims orders, carts are not mounted any more",
      ]);
      expect(told(both, mounting(claim("orders")))).toEqual(["loses: the claim carts is not mounted any more"]);
      expect(told(mounting(claim("orders")), mounting({ ...claim("orders"), name: "renamed" }))).toEqual([]);
    },
  );

  test("fields that a definition describes no more go from what is stored", () => {
    const definition = (spec: JsonObject) =>
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
        spec: {
          versions: [
            { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { properties: { spec } } } },
          ],
        },
      });
    const text = { type: "string" };
    const item = (...names: string[]) => ({ properties: Object.fromEntries(names.map((name) => [name, text])) });
    const full = {
      properties: { size: text, rules: { items: item("from", "to") }, limits: { additionalProperties: item("cpu") } },
    };
    expect(told(definition(full), definition({ properties: { size: text } }))).toEqual([
      "loses: what is stored in spec.rules, spec.limits, which v1 does not describe any more",
    ]);
    expect(
      told(
        definition(full),
        definition({
          properties: { ...full.properties, rules: { items: item("to") }, limits: { additionalProperties: item() } },
        }),
      ),
    ).toEqual(["loses: what is stored in spec.rules[].from, spec.limits.*.cpu, which v1 does not describe any more"]);
    expect(told(definition(full), definition({ "x-kubernetes-preserve-unknown-fields": true }))).toEqual([]);
    expect(told(definition({ properties: { size: text } }), definition(full))).toEqual([]);
  });

  test("a default that a definition changes or takes back may be another value in what was stored before it", () => {
    const definition = (color: JsonObject, more: JsonObject = {}) =>
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
        spec: {
          versions: [
            {
              ...{ name: "v1", served: true, storage: true },
              schema: { openAPIV3Schema: { properties: { spec: { properties: { color, ...more } } } } },
            },
          ],
        },
      });
    const red = definition({ type: "string", default: "red" });
    const risk = "loses: spec.color of objects that were stored without it, since v1 changes its default";
    expect(told(red, definition({ type: "string", default: "blue" }))).toEqual([risk]);
    expect(told(red, definition({ type: "string" }))).toEqual([risk]);
    expect(told(red, definition({ type: "string", default: "red", maxLength: 5 }))).toEqual([]);
    // One more is planned in each object.
    expect(
      told(red, definition({ type: "string", default: "red" }, { size: { type: "integer", default: 1 } })),
    ).toEqual([]);
  });

  test("a volume that is kept no more when its claim goes may lose what it holds", () => {
    const volume = (persistentVolumeReclaimPolicy: string) =>
      object("v1", "PersistentVolume", { spec: { persistentVolumeReclaimPolicy } });
    expect(told(volume("Retain"), volume("Delete"))).toEqual(["loses: it goes with its claim"]);
    expect(told(volume("Delete"), volume("Retain"))).toEqual([]);
  });

  test("a version of a kind that is served no more stops whoever asks in it", () => {
    const version = (name: string, served = true, storage = false) => ({ name, served, storage });
    const definition = (...versions: JsonObject[]) =>
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
        spec: { versions },
        status: { storedVersions: ["v1alpha1", "v1"] },
      });
    const both = definition(version("v1alpha1"), version("v1", true, true));
    expect(told(both, definition(version("v1alpha1", false), version("v1", true, true)))).toEqual([
      "stops: serving v1alpha1",
    ]);
    expect(told(both, definition(version("v1", true, true)))).toEqual([
      "stops: serving v1alpha1",
      "stops: reading what is stored as v1alpha1",
    ]);
    expect(told(both, both)).toEqual([]);
  });

  test("what goes takes its shield, its storage or its scaling along", () => {
    const gone = (apiVersion: string, kind: string) =>
      risksOfDeletion({ apiVersion, kind, name: "web" }).map(({ kind, text }) => `${kind}: ${text}`);
    expect(gone("networking.k8s.io/v1", "NetworkPolicy")).toEqual([
      "exposes: its pods to everything, where no other policy selects them",
    ]);
    expect(gone("v1", "PersistentVolume")).toEqual(["loses: what is stored in it, unless the storage itself is kept"]);
    expect(gone("autoscaling/v2", "HorizontalPodAutoscaler")).toEqual(["stops: its workload is scaled no more"]);
    expect(gone("v1", "ConfigMap")).toEqual([]);
  });

  test("what somebody is deleting takes along what lives or is stored in it, though it is made anew", () => {
    const going = (apiVersion: string, kind: string) =>
      risksOfGoing({ apiVersion, kind, name: "web" }).map(({ kind, text }) => `${kind}: ${text}`);
    expect(going("v1", "PersistentVolumeClaim")).toEqual([
      "loses: somebody is deleting it, and what is stored in it may go with it",
    ]);
    expect(going("v1", "Namespace")).toEqual(["loses: somebody is deleting it, and everything in it goes with it"]);
    expect(going("v1", "ConfigMap")).toEqual([]);
  });

  test("a CronJob that is suspended stops", () => {
    const cron = (suspend: boolean) => object("batch/v1", "CronJob", { spec: { suspend } });
    expect(told(cron(false), cron(true))).toEqual(["stops: it is suspended"]);
    expect(told(cron(true), cron(false))).toEqual([]);
  });

  test("pods that get at their node are told once, and not when they did before", () => {
    const pod = (more: JsonObject, container: JsonObject = {}) =>
      object("apps/v1", "DaemonSet", {
        spec: { template: { spec: { containers: [{ name: "log", ...container }], ...more } } },
      });
    const open = pod(
      { hostNetwork: true, volumes: [{ name: "v", hostPath: { path: "/var/log" } }] },
      { securityContext: { privileged: true } },
    );
    expect(told(undefined, open)).toEqual([
      "opens-host: container `log` is privileged, hostNetwork, the node's /var/log",
    ]);
    expect(told(pod({ hostNetwork: true }), pod({ hostNetwork: true, hostPID: true }))).toEqual([
      "opens-host: hostPID",
    ]);
    expect(told(open, open)).toEqual([]);
  });
});

describe("rights", () => {
  const role = (...rules: JsonObject[]) => object(rbac, "ClusterRole", { rules });
  const on = (verbs: string[], resources: string[], more: JsonObject = {}) => ({
    apiGroups: [""],
    resources,
    verbs,
    ...more,
  });

  test.each([
    ["a verb more", [on(["get"], ["pods"])], [on(["get", "delete"], ["pods"])], ["may delete pods"]],
    [
      "the same said in two rules",
      [on(["get", "list"], ["pods"])],
      [on(["get"], ["pods"]), on(["list"], ["pods"])],
      [],
    ],
    ["what a star covered", [on(["*"], ["*"])], [on(["get"], ["secrets"])], []],
    [
      "a star of one group, which is not everything and holds a way to act as others",
      [on(["get"], ["pods"])],
      [on(["*"], ["*"])],
      ["may act as others (impersonate), do anything with everything of the core group"],
    ],
    [
      "every star, in the fewest words",
      [on(["get"], ["pods"])],
      [on(["*"], ["*"], { apiGroups: ["*"] })],
      ["may do anything with everything of every group"],
    ],
    [
      "escalate and bind, as what they come to and before the rest",
      [],
      [on(["get", "escalate", "bind"], ["clusterroles"], { apiGroups: ["rbac.authorization.k8s.io"] })],
      [
        "may give itself any right (escalate), bind roles of more rights than its own (bind), get clusterroles of rbac.authorization.k8s.io",
      ],
    ],
    [
      "escalate inside a star of verbs",
      [on(["get"], ["roles"], { apiGroups: ["*"] })],
      [on(["*"], ["roles"], { apiGroups: ["*"] })],
      [
        "may give itself any right (escalate), bind roles of more rights than its own (bind), do anything with roles of every group",
      ],
    ],
    [
      "binding one role only, which is no way to all of them",
      [],
      [on(["bind"], ["clusterroles"], { apiGroups: ["rbac.authorization.k8s.io"], resourceNames: ["view"] })],
      ["may bind clusterroles of rbac.authorization.k8s.io named view"],
    ],
    ["escalate that it had", [on(["*"], ["*"])], [on(["impersonate"], ["users"])], []],
    [
      "all names instead of one",
      [on(["get"], ["secrets"], { resourceNames: ["a"] })],
      [on(["get"], ["secrets"])],
      ["may get secrets"],
    ],
    [
      "one name more",
      [on(["get"], ["secrets"], { resourceNames: ["a"] })],
      [on(["get"], ["secrets"], { resourceNames: ["a", "b"] })],
      ["may get secrets named b"],
    ],
    ["a subresource of a star", [on(["get"], ["*/log"])], [on(["get"], ["pods/log"])], []],
    [
      "another group",
      [on(["get"], ["pods"])],
      [on(["get"], ["pods"], { apiGroups: ["", "x.io"] })],
      ["may get pods of x.io"],
    ],
    ["a path", [], [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }], ["may get /metrics"]],
    [
      "a path below",
      [{ nonResourceURLs: ["/a/*"], verbs: ["get"] }],
      [{ nonResourceURLs: ["/a/b"], verbs: ["get"] }],
      [],
    ],
    ["fewer", [on(["get", "list"], ["pods"])], [on(["get"], ["pods"])], []],
  ])("of a role: %s", (_, before, after, texts) => {
    expect(told(role(...before), role(...after))).toEqual(texts.map((text) => `grants: ${text}`));
  });

  const labelled = (labels: JsonObject, more: JsonObject = {}): KubeObject => ({
    apiVersion: rbac,
    kind: "ClusterRole",
    metadata: { name: "web", labels: labels as Record<string, string> },
    rules: [on(["get"], ["pods"])],
    ...more,
  });
  const toAdmin = { "rbac.authorization.k8s.io/aggregate-to-admin": "true" };

  test("a label that makes a role part of admin gives its rules to every admin, and so does each rule added later", () => {
    expect(told(labelled({}), labelled(toAdmin))).toEqual(["grants: its rules become part of ClusterRole admin"]);
    expect(told(labelled(toAdmin), labelled(toAdmin))).toEqual([]);
    expect(told(labelled(toAdmin), labelled(toAdmin, { rules: [on(["get", "delete"], ["pods"])] }))).toEqual([
      "grants: may delete pods; so may admin",
    ]);
    expect(told(labelled({}), labelled({ "rbac.authorization.k8s.io/aggregate-to-admin": "false" }))).toEqual([]);
  });

  test("a role that takes in others' rules is told by whose, where it takes in more than before", () => {
    const taking = (...clusterRoleSelectors: JsonObject[]) =>
      labelled({}, { aggregationRule: { clusterRoleSelectors } });
    const monitoring = { matchLabels: { monitoring: "true" } };
    const narrower = { matchLabels: { monitoring: "true", team: "a" } };
    const from = "grants: takes in the rules of";
    expect(told(labelled({}), taking(monitoring))).toEqual([`${from} ClusterRoles with monitoring=true`]);
    expect(told(taking(narrower), taking(monitoring))).toEqual([`${from} ClusterRoles with monitoring=true`]);
    expect(told(taking(monitoring), taking(narrower))).toEqual([]);
    expect(told(taking(monitoring), taking(monitoring, {}))).toEqual([`${from} every ClusterRole`]);
    const expression = { matchExpressions: [{ key: "team", operator: "In", values: ["b", "a"] }] };
    expect(told(labelled({}), taking(expression))).toEqual([`${from} ClusterRoles with team In (a, b)`]);
  });

  test("more rules than anybody can compare are told as that, at once", () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `r${index}`);
    expect(told(role(), role(on(names, names)))).toEqual(["grants: may do more than can be listed"]);
    const many = Array.from({ length: 60 }, () => on(names, ["pods"]));
    expect(told(role(...many), role(on(["more"], names)))).toEqual(["grants: may do more than can be listed"]);
    expect(told(role(), role(on(names, ["x".repeat(100_000)])))[0]!.length).toBeLessThan(600);
  });

  test("whoever is bound anew is named", () => {
    const binding = (...names: string[]) =>
      object(rbac, "RoleBinding", {
        roleRef: { kind: "ClusterRole", name: "admin" },
        subjects: names.map((name) => ({ kind: "ServiceAccount", namespace: "shop", name })),
      });
    expect(told(binding("a"), binding("a", "b"))).toEqual(["grants: ClusterRole admin to ServiceAccount shop/b"]);
    expect(told(binding("a", "b"), binding("b"))).toEqual([]);
  });
});

test("an object of another shape than its kind has is no fault", () => {
  for (const [apiVersion, kind] of [
    ["v1", "Service"],
    [rbac, "Role"],
    ["apps/v1", "Deployment"],
    ["apps/v1", "DaemonSet"],
    ["v1", "ServiceAccount"],
    ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"],
    ["networking.k8s.io/v1", "Ingress"],
    ["networking.k8s.io/v1", "NetworkPolicy"],
    ["gateway.networking.k8s.io/v1", "Gateway"],
    ["gateway.networking.k8s.io/v1", "HTTPRoute"],
    ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ]) {
    for (const body of [
      {},
      { spec: null },
      { spec: [] },
      { spec: { rules: [null, 3], ports: [{}], template: "x" }, rules: [null] },
      { spec: { ingress: [null], parentRefs: [1], listeners: [{}], versions: [null], podSelector: [] }, rules: {} },
    ]) {
      const odd = object(apiVersion!, kind!, body as JsonObject);
      expect(() => told(odd, odd)).not.toThrow();
      expect(() => told(undefined, odd)).not.toThrow();
    }
  }
});
