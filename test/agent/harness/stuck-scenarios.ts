import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { config, deployment } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const placed = (line: string) => deployment("web", 1).replace("      containers:", `      ${line}\n      containers:`);

const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  resources: { requests: { storage: 1Gi } }
`;

const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: "kept-back", name: "none" };

const set = deployment("db", 1).replace("kind: Deployment", "kind: StatefulSet");

async function listed(kube: KubeClient, kind: string, namespace: string): Promise<KubeObject[]> {
  return (await kube.list((await kube.discovery.find("v1", kind))!, { namespace })).items;
}

/** As a node or a controller tells it. */
async function tellOf(kube: KubeClient, about: KubeObject, said: { type: string; reason: string; message: string }) {
  const { name, namespace = "", uid = "" } = about.metadata;
  const lastTimestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  await kube.create({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${said.reason.toLowerCase()}`, namespace },
    involvedObject: { apiVersion: "v1", kind: about.kind, namespace, name, uid },
    ...said,
    lastTimestamp,
  });
}

/** Rollouts that nothing says are broken, and that come to no end. */
export const stuckScenarios: Scenarios = {
  "pods that no node takes are no failure before the time is over, then the scheduler's reason is told": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 701, async ({ agent }) => {
      const patient = agent.repository.commit({
        ".trueup.yaml": config("nowhere", "    timeout: 1h\n"),
        "state/web.yaml": placed("nodeSelector: { disk: floppy }"),
      });
      await agent.start();
      const reason =
        "no node takes its pod: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector";
      await expect
        .poll(() => agent.of("sync-progress").at(-1), long)
        .toMatchObject({ sha: patient, message: `web 0 of 1 pods ready: ${reason}` });
      expect(agent.of("sync-result")).toEqual([]);

      // The same objects, and so the same pods.
      const sha = agent.repository.commit({ ".trueup.yaml": config("nowhere", "    timeout: 1s\n") });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({
          sha,
          outcome: "failed",
          message: `not healthy after 1 s: ${reason}`,
          details: [`Deployment \`nowhere/web\`: not healthy after 1 s: ${reason}. None of its pods serves.`],
        });
      const good = agent.repository.commit({ "state/web.yaml": deployment("web", 1) });
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha: good, outcome: "healthy" });
    }),

  "a Deployment that gives up is told with the reason of its pods, and not only that it gave up": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 704, async ({ agent }) => {
      agent.repository.commit({
        ".trueup.yaml": config("given-up"),
        "state/web.yaml": placed("nodeSelector: { disk: floppy }").replace(
          "spec:",
          "spec:\n  progressDeadlineSeconds: 1",
        ),
      });
      await agent.start();
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({
          outcome: "failed",
          message: expect.stringMatching(/has timed out progressing: no node takes its pod: 0\/1 nodes are available/),
        });
    }),

  "what is stuck and does not say why is told with the newest warning about it, made safe": (kubeconfig, expect) =>
    withAgent(kubeconfig, 702, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("silent", "    timeout: 1h\n"),
        // Nobody looks after the pod, so that its status tells nothing.
        "state/web.yaml": placed("schedulerName: nobody"),
      });
      await agent.start();
      await expect.poll(() => listed(kube, "Pod", "silent"), long).toHaveLength(1);
      const [pod] = (await listed(kube, "Pod", "silent")) as [KubeObject];
      await tellOf(kube, pod, { type: "Normal", reason: "Scheduled", message: "it goes well" });
      const hostile = "MountVolume.SetUp failed:\n@everyone mount postgres://app:hunter2@db.example/x\n> [!NOTE]";
      await tellOf(kube, pod, { type: "Warning", reason: "FailedMount", message: hostile });

      const sha = agent.repository.commit({ ".trueup.yaml": config("silent", "    timeout: 1s\n") });
      const mount =
        "FailedMount: MountVolume.SetUp failed: @everyone mount postgres://app:********@db.example/x > [!NOTE]";
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({
          sha,
          outcome: "failed",
          message: `not healthy after 1 s: ${mount}`,
          details: [`Deployment \`silent/web\`: not healthy after 1 s: ${mount}. None of its pods serves.`],
        });
      expect(JSON.stringify(agent.messages)).not.toContain("hunter2");
    }),
};

/** The same where the controllers themselves find what is wrong. */
export const keptBackScenarios: Scenarios = {
  "pods that a quota refuses and a claim without a volume are told in the words of their controllers": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 703, async ({ agent, kube }) => {
      await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kept-back" } });
      const { name, namespace, ...typed } = quota;
      await kube.create({ ...typed, metadata: { name, namespace }, spec: { hard: { pods: "0" } } });
      // Until somebody has counted, pods are refused for that.
      await expect.poll(async () => (await kube.get(quota))?.status, long).toMatchObject({ used: { pods: "0" } });
      agent.repository.commit({
        ".trueup.yaml": config("kept-back", "    timeout: 1h\n"),
        "state/data.yaml": claim,
        "state/web.yaml": deployment("web", 1),
        "state/db.yaml": set,
      });
      await agent.start();
      const told = async () => (await listed(kube, "Event", "kept-back")).map(({ reason }) => reason);
      await expect.poll(told, long).toEqual(expect.arrayContaining(["FailedCreate", "FailedBinding"]));
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "kept-back", name: "web" };
      await expect.poll(async () => JSON.stringify((await kube.get(web))?.status), long).toContain("exceeded quota");

      const sha = agent.repository.commit({ ".trueup.yaml": config("kept-back", "    timeout: 1s\n") });
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "failed" });
      const { message, details = [] } = agent.of("sync-result").at(-1)!;
      const refused = "its pods are forbidden: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0";
      expect(details.toSorted()).toEqual([
        `Deployment \`kept-back/web\`: not healthy after 1 s: ${refused}`,
        "PersistentVolumeClaim `kept-back/data`: not healthy after 1 s: FailedBinding: no persistent volumes available for this claim and no storage class is set",
        `StatefulSet \`kept-back/db\`: not healthy after 1 s: FailedCreate: ${refused}. None of its pods serves.`,
      ]);
      expect(details.some((detail) => detail.includes(message!))).toBe(true);
    }),
};
