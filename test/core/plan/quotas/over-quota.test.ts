import { describe, expect, test } from "vitest";
import type { Json, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { grows, type Outcome } from "../../../../src/core/plan/quotas/growth.ts";
import { overQuota } from "../../../../src/core/plan/quotas/over-quota.ts";
import { containerDefaults } from "../../../../src/core/plan/quotas/pod-amounts.ts";
import { hasScopes, quotaOf, uncounted } from "../../../../src/core/plan/quotas/quota.ts";
import { fitsIn, quotaRefusal } from "../../../../src/core/plan/quotas/quota-refusal.ts";
import { countedBy, usageOf } from "../../../../src/core/plan/quotas/usage.ts";
import { usedBeyond } from "../../../../src/core/plan/quotas/used-beyond.ts";

type Fields = Record<string, Json>;

const object = (apiVersion: string, kind: string, name: string, more: Record<string, Json> = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  ...more,
});
const quota = (hard: Fields, used: Fields = {}, spec: Fields = {}) =>
  object("v1", "ResourceQuota", "team", { spec: { hard, ...spec }, status: { used } });
const becomes = (after: KubeObject, plural: string, live?: KubeObject): Outcome => ({
  key: after.metadata.name,
  live,
  after,
  plural,
});
const configMap = (name: string) => becomes(object("v1", "ConfigMap", name), "configmaps");
const workload = (name: string, replicas: number, resources: Fields = {}, status: Fields = {}) =>
  object("apps/v1", "Deployment", name, {
    spec: { replicas, template: { spec: { containers: [{ name: "web", resources }] } } },
    status,
  });
const deployment = (after: KubeObject, live?: KubeObject) => becomes(after, "deployments", live);
const limitsOf = (quotas: KubeObject[], limitRanges: KubeObject[] = []) => {
  const nothing = new Map(quotas.flatMap(uncounted).map((name) => [name, 0n]));
  return { quotas: quotas.map((one) => quotaOf(one, nothing)), defaults: containerDefaults(limitRanges) };
};
const told = (outcomes: Outcome[], quotas: KubeObject[], limitRanges: KubeObject[] = []) =>
  overQuota(outcomes, limitsOf(quotas, limitRanges)).map(({ key, what, needs }) => `${key} ${what}: ${needs}`);

describe("objects that are taken one by one and not together", () => {
  test.each(["configmaps", "count/configmaps"])("the one that %s has no room for is refused", (name) => {
    const three = ["a", "b", "c"].map(configMap);
    expect(told(three, [quota({ [name]: "3" }, { [name]: "1" })])).toEqual([
      `c refused: ${name} 1, and the quota \`team\` leaves 0`,
    ]);
    expect(told(three, [quota({ [name]: 4 }, { [name]: "1" })])).toEqual([]);
  });

  test("a claim that is too large leaves its room to the next one", () => {
    const claim = (name: string, storage: string) =>
      becomes(
        object("v1", "PersistentVolumeClaim", name, { spec: { resources: { requests: { storage } } } }),
        "persistentvolumeclaims",
      );
    expect(
      told([claim("a", "6Gi"), claim("b", "5Gi"), claim("c", "3Gi")], [quota({ "requests.storage": "10Gi" })]),
    ).toEqual(["b refused: requests.storage 5Gi, and the quota `team` leaves 4Gi"]);
  });

  test("a Service that comes to be balanced counts, and one that stays so does not", () => {
    const service = (name: string, type: string) => object("v1", "Service", name, { spec: { type, ports: [{}] } });
    const hard = [quota({ "services.loadbalancers": "1" }, { "services.loadbalancers": "1" })];
    const balanced = service("web", "LoadBalancer");
    expect(told([becomes(balanced, "services", service("web", "ClusterIP"))], hard)).toHaveLength(1);
    expect(told([becomes(balanced, "services", balanced)], hard)).toEqual([]);
  });

  test("a quota that is for some pods only is known for one", () => {
    expect(hasScopes(quota({ pods: "0" }, {}, { scopes: ["BestEffort"] }))).toBe(true);
    expect(hasScopes(quota({ pods: "0" }, {}, { scopeSelector: { matchExpressions: [{}] } }))).toBe(true);
    expect(hasScopes(quota({ pods: "0" }))).toBe(false);
  });
});

