import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { planned } from "./asked.ts";
import { config, configMap } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

/** @param more fields of the spec @param memory as the manifest writes it */
const workload = (kind: string, name: string, more: string, { image = "nginx:1.29", memory = "1Gi" } = {}) =>
  `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${more}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - { name: web, image: "${image}", resources: { requests: { memory: "${memory}" } } }
`;

/** Uids of what runs, by the workload and the pods' own names. */
async function podsOf(kube: KubeClient, namespace: string, app: string): Promise<Record<string, string>> {
  const pods = (await kube.list((await kube.discovery.find("v1", "Pod"))!, { namespace })).items;
  const own = pods.filter(({ metadata }) => metadata.labels?.app === app && metadata.deletionTimestamp === undefined);
  return Object.fromEntries(own.map(({ metadata }) => [metadata.name, metadata.uid!]));
}

/** What the controllers of a real control plane do to pods. */
export const rolloutScenarios: Scenarios = {
  "an amount that is written otherwise replaces the pods of a StatefulSet alone, and is told of it alone, be it drift or a merge":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 920, async ({ agent, kube }) => {
        const written = (memory: string) => ({
          "state/db.yaml": workload("StatefulSet", "db", "replicas: 2", { memory }),
          "state/web.yaml": workload("Deployment", "web", "replicas: 2", { memory }),
          "state/node.yaml": workload("DaemonSet", "node", "minReadySeconds: 0", { memory }),
        });
        const system = config("written", "    heal: false\n");
        const [plain, short] = ["1073741824", "1Gi"];
        const baseSha = agent.repository.commit({ ".trueup.yaml": system, ...written(plain) });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const of = { repositoryId: 920, system: "written" };
        const other = { "state/a.json": configMap("a", {}) };
        const own = (plan: { objects: { kind: string }[] }) => plan.objects.filter(({ kind }) => kind !== "ConfigMap");
        expect(own(await planned(agent, expect, { ...of, baseSha }, other))).toEqual([]);

        const field = { path: "spec.template.spec.containers[web].resources.requests.memory", after: short };
        const told = (cause: object, pods = expect.stringMatching(/^2 pods, at most 1 away at a time$/)) => [
          {
            name: "db",
            fields: [{ ...field, before: plain, ...cause }],
            risks: [{ kind: "restarts", text: pods }],
          },
        ];
        const plan = await planned(agent, expect, { ...of, baseSha }, written(short));
        expect(plan.objects.filter(({ action }) => action !== "unchanged")).toMatchObject(
          told({ cause: "pull-request" }),
        );
        const running = async () => Promise.all(["db", "web", "node"].map((app) => podsOf(kube, "written", app)));
        const [dbBefore, ...othersBefore] = await running();
        const sha = agent.repository.commit(written(short));
        await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
        const done = agent
          .of("sync-result")
          .at(-1)
          ?.objects.filter(({ fields }) => fields.length > 0);
        expect(done).toMatchObject([{ name: "db", fields: [{ ...field, before: plain }] }]);
        const isReplaced = async (name: string, before = dbBefore!) => {
          const now = (await podsOf(kube, "written", "db"))[name];
          return now !== undefined && now !== before[name];
        };
        for (const name of ["db-0", "db-1"]) await expect.poll(() => isReplaced(name), long).toBe(true);
        expect((await running()).slice(1)).toEqual(othersBefore);
        expect(own(await planned(agent, expect, { ...of, baseSha: sha }, other))).toEqual([]);

        // The same by hand, in all three: merging, or healing, puts it back.
        const inAll = async () => {
          const path = "/spec/template/spec/containers/0/resources/requests/memory";
          for (const [kind, name] of [
            ["StatefulSet", "db"],
            ["Deployment", "web"],
            ["DaemonSet", "node"],
          ] as const) {
            const ref = { apiVersion: "apps/v1", kind, namespace: "written", name };
            await kube.patch(ref, [{ op: "replace", path, value: plain }], "json", { manager: "mona" });
          }
        };
        await inAll();
        const drifted = await planned(agent, expect, { ...of, baseSha: sha }, other);
        // Its controller is replacing them for what was done by hand.
        const pods = expect.stringMatching(/^[12] pods?, at most 1 away at a time$/);
        expect(own(drifted)).toMatchObject(told({ cause: "drift", manager: "mona" }, pods));
        agent.repository.commit({ ".trueup.yaml": config("written") });
        const memory = async () => {
          const db = await kube.get({ apiVersion: "apps/v1", kind: "StatefulSet", namespace: "written", name: "db" });
          return JSON.stringify((db as KubeObject).spec).match(/"memory":"(\w+)"/)?.[1];
        };
        await expect.poll(memory, long).toBe(short);
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        await inAll();
        const healed = () => agent.of("drift").filter(({ outcome }) => outcome === "healed");
        await expect
          .poll(healed, long)
          .toMatchObject([{ object: { name: "db" }, fields: [{ ...field, manager: "mona" }] }]);
        expect(await memory()).toBe(short);
      }),

  "a template that was changed while its pods were held back restarts them with the merge that lets them go, and the plan says so":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 921, async ({ agent, kube }) => {
        const written = (image: string, [paused, partition, type]: [boolean, number, string]) => ({
          "state/db.yaml": workload(
            "StatefulSet",
            "db",
            `replicas: 3\n  updateStrategy: { rollingUpdate: { partition: ${partition} } }`,
            { image },
          ),
          "state/web.yaml": workload("Deployment", "web", `replicas: 2\n  paused: ${paused}`, { image }),
          "state/node.yaml": workload("DaemonSet", "node", `updateStrategy: { type: ${type} }`, { image }),
        });
        const [held, free] = [
          [true, 2, "OnDelete"],
          [false, 0, "RollingUpdate"],
        ] as [[boolean, number, string], [boolean, number, string]];
        agent.repository.commit({
          ".trueup.yaml": config("let-go", "    timeout: 20s\n"),
          ...written("nginx:1.29", free),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const running = () => Promise.all(["db", "web", "node"].map((app) => podsOf(kube, "let-go", app)));
        const [db, web, node] = await running();

        // A Deployment that is paused does not come to be healthy, and nobody is to wait for it.
        const system = config("let-go", "    timeout: 1s\n");
        const baseSha = agent.repository.commit({ ".trueup.yaml": system, ...written("nginx:1.30", held) });
        await expect.poll(() => agent.of("sync-result").at(-1)?.sha, long).toBe(baseSha);
        await expect.poll(async () => (await running())[0]!["db-2"], long).not.toBe(db!["db-2"]);
        const seen = async (kind: string, name: string) => {
          const ref = { apiVersion: "apps/v1", kind, namespace: "let-go", name };
          const { metadata, status } = (await kube.get(ref))! as KubeObject & { status: Record<string, unknown> };
          return [metadata.generation === status.observedGeneration, status.updatedReplicas ?? 0];
        };
        await expect.poll(() => seen("StatefulSet", "db"), long).toEqual([true, 1]);
        await expect.poll(() => seen("Deployment", "web"), long).toEqual([true, 0]);
        await expect.poll(() => seen("DaemonSet", "node"), long).toEqual([true, 0]);
        expect((await running()).slice(1)).toEqual([web, node]);

        const of = { repositoryId: 921, system: "let-go", baseSha };
        const plan = await planned(agent, expect, of, written("nginx:1.30", free));
        const waits = "that a changed template waits for";
        const risks = Object.fromEntries(plan.objects.map((one) => [one.name, one.risks?.map(({ text }) => text)]));
        expect(risks).toEqual({
          db: [`2 pods ${waits}, at most 1 away at a time`],
          web: [`2 pods ${waits}, each new one ready before an old one goes`],
          node: [`1 pod ${waits}, at most 1 away at a time`],
        });
        const [dbNow] = await running();
        agent.repository.commit(written("nginx:1.30", free));
        const kept = async () => {
          const [dbs, ...others] = await running();
          const all = [dbs!, ...others].map((pods) => Object.keys(pods).length);
          const old = new Set([db, web, node, dbNow].flatMap((pods) => Object.values(pods!)));
          const left = [dbs!, ...others].flatMap((pods) => Object.entries(pods)).filter(([, uid]) => old.has(uid));
          return { all, left: left.map(([name]) => name) };
        };
        await expect.poll(kept, long).toEqual({ all: [3, 2, 1], left: ["db-2"] });
      }),
};
