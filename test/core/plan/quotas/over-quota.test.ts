import { describe, expect, test } from "vitest";
import type { Json, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { grows, type Outcome, overQuota } from "../../../../src/core/plan/quotas/over-quota.ts";

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
const told = (outcomes: Outcome[], quotas: KubeObject[], limitRanges: KubeObject[] = []) =>
  overQuota(outcomes, { quotas, limitRanges }).map(({ key, what, needs }) => `${key} ${what}: ${needs}`);

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

  test("a quota that is for some pods only says nothing of the others", () => {
    const hard = { pods: "0" };
    expect(told([deployment(workload("web", 1))], [quota(hard, {}, { scopes: ["BestEffort"] })])).toEqual([]);
  });
});

describe("workloads whose pods do not fit", () => {
  const half = { requests: { cpu: "500m" }, limits: { memory: "1Gi" } };

  test("the pods that are there are counted already", () => {
    const live = workload("web", 2, half, { replicas: 2 });
    const hard = quota({ pods: "3", "requests.cpu": "2" }, { pods: "2", "requests.cpu": "1" });
    expect(told([deployment(workload("web", 3, half), live)], [hard])).toEqual([]);
    expect(told([deployment(workload("web", 5, half), live)], [hard])).toEqual([
      "web pods: pods 3, and the quota `team` leaves 1; requests.cpu 1500m, and the quota `team` leaves 1",
    ]);
  });

  test("one that shrinks makes room for another", () => {
    const shrinks = deployment(workload("b", 1), workload("b", 3, {}, { replicas: 3 }));
    const hard = quota({ pods: "3" }, { pods: "3" });
    expect(told([deployment(workload("a", 2)), shrinks], [hard])).toEqual([]);
    expect(told([deployment(workload("a", 3)), shrinks], [hard])).toEqual([
      "a pods: pods 3, and the quota `team` leaves 2",
    ]);
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
