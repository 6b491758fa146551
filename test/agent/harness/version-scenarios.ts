import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { merged, planned } from "./asked.ts";
import { config, shape, shapeDefinition } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

const group = "versions.example";
const served = `${group}/v1`;
const schemaAlone = "checked by its schema alone: this version of its kind is not there yet";
const named = (name: string, manifest: string) => manifest.replace("name: star", `name: ${name}`);
const labels = { "applyset.kubernetes.io/part-of": "applyset-of-somebody-else" };

const make = (kube: KubeClient, name: string, metadata: object = {}) =>
  kube.transport.request({
    method: "POST",
    path: `/apis/${served}/namespaces/versions/shapes?fieldManager=kubectl-create`,
    body: {
      apiVersion: served,
      kind: "Shape",
      metadata: { name, namespace: "versions", ...metadata },
      spec: { shape: "star", color: "theirs", size: 9 },
    },
  });

const paintByHand = (kube: KubeClient) => {
  const star = { apiVersion: served, kind: "Shape", namespace: "versions", name: "star" };
  return kube.patch(star, { spec: { color: "by hand" } }, "merge", { manager: "kubectl-edit" });
};

/** What a pull request does that brings another version of a kind of which there are objects. */
export const versionScenarios: Scenarios = {
  "another version of a kind hides nothing of what a pull request changes, takes over or meets, whichever version it is written in":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 641, async ({ agent, kube }) => {
        const painted = {
          ...{ path: "spec.color", cause: "drift", before: "by hand", after: "purple", manager: "kubectl-edit" },
          time: expect.any(String),
        };
        let baseSha = agent.repository.commit({
          ".trueup.yaml": config("versions", "    heal: false\n"),
          "state/crd.yaml": shapeDefinition(group),
          "state/star.yaml": shape(group, 1),
          "state/still.yaml": named("still", shape(group, 1)),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const planOf = (changes: Record<string, string>) =>
          planned(agent, expect, { repositoryId: 641, system: "versions", baseSha }, changes);

        const stays = { "state/crd.yaml": shapeDefinition(group, ["v1", "v2"]), "state/star.yaml": shape(group, 2) };
        const first = await planOf(stays);
        const star = first.objects.find(({ kind }) => kind === "Shape");
        expect(star).toMatchObject({ action: "update", fields: [{ path: "spec.size", before: 1, after: 2 }] });
        expect(star?.reason).toBeUndefined();
        expect(await merged(agent, expect, 641, first, stays)).toEqual(["as-planned", "as-planned"]);

        const spec = { color: "by hand" };
        await kube.patch(
          { apiVersion: served, kind: "Shape", namespace: "versions", name: "star" },
          { spec },
          "merge",
          {
            manager: "kubectl-edit",
          },
        );
        await make(kube, "moon");
        await make(kube, "sun", { labels });
        baseSha = agent.repository.commit({});
        const moves = {
          "state/crd.yaml": shapeDefinition(group, ["v1", "v2", "v3"]),
          "state/star.yaml": shape(group, 3, "v3"),
          "state/still.yaml": named("still", shape(group, 1, "v3")),
          "state/moon.yaml": named("moon", shape(group, 9, "v3")),
          "state/sun.yaml": named("sun", shape(group, 9, "v3")),
          "state/new.yaml": named("new", shape(group, 1, "v3")),
        };
        const second = await planOf(moves);
        const of = (name: string) => second.objects.find((one) => one.name === name);
        expect(of("star")).toMatchObject({ action: "update", reason: schemaAlone, drifted: true });
        expect(of("star")?.fields).toEqual([
          painted,
          { path: "spec.size", cause: "pull-request", before: 2, after: 3 },
        ]);
        expect(of("still")).toMatchObject({ action: "unchanged", fields: [], reason: schemaAlone });
        expect(of("moon")).toMatchObject({ action: "adopt", reason: schemaAlone });
        expect(of("moon")?.fields).toMatchObject([{ path: "spec.color", before: "theirs", after: "purple" }]);
        expect(of("sun")).toMatchObject({ action: "held", reason: expect.stringContaining("somebody-else") });
        expect(of("new")).toMatchObject({ action: "create", reason: schemaAlone });
        expect(await merged(agent, expect, 641, second, moves)).toEqual(Array.from({ length: 5 }, () => "as-planned"));
        const live = await kube.get({ apiVersion: `${group}/v3`, kind: "Shape", namespace: "versions", name: "star" });
        expect(live?.spec).toEqual({ shape: "star", color: "purple", size: 3 });

        await paintByHand(kube);
        baseSha = agent.repository.commit({});
        const third = await planOf({ "state/star.yaml": shape(group, 4, "v2") });
        const [back] = third.objects.filter(({ name }) => name === "star");
        expect(back?.fields).toEqual([painted, { path: "spec.size", cause: "pull-request", before: 3, after: 4 }]);
      }),
};
