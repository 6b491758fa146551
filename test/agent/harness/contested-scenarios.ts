import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { planned, synced } from "./asked.ts";
import { config, deployment, service } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const probed = (port: number) => `${deployment("web", 0)}          livenessProbe: { grpc: { port: ${port} } }
          volumeMounts: [{ name: files, mountPath: /files }]
      volumes:
        - { name: files, configMap: { name: files, optional: true } }
  strategy: { type: Recreate }
`;
const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec:
  minAvailable: 1
  selector: { matchLabels: { app: web } }
`;

const editor = { manager: "kubectl-edit" };
const container = "/spec/template/spec/containers/0";
const putElsewhere = [
  { op: "replace", path: "/spec/strategy", value: { type: "RollingUpdate" } },
  { op: "remove", path: `${container}/livenessProbe/grpc` },
  { op: "add", path: `${container}/livenessProbe/httpGet`, value: { port: 8080 } },
  { op: "replace", path: `${container}/livenessProbe/timeoutSeconds`, value: 9 },
  { op: "replace", path: "/spec/template/spec/volumes/0", value: { name: "files", emptyDir: {} } },
];

/** Nobody but who tests writes it. */
const nightly = `apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "0 3 * * *"
  suspend: true
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: job
              image: busybox:1.37
              livenessProbe: { grpc: { port: 9090 } }
