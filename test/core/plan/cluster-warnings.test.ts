import { describe, expect, test } from "vitest";
import { warningFindings } from "../../../src/agent/plan/warning-findings.ts";
import { readManifests } from "../../../src/core/manifest/read-manifests.ts";
import { clusterWarnings, withClusterFindings } from "../../../src/core/plan/cluster-warnings.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      nodeSelector:
        beta.kubernetes.io/os: linux
      containers:
        - name: side
          image: side:1
        - name: web
          image: web:1
          ports:
            - containerPort: 80
            - containerPort: 80
`;
const source = readManifests([{ path: "web.yaml", content: deployment }]).objects[0]!;
const violates = (level: string, version = "latest") =>
  `would violate PodSecurity "${level}:${version}": privileged (container "web" must not set securityContext.privileged=true)`;
const enforce = (level: string, version?: string) => ({
  "pod-security.kubernetes.io/enforce": level,
  ...(version === undefined ? {} : { "pod-security.kubernetes.io/enforce-version": version }),
});

describe("what the cluster takes and warns of", () => {
  test.each([
    ["spec.template.spec.containers[1].ports[1]: duplicate port definition", 18],
    ["spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14", 10],
    ["apps/v1 Deployment is deprecated in v1.99+", 1],
    ["Validation failed for ValidatingAdmissionPolicy 'x' with binding 'y': no", 1],
    [violates("restricted"), 14],
  ])("%s is a warning on its line", (text, line) => {
    expect(clusterWarnings(source, [text], {})).toMatchObject([
      { file: "web.yaml", line, severity: "warning", message: `The cluster warns: ${text}` },
    ]);
  });

  test.each([
    ["restricted", enforce("restricted"), "error"],
    ["baseline", enforce("restricted"), "error"],
    ["restricted", enforce("baseline"), "warning"],
    ["restricted", enforce("privileged"), "warning"],
    ["restricted", enforce("restricted", "v1.24"), "warning"],
  ])("pods against %s where %o is enforced: %s", (level, labels, severity) => {
    expect(clusterWarnings(source, [violates(level)], labels)).toMatchObject([{ line: 14, severity }]);
  });

  test("a workload that is taken and whose pods are not says so before the merge", () => {
    const [finding] = clusterWarnings(source, [violates("restricted")], enforce("restricted"));
    expect(finding).toMatchObject({
      rule: "refused-by-cluster",
      message:
        'The cluster would take this Deployment and none of its pods: the namespace `shop` enforces the Pod Security level `restricted`: `privileged` (`container "web" must not set securityContext.privileged=true`)',
    });
  });
});

test("a Pod Security level that the pull request itself takes off is no error of its workloads", async () => {
  const live = { metadata: { labels: enforce("restricted") } };
  const kube = { get: async () => live } as unknown as KubeClient;
  const namespace = (labels: string) =>
    readManifests([
      { path: "ns.yaml", content: `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {${labels}}}\n` },
    ]).objects[0]!;
  const severities = async (merge: (typeof source)[]) =>
    (await warningFindings({ kube, merge }, source, [violates("restricted")])).map(({ severity }) => severity);
  expect(await severities([source])).toEqual(["error"]);
  expect(await severities([source, namespace("")])).toEqual(["warning"]);
  expect(await severities([source, namespace("pod-security.kubernetes.io/enforce: restricted")])).toEqual(["error"]);
});

test("a version that is deprecated is told once", () => {
  const place = { file: "web.yaml", line: 1, column: 1, pointer: "/apiVersion", severity: "warning" } as const;
  const offline = (message: string) => [{ ...place, rule: "deprecated-version", message }];
  const known = clusterWarnings(source, ["apps/v1 Deployment is deprecated in v1.99+"], {});
  expect(
    withClusterFindings(offline("Deployment of `apps/v1` is deprecated since Kubernetes 1.99."), known),
  ).toHaveLength(1);
  const own = clusterWarnings(source, ["use v2"], {});
  const told = offline("Shape of `x/v1` is deprecated by its CustomResourceDefinition: use v2.");
  expect(withClusterFindings(told, own)).toEqual(told);
  expect(withClusterFindings([], own)).toEqual(own);
});