describe("workloads whose pods do not fit", () => {
  const half = { requests: { cpu: "500m" }, limits: { memory: "1Gi" } };

  test("the pods that are there are counted already", () => {
    const live = workload("web", 2, half, { replicas: 2 });
    const hard = quota({ pods: "3", "requests.cpu": "2" }, { pods: "2", "requests.cpu": "1" });
    expect(told([deployment(workload("web", 3, half), live)], [hard])).toEqual([]);
    expect(told([deployment(workload("web", 5, half), live)], [hard])).toEqual([
      "web pods: 3 pods, and the quota `team` leaves 1; requests.cpu 1500m, and the quota `team` leaves 1",
    ]);
  });

  test("one that shrinks makes room for another", () => {
    const shrinks = deployment(workload("b", 1), workload("b", 3, {}, { replicas: 3 }));
    const hard = quota({ pods: "3" }, { pods: "3" });
    expect(told([deployment(workload("a", 2)), shrinks], [hard])).toEqual([]);
    expect(told([deployment(workload("a", 3)), shrinks], [hard])).toEqual([
      "a pods: 3 pods, and the quota `team` leaves 2",
    ]);
  });

  test("one that is paused gets none, and a Job that is suspended neither, so that nobody is warned of them", () => {
    const pausedWeb = workload("web", 3);
    const paused = { ...pausedWeb, spec: { ...(pausedWeb.spec as Fields), paused: true } };
    const job = (more: Fields) =>
      becomes(object("batch/v1", "Job", "job", { spec: { parallelism: 3, template: { spec: {} }, ...more } }), "jobs");
    const hard = quota({ pods: "2" });
    expect(told([deployment(paused)], [hard])).toEqual([]);
    expect(told([job({ suspend: true })], [hard])).toEqual([]);
    const warned = [expect.stringContaining("3 pods, and the quota `team` leaves 2")];
    expect(told([deployment(pausedWeb)], [hard])).toEqual(warned);
    expect(told([job({})], [hard])).toEqual(warned);
  });

  test("what a container does not ask for it gets of the limit range", () => {
    const range = object("v1", "LimitRange", "usual", {
      spec: { limits: [{ type: "Container", default: { memory: "1Gi" }, defaultRequest: { memory: "512Mi" } }] },
    });
    const hard = quota({ "requests.memory": "1Gi", "limits.memory": "4Gi" });
    expect(told([deployment(workload("web", 3))], [hard], [range])).toEqual([
      "web pods: requests.memory 1536Mi, and the quota `team` leaves 1Gi",
    ]);
    expect(told([deployment(workload("web", 3))], [hard])).toEqual([]);
  });

  test("one that is refused itself has no pods to tell of", () => {
    const hard = quota({ pods: "0", "count/deployments.apps": "0" });
    expect(told([deployment(workload("web", 1))], [hard])).toEqual([
      "web refused: count/deployments.apps 1, and the quota `team` leaves 0",
    ]);
  });

  test("a container that starts before the others counts where it needs more than they do", () => {
    const pod = object("v1", "Pod", "job", {
      spec: {
        initContainers: [
          { name: "side", restartPolicy: "Always", resources: { requests: { cpu: "1" } } },
          { name: "first", resources: { requests: { cpu: "3" } } },
        ],
        containers: [{ name: "web", resources: { requests: { cpu: "1" } } }],
      },
    });
    expect(told([becomes(pod, "pods")], [quota({ cpu: "3" })])).toEqual([
      "job refused: cpu 4, and the quota `team` leaves 3",
    ]);
  });
});

test("an image, a label or fewer replicas are no reason to look at quotas", () => {
  const live = workload("web", 2, { requests: { cpu: "1" } });
  expect(grows(deployment(workload("web", 1, { requests: { cpu: "1" } }), live))).toBe(false);
  expect(grows(deployment(workload("web", 2, { requests: { cpu: "1000m" } }), live))).toBe(false);
  expect(grows(deployment(workload("web", 2, { requests: { cpu: "2" } }), live))).toBe(true);
  expect(grows({ ...configMap("a"), live: configMap("a").after })).toBe(false);
});

