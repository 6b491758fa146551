import { afterAll, beforeAll, expect, test } from "vitest";
import { podSecurityWarning } from "../../../../src/core/plan/pod-security/standards.ts";
import { loadKubeAccess } from "../../../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../../../src/kube/kube-client.ts";
import { openTransport } from "../../../../src/kube/transport.ts";
import { type ControlPlane, startControlPlane } from "../../../harness/control-plane.ts";
import { pods } from "./pods.ts";

let plane: ControlPlane;
let kube: KubeClient;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: plane.kubeconfig })));
  for (const { name, labels } of namespaces) {
    await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  }
});

afterAll(async () => {
  await kube?.close();
  await plane?.stop();
});

const prefix = "pod-security.kubernetes.io";
const namespaces = [
  { name: "baseline", labels: { [`${prefix}/enforce`]: "baseline" } },
  { name: "restricted", labels: { [`${prefix}/enforce`]: "restricted" } },
  { name: "earlier", labels: { [`${prefix}/enforce`]: "baseline", [`${prefix}/enforce-version`]: "v1.26" } },
  { name: "later", labels: { [`${prefix}/enforce`]: "restricted", [`${prefix}/enforce-version`]: "v1.99" } },
  { name: "warning", labels: { [`${prefix}/warn`]: "restricted" } },
];

test("the standards are those of the server's version", async () => {
  expect(await kube.version()).toBe("1.37");
});

test.each(Object.keys(pods))(
  "%s: told of a namespace that is not there yet as the server tells it of one that is",
  async (title) => {
    const template = pods[title]!;
    for (const { name, labels } of namespaces) {
      // What a later version lets by where a pod has users of its own is let by under an earlier one too.
      if (name === "earlier" && template.spec.hostUsers === false) continue;
      const said: string[] = [];
      await kube.apply(
        { apiVersion: "v1", kind: "PodTemplate", metadata: { name: "web", namespace: name }, template },
        { dryRun: true, force: true, warned: (texts) => void said.push(...texts) },
      );
      const told = [podSecurityWarning(template, labels, 37)].filter((text) => text !== undefined);
      expect({ name, told }).toEqual({ name, told: said.filter((text) => text.startsWith("would violate")) });
    }
  },
);