`;

const heldBy = ({ managedFields = [] }: KubeObject["metadata"], manager: string) =>
  managedFields.filter((one) => one.manager === manager).map(({ fieldsV1 }) => JSON.stringify(fieldsV1));

/** Fields of which only one may be set: what the server refuses beside ours. */
export const contestedScenarios: Scenarios = {
  "what somebody put in the place of a field that may be the only one goes for ours, and what else they set stays": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 811, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config("only"),
        "state/web.yaml": probed(9090),
        "state/budget.yaml": budget,
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "only", name: "web" };
      const pdb = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", namespace: "only", name: "web" };
      await kube.patch(web, putElsewhere, "json", editor);
      await kube.patch(pdb, { spec: { minAvailable: null, maxUnavailable: 1 } }, "merge", editor);
      await expect.poll(() => agent.of("drift").filter(({ outcome }) => outcome === "healed").length, long).toBe(2);
      expect(agent.of("drift").filter(({ outcome }) => outcome !== "healed")).toEqual([]);
      const told = Object.fromEntries(
        agent.of("drift").flatMap(({ fields }) => fields.map((one) => [one.path, `${one.cause} ${one.manager}`])),
      );
      const probe = "spec.template.spec.containers[web].livenessProbe";
      expect(told).toMatchObject({
        "spec.minAvailable": "drift unknown",
        "spec.maxUnavailable": "drift kubectl-edit",
        "spec.strategy.type": "drift kubectl-edit",
        [`${probe}.httpGet`]: "drift kubectl-edit",
        [`${probe}.grpc`]: "drift unknown",
        "spec.template.spec.volumes[files].emptyDir": "drift kubectl-edit",
      });
      const { strategy, template } = (await kube.get(web))!.spec as never as {
        strategy: object;
        template: { spec: { containers: { livenessProbe: object }[]; volumes: object[] } };
      };
      expect(strategy).toEqual({ type: "Recreate" });
      const [{ livenessProbe }] = template.spec.containers as [{ livenessProbe: object }];
      expect(livenessProbe).toMatchObject({ grpc: { port: 9090 }, timeoutSeconds: 9 });
      expect(livenessProbe).not.toHaveProperty("httpGet");
      expect(template.spec.volumes).toEqual([{ name: "files", configMap: expect.objectContaining({ name: "files" }) }]);
      const spec = (await kube.get(pdb))!.spec;
      expect(spec).toMatchObject({ minAvailable: 1 });
      expect(spec).not.toHaveProperty("maxUnavailable");
    }),

  "what somebody put in the place of a field that may be the only one is planned as drift, beside the pull request's": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 812, async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("beside-ours", "    heal: false\n"),
        "state/web.yaml": probed(9090),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "beside-ours", name: "web" };
      await kube.patch(web, putElsewhere, "json", editor);
      await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
      const of = { repositoryId: 812, system: "beside-ours" };
      const changes = { "state/web.yaml": probed(9091) };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      expect(plan.objects).toMatchObject([
        {
          action: "update",
          drifted: true,
          fields: expect.arrayContaining(
            [
              { path: "httpGet", cause: "drift", manager: "kubectl-edit" },
              { path: "grpc.port", cause: "pull-request", after: 9091 },
            ].map((one) =>
              expect.objectContaining({ ...one, path: `spec.template.spec.containers[web].livenessProbe.${one.path}` }),
            ),
          ),
        },
      ]);
      await synced(agent, expect, { ...of, sha: agent.repository.commit(changes) });
      const template = (await kube.get(web))!.spec as never as { template: { spec: { containers: [object] } } };
      expect(template.template.spec.containers[0]).toMatchObject({ livenessProbe: { grpc: { port: 9091 } } });
    }),

  "a Deployment can leave rolling updates, although the server itself put something beside them that nobody wrote": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 813, async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("rolling"),
        "state/web.yaml": deployment("web", 0),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const of = { repositoryId: 813, system: "rolling" };
      const changes = { "state/web.yaml": `${deployment("web", 0)}  strategy: { type: Recreate }\n` };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      expect(plan.objects).toMatchObject([
        {
          action: "update",
          drifted: false,
          fields: [
            { path: "spec.strategy.type", cause: "pull-request", before: "RollingUpdate", after: "Recreate" },
            { path: "spec.strategy.rollingUpdate", cause: "pull-request" },
          ],
        },
      ]);
      await synced(agent, expect, { ...of, sha: agent.repository.commit(changes) });
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "rolling", name: "web" };
      expect((await kube.get(web))?.spec).toMatchObject({ strategy: { type: "Recreate" } });
    }),

  "a container that Git drops goes with what somebody set in it, which the server would not have alone": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 814, async ({ agent, kube }) => {
      const sidecar = "        - name: sidecar\n          image: nginx:1.29\n";
      const both = `${deployment("web", 0)}${sidecar}`;
      const baseSha = agent.repository.commit({ ".trueup.yaml": config("sidecars"), "state/web.yaml": both });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "sidecars", name: "web" };
      const env = [{ op: "add", path: "/spec/template/spec/containers/1/env", value: [{ name: "DEBUG", value: "1" }] }];
      await kube.patch(web, env, "json", editor);
      const of = { repositoryId: 814, system: "sidecars" };
      const changes = { "state/web.yaml": deployment("web", 0) };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      expect(plan.objects).toMatchObject([
        {
          action: "update",
          drifted: false,
          fields: [{ path: "spec.template.spec.containers[sidecar]", cause: "pull-request" }],
        },
      ]);
      await synced(agent, expect, { ...of, sha: agent.repository.commit(changes) });
      const { template } = (await kube.get(web))!.spec as never as { template: { spec: { containers: object[] } } };
      expect(template.spec.containers).toMatchObject([{ name: "web" }]);
    }),

  "a port that Git renumbers is planned and there, although somebody else holds a part of the one before": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 815, async ({ agent, kube }) => {
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("renumbered", "    heal: false\n"),
        "state/web.yaml": service("port: 80, targetPort: 8080"),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const ref = { apiVersion: "v1", kind: "Service", namespace: "renumbered", name: "web" };
      await kube.patch(ref, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9090 }], "json", editor);
      await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
      const of = { repositoryId: 815, system: "renumbered" };
      const changes = { "state/web.yaml": service("port: 81, targetPort: 8080") };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      expect(plan.objects).toMatchObject([{ action: "update" }]);
      await synced(agent, expect, { ...of, sha: agent.repository.commit(changes) });
      expect((await kube.get(ref))?.spec).toMatchObject({ ports: [{ port: 81, targetPort: 8080 }] });
    }),

  "a merge that is refused does not put Git's former state in the place of what somebody set, nor take anything from them":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 816, async ({ agent, kube }) => {
        agent.repository.commit({ ".trueup.yaml": config("gone", "    heal: false\n"), "state/job.yaml": nightly });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const job = { apiVersion: "batch/v1", kind: "CronJob", namespace: "gone", name: "nightly" };
        const first = "/spec/jobTemplate/spec/template/spec/containers/0";
        const edits = [
          { op: "replace", path: `${first}/image`, value: "busybox:1.36" },
          { op: "remove", path: `${first}/livenessProbe/grpc` },
          { op: "add", path: `${first}/livenessProbe/httpGet`, value: { port: 8080 } },
          { op: "add", path: `${first}/startupProbe`, value: { httpGet: { port: 8080 } } },
        ];
        await kube.patch(job, edits, "json", editor);
        await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
        const drifted = (await kube.get(job))!;
        const sha = agent.repository.commit({
          "state/job.yaml": `${nightly}              startupProbe: { grpc: { port: 9090 } }\n`,
        });
        await expect
          .poll(() => agent.of("sync-result").at(-1), long)
          .toMatchObject({ sha, outcome: "failed", message: expect.stringContaining("Probe.grpc") });
        const { metadata, spec } = (await kube.get(job))!;
        expect([spec, metadata.generation]).toEqual([drifted.spec, drifted.metadata.generation]);
        for (const manager of [editor.manager, "trueup"]) {
          expect(heldBy(metadata, manager)).toEqual(heldBy(drifted.metadata, manager));
        }
      }),

  "a merge that is refused leaves everything with who holds it, also where two things were to be taken from them": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 817, async ({ agent, kube }) => {
      const sidecar = "        - name: sidecar\n          image: nginx:1.29\n";
      agent.repository.commit({
        ".trueup.yaml": config("kept", "    heal: false\n"),
        "state/web.yaml": `${deployment("web", 0)}${sidecar}`,
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const web = { apiVersion: "apps/v1", kind: "Deployment", namespace: "kept", name: "web" };
      const edits = [
        { op: "replace", path: `${container}/image`, value: "nginx:1.28" },
        { op: "add", path: `${container}/livenessProbe`, value: { httpGet: { port: 8080 } } },
        { op: "add", path: "/spec/template/spec/containers/1/env", value: [{ name: "DEBUG", value: "1" }] },
      ];
      await kube.patch(web, edits, "json", editor);
      await expect.poll(() => agent.of("drift").at(-1)?.outcome, long).toBe("reported");
      const drifted = (await kube.get(web))!;
      // Beside what somebody added of their own, and is not to be taken from them.
      const grpc = "          livenessProbe: { grpc: { port: 9090 } }\n";
      const sha = agent.repository.commit({ "state/web.yaml": `${deployment("web", 0)}${grpc}` });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ sha, outcome: "failed", message: expect.stringContaining("Probe.grpc") });
      const { metadata, spec } = (await kube.get(web))!;
      expect(spec).toEqual(drifted.spec);
      for (const manager of [editor.manager, "trueup"]) {
        expect(heldBy(metadata, manager)).toEqual(heldBy(drifted.metadata, manager));
      }
    }),
};