describe("a quota that is new", () => {
  test("is held against what is there already, of which nobody has counted anything for it", () => {
    const pod = (name: string, phase: string) => ({
      plural: "pods",
      object: object("v1", "Pod", name, {
        spec: { containers: [{ name: "web", resources: { requests: { cpu: "500m" } } }] },
        status: { phase },
      }),
    });
    const claim = object("v1", "PersistentVolumeClaim", "data", {
      spec: { storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
    });
    const there = [pod("a", "Running"), pod("b", "Pending"), pod("c", "Succeeded")];
    const used = usageOf([...there, { plural: "persistentvolumeclaims", object: claim }]);
    const inWhole = (name: string) => Number(used.get(name)) / 1e9;
    expect(["pods", "count/pods", "cpu", "requests.cpu"].map(inWhole)).toEqual([2, 3, 1, 1]);
    expect(["requests.storage", "fast.storageclass.storage.k8s.io/persistentvolumeclaims"].map(inWhole)).toEqual([
      2 ** 30,
      1,
    ]);
    const made = object("v1", "ResourceQuota", "team", { spec: { hard: { pods: "3" } } });
    const limits = { quotas: [quotaOf(made, used)], defaults: containerDefaults([]) };
    expect(overQuota([deployment(workload("web", 2))], limits)).toMatchObject([
      { needs: "2 pods, and the quota `team` leaves 1" },
    ]);
  });

  test.each([
    ["count/widgets.first.example", "first.example", "widgets"],
    ["count/secrets", "", "secrets"],
    ["configmaps", "", "configmaps"],
    ["services.nodeports", "", "services"],
    ["requests.storage", "", "persistentvolumeclaims"],
    ["fast.storageclass.storage.k8s.io/requests.storage", "", "persistentvolumeclaims"],
    ["requests.nvidia.com/gpu", "", "pods"],
    ["limits.memory", "", "pods"],
  ])("counts %s among the right things", (name, group, plural) => {
    expect(countedBy(name)).toEqual({ group, plural });
  });

  test("says nothing of what may not be looked at", () => {
    const hard = { pods: "0", "acme.example/seats": "0" };
    const made = object("v1", "ResourceQuota", "team", { spec: { hard } });
    expect([...quotaOf(made, new Map([["pods", 0n]])).hard.keys()]).toEqual(["pods"]);
  });
});

describe("a quota that is raised", () => {
  const words =
    'services "b" is forbidden: exceeded quota: team, requested: requests.cpu=500m,services=1, used: requests.cpu=1,services=2, limited: requests.cpu=1,services=2';

  test("makes room for what the server refuses only as it is now", () => {
    const refusal = quotaRefusal(words)!;
    expect(refusal.quota).toBe("team");
    expect(fitsIn(refusal, quota({ services: "3", "requests.cpu": "1500m" }))).toBe(true);
    expect(fitsIn(refusal, quota({ services: "3" }))).toBe(true);
    expect(fitsIn(refusal, quota({ services: "2", "requests.cpu": "2" }))).toBe(false);
    expect(fitsIn(refusal, quota({ services: "4", "requests.cpu": "1200m" }))).toBe(false);
  });

  test("has nothing to do with another refusal", () => {
    expect(quotaRefusal('admission webhook "x" denied the request: quota')).toBeUndefined();
  });
});

describe("a quota that allows less than is in use", () => {
  const lowered = (hard: Fields, was: Fields, used: Fields) => becomes(quota(hard, used), "resourcequotas", quota(was));
  const beyond = (one: Outcome, others: Outcome[] = [], deleted: KubeObject[] = []) =>
    usedBeyond(
      one,
      [one, ...others],
      limitsOf([one.after]),
      deleted.map((object) => ({ object, plural: "deployments" })),
    )?.told;

  test("is told of, where it allows less than before", () => {
    expect(beyond(lowered({ pods: "3" }, { pods: "9" }, { pods: "5" }))).toBe("pods 5 of 3");
    expect(beyond(lowered({ pods: "3", secrets: "1" }, { pods: "3" }, { pods: "5", secrets: "2" }))).toBe(
      "secrets 2 of 1",
    );
    expect(beyond(lowered({ pods: "5" }, { pods: "9" }, { pods: "5" }))).toBeUndefined();
    expect(beyond(lowered({ pods: "4" }, { pods: "3" }, { pods: "5" }))).toBeUndefined();
  });

  test("but not where the same merge shrinks or deletes enough of it", () => {
    const one = lowered({ pods: "3" }, { pods: "9" }, { pods: "5" });
    const there = workload("web", 4, {}, { replicas: 4 });
    expect(beyond(one, [deployment(workload("web", 3), there)])).toBe("pods 4 of 3");
    expect(beyond(one, [deployment(workload("web", 2), there)])).toBeUndefined();
    expect(beyond(one, [], [there])).toBeUndefined();
    expect(beyond(one, [deployment(workload("more", 2))], [workload("web", 1, {}, { replicas: 1 })])).toBe(
      "pods 4 of 3",
    );
  });
});
