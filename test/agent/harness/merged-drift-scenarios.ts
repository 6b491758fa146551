import { vi } from "vitest";
import type { Json, JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { equalJson } from "../../../src/core/plan/equal.ts";
import { isShownWithin } from "../../../src/core/plan/field-path.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { planned, synced } from "./asked.ts";
import { config, deployment } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const web = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const editor = { manager: "kubectl-edit" };
const container = "/spec/template/spec/containers/0";
const line = (text: string) => `          ${text}\n`;
const probe = `${container}/livenessProbe`;

interface Case {
  rules?: string;
  base: string;
  merge: string;
  /** What somebody does in between: steps of a JSON patch, or more than that. */
  drift: object[] | ((kube: KubeClient, namespace: string) => Promise<void>);
  /** Paths that are told to change, and what becomes of them. */
  told: { [path: string]: unknown };
  /** As it is in the end. */
  after: JsonObject;
  /** Its spec is what Git says already, and who made it so holds none of it any more. */
  stays?: true;
}

const all = "spec.template.spec";
const told = `${all}.containers[web]`;
const cases: { [consequence: string]: Case } = {
  "a hotfix that the merge takes into Git is not undone on the way there, so no pod restarts": {
    base: deployment("web", 0),
    merge: deployment("web", 0, "nginx:1.28"),
    drift: [{ op: "replace", path: `${container}/image`, value: "nginx:1.28" }],
    told: {},
    after: { spec: { template: { spec: { containers: [{ image: "nginx:1.28" }] } } } },
    stays: true,
  },
  "a probe that somebody changed and the merge drops is told to go, and goes": {
    base: `${deployment("web", 0)}${line("livenessProbe: { grpc: { port: 9090 } }")}`,
    merge: deployment("web", 0),
    drift: [{ op: "replace", path: `${probe}/grpc/port`, value: 7070 }],
    told: { [`${told}.livenessProbe`]: undefined },
    after: { spec: { template: { spec: { containers: [{ name: "web" }] } } } },
  },
  "a probe whose handler somebody put another for goes as a whole when the merge drops it": {
    base: `${deployment("web", 0)}${line("livenessProbe: { grpc: { port: 9090 }, periodSeconds: 7 }")}`,
    merge: deployment("web", 0),
    drift: [
      { op: "remove", path: `${probe}/grpc` },
      { op: "add", path: `${probe}/httpGet`, value: { port: 8080 } },
    ],
    told: { [`${told}.livenessProbe`]: undefined },
    after: { spec: { template: { spec: { containers: [{ name: "web" }] } } } },
  },
  "what the merge puts in the place of a handler that somebody changed, and a selector that is one value, are told as they come":
    {
      base: `${deployment("web", 0)}${line("livenessProbe: { grpc: { port: 9090 } }")}${line("env: [{ name: A, value: a }]")}      nodeSelector: { a: v1 }\n`,
      merge: `${deployment("web", 0)}${line("livenessProbe: { httpGet: { port: 80 } }")}${line("env: [{ name: A, value: a }]")}      nodeSelector: { b: v2 }\n`,
      drift: [
        { op: "replace", path: `${probe}/grpc/port`, value: 7070 },
        { op: "add", path: `${container}/env/-`, value: { name: "DEBUG", value: "1" } },
      ],
      told: {
        [`${all}.nodeSelector.a`]: undefined,
        [`${all}.nodeSelector.b`]: "v2",
        [`${told}.livenessProbe.grpc`]: undefined,
        [`${told}.livenessProbe.httpGet`]: { path: "/", port: 80, scheme: "HTTP" },
      },
      after: {
        spec: {
          template: { spec: { nodeSelector: { b: "v2" }, containers: [{ livenessProbe: { httpGet: { port: 80 } } }] } },
        },
      },
    },
  "what the server put beside a former value goes too where somebody changed something else": {
    base: `${deployment("web", 0)}${line("livenessProbe: { grpc: { port: 9090 } }")}`,
    merge: `${deployment("web", 0)}${line("livenessProbe: { httpGet: { port: 80 } }")}  strategy: { type: Recreate }\n`,
    drift: [{ op: "replace", path: `${probe}/grpc/port`, value: 7070 }],
    told: {
      [`${told}.livenessProbe.grpc`]: undefined,
      [`${told}.livenessProbe.httpGet`]: { path: "/", port: 80, scheme: "HTTP" },
      "spec.strategy.type": "Recreate",
      "spec.strategy.rollingUpdate": undefined,
    },
    after: { spec: { strategy: { type: "Recreate" } } },
  },
  "a container that Git drops goes with what somebody set in it, beside what else has to go": {
    base: `${deployment("web", 0)}        - name: sidecar\n          image: nginx:1.29\n`,
    merge: `${deployment("web", 0)}  strategy: { type: Recreate }\n`,
    drift: [
      { op: "replace", path: `${container}/image`, value: "nginx:1.28" },
      { op: "add", path: "/spec/template/spec/containers/1/env", value: [{ name: "DEBUG", value: "1" }] },
    ],
    told: {
      [`${told}.image`]: "nginx:1.29",
      [`${all}.containers[sidecar]`]: undefined,
      "spec.strategy.type": "Recreate",
      "spec.strategy.rollingUpdate": undefined,
    },
    after: { spec: { strategy: { type: "Recreate" }, template: { spec: { containers: [{ name: "web" }] } } } },
  },
  "a port that Git drops is told to go, and goes, with what somebody set in it, which the server would not have alone":
    {
      base: `${deployment("web", 0)}${line("livenessProbe: { grpc: { port: 9090 } }")}${line("ports: [{ containerPort: 80 }, { containerPort: 81, name: more }]")}`,
      merge: `${deployment("web", 0)}${line("livenessProbe: { httpGet: { port: 80 } }")}${line("ports: [{ containerPort: 80 }]")}`,
      drift: [
        { op: "replace", path: `${probe}/grpc/port`, value: 7070 },
        { op: "add", path: `${container}/ports/1/hostIP`, value: "127.0.0.1" },
      ],
      told: {
        [`${told}.livenessProbe.grpc`]: undefined,
        [`${told}.livenessProbe.httpGet`]: { path: "/", port: 80, scheme: "HTTP" },
        [`${told}.ports[81/TCP]`]: undefined,
      },
      after: { spec: { template: { spec: { containers: [{ ports: [{ containerPort: 80 }] }] } } } },
    },
  "a volume that somebody put another source for, and the merge changes, is not what Git had before on the way there": {
    base: `${deployment("web", 0)}      volumes: [{ name: cache, emptyDir: { sizeLimit: 1Gi } }]\n`,
    merge: `${deployment("web", 0)}      volumes: [{ name: cache, emptyDir: { medium: Memory } }]\n`,
    drift: [
      { op: "replace", path: "/spec/template/spec/volumes/0", value: { name: "cache", hostPath: { path: "/" } } },
    ],
    told: {
      [`${all}.volumes[cache].hostPath`]: undefined,
      [`${all}.volumes[cache].emptyDir.medium`]: "Memory",
    },
    after: { spec: { template: { spec: { volumes: [{ name: "cache", emptyDir: { medium: "Memory" } }] } } } },
  },
  "a probe for whose handler somebody put another one, and the merge a third, restarts pods but once": {
    base: `${deployment("web", 0)}${line("livenessProbe: { grpc: { port: 9090 } }")}`,
    merge: `${deployment("web", 0)}${line('livenessProbe: { exec: { command: ["true"] } }')}`,
    drift: [
      { op: "remove", path: `${probe}/grpc` },
      { op: "add", path: `${probe}/httpGet`, value: { port: 8080 } },
    ],
    told: {
      [`${told}.livenessProbe.httpGet`]: undefined,
      [`${told}.livenessProbe.exec`]: { command: ["true"] },
    },
    after: { spec: { template: { spec: { containers: [{ livenessProbe: { exec: { command: ["true"] } } }] } } } },
  },
  "a source that somebody chose for a volume and the merge takes into Git stays, without what else they set in it": {
    base: `${deployment("web", 0)}      volumes: [{ name: cache, emptyDir: {} }]\n`,
    merge: `${deployment("web", 0)}      volumes: [{ name: cache, configMap: { name: cache } }]\n`,
    drift: [
      {
        op: "replace",
        path: "/spec/template/spec/volumes/0",
        value: { name: "cache", configMap: { name: "cache", optional: true } },
      },
    ],
    told: { [`${all}.volumes[cache].configMap.optional`]: undefined },
    after: { spec: { template: { spec: { volumes: [{ name: "cache", configMap: { name: "cache" } }] } } } },
  },
  "an ignored field that Git drops stays with who holds it, and is not told to go": {
    rules: "    ignore: [{ kind: Deployment, paths: [/spec/replicas] }]\n",
    base: deployment("web", 0),
    merge: deployment("web", 0).replace("  replicas: 0\n", ""),
    drift: [
      { op: "replace", path: "/spec/replicas", value: 2 },
      { op: "replace", path: `${container}/image`, value: "nginx:1.28" },
    ],
    told: { [`${told}.image`]: "nginx:1.29" },
    after: { spec: { replicas: 2 } },
  },
  "what was made anew with another selector can be taken into Git, which had what the cluster refuses": {
    base: deployment("web", 0),
    merge: deployment("web", 0).replaceAll("{ app: web }", "{ app: front }"),
    async drift(kube, namespace) {
      const live = (await kube.get({ ...web, namespace }))!;
      await kube.delete({ ...web, namespace }, {});
      const { name, labels = {} } = live.metadata;
      const spec = structuredClone(live.spec) as never as {
        selector: { matchLabels: object };
        template: { metadata: { labels: object } };
      };
      spec.selector.matchLabels = spec.template.metadata.labels = { app: "front" };
      const again = { ...web, metadata: { name, namespace, labels }, spec } as unknown as KubeObject;
      await vi.waitFor(() => kube.create(again), long);
    },
    told: {},
    after: { spec: { selector: { matchLabels: { app: "front" } } } },
  },
};

/** What somebody changed and a merge changes too: told as it then comes. */
export const mergedDriftScenarios: Scenarios = Object.fromEntries(
  Object.entries(cases).map(([consequence, { rules = "", base, merge, drift, told: expected, after, stays }], at) => [
    consequence,
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 821 + at, async ({ agent, kube }) => {
        const system = `merged-${at}`;
        const of = { repositoryId: 821 + at, system };
        const baseSha = agent.repository.commit({
          ".trueup.yaml": config(system, `    heal: false\n${rules}`),
          "state/web.yaml": base,
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        if (typeof drift === "function") await drift(kube, system);
        else await kube.patch({ ...web, namespace: system }, drift, "json", editor);
        await expect.poll(() => agent.of("drift").length, long).toBeGreaterThan(0);
        const drifted = await kube.get({ ...web, namespace: system });
        const changes = { "state/web.yaml": merge };
        const plan = await planned(agent, expect, { ...of, baseSha }, changes);
        const [object] = plan.objects;
        expect(object?.reason).toBeUndefined();
        const fields = object?.fields.filter(({ cause }) => ["pull-request", "drift"].includes(cause)) ?? [];
        const found = Object.fromEntries(fields.map(({ path, after: then }) => [path, then]));
        for (const [path, then] of Object.entries(expected)) {
          const its = Object.entries(found).filter(([one]) => isShownWithin(one, path));
          expect([path, its.length > 0, its.every(([, one]) => equalJson(one as Json, then as Json))]).toEqual([
            path,
            true,
            true,
          ]);
        }
        // Of the places that are named nothing else is told, and of the others no reorder.
        expect(fields.filter(({ before, after: then }) => Array.isArray(before) && Array.isArray(then))).toEqual([]);
        expect(
          Object.keys(found).filter((one) => !Object.keys(expected).some((path) => isShownWithin(one, path))),
        ).toEqual([]);
        await synced(agent, expect, { ...of, sha: agent.repository.commit(changes) });
        const end = await kube.get({ ...web, namespace: system });
        expect(end).toMatchObject(after);
        // Each write of the spec counts, so nothing that Git had before was there on the way.
        const writes = (end?.metadata.generation as number) - (drifted?.metadata.generation as number);
        expect(writes).toBe(Object.keys(expected).length === 0 ? 0 : 1);
        if (stays) {
          expect(JSON.stringify(end?.metadata.managedFields)).not.toContain(editor.manager);
        }
        for (const [path, then] of Object.entries(expected))
          if (then === undefined && path.endsWith("Probe")) expect(JSON.stringify(end?.spec)).not.toContain("Probe");
      }),
  ]),
);
