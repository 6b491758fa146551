import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asPlanned } from "../../src/bot/pull-request/as-planned.ts";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import type { SyncResult } from "../../src/link/messages.ts";
import { planned } from "../agent/harness/asked.ts";
import { config, configMap } from "../agent/harness/manifests.ts";
import type { RunningAgent } from "../agent/harness/run-agent.ts";
import { long, withAgent } from "../agent/harness/with-agent.ts";
import {
  type AdmissionWebhook,
  makeAdmissionWebhook,
  type Review,
  registerWebhook,
  type Verdict,
} from "../harness/admission-webhook.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";

let plane: ControlPlane;
let webhook: AdmissionWebhook;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
});
afterAll(() => plane?.stop());
beforeEach(async () => {
  webhook = await makeAdmissionWebhook();
  await webhook.start();
  return () => webhook.stop();
});

type Files = Record<string, string | undefined>;

/** An agent that has synced, and waits for commands alone. */
async function begin(agent: RunningAgent, system: string, files: Files): Promise<string> {
  const baseSha = agent.repository.commit({ ".trueup.yaml": config(system), ...files });
  await agent.start();
  await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
  return baseSha;
}

async function sync(agent: RunningAgent, id: string, of: { repositoryId: number; system: string; sha: string }) {
  agent.command({ type: "sync", id, ...of });
  const answer = () => agent.of("sync-result").find((one) => one.id === id);
  await expect.poll(() => answer()?.outcome, long).toBe("healthy");
  return answer() as SyncResult;
}

const never = { pollMs: 3_600_000 };

/** Has the webhook put these values into what has such a name. */
const mutating =
  (values: { [name: string]: Record<string, string> }) =>
  ({ object }: Review): Verdict => {
    const data = values[object.metadata.name];
    return data === undefined ? {} : { patch: [{ op: "add", path: "/data", value: { ...object.data, ...data } }] };
  };

test("one that came after the plan and puts a field back, all of an object or what was taken out, or changes what is created, is told", () =>
  withAgent(
    plane.kubeconfig,
    921,
    async ({ agent, kube }) => {
      const of = { repositoryId: 921, system: "reverted" };
      const baseSha = await begin(agent, "reverted", {
        "state/one.json": configMap("one", { x: "1", y: "1" }),
        "state/all.json": configMap("all", { x: "1", y: "1" }),
        "state/gone.json": configMap("gone", { x: "1", y: "1" }),
        "state/well.json": configMap("well", { x: "1", y: "1" }),
      });
      const changes = {
        "state/one.json": configMap("one", { x: "2", y: "2" }),
        "state/all.json": configMap("all", { x: "2", y: "2" }),
        "state/gone.json": configMap("gone", { x: "1" }),
        "state/well.json": configMap("well", { x: "2" }),
        "state/made.json": configMap("made", { x: "wanted" }),
      };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      webhook.decide = mutating({ one: { y: "1" }, all: { x: "1", y: "1" }, gone: { y: "1" }, made: { x: "mutated" } });
      await registerWebhook(webhook, kube, "Mutating", "reverted");
      const sha = agent.repository.commit(changes);
      const { objects } = await sync(agent, "merged", { ...of, sha });
      const told = [
        "ConfigMap reverted/all: the cluster made another value in data.x, data.y",
        "ConfigMap reverted/gone: data.y was to go, and is there",
        "ConfigMap reverted/made: the cluster made another value in data.x",
        "ConfigMap reverted/one: the cluster made another value in data.y",
      ];
      const compared = asPlanned(plan, objects, true);
      expect({ ...compared, different: compared.different.toSorted() }).toEqual({ same: 1, of: 5, different: told });
      const together = asPlanned(plan, objects, true, true);
      expect({ ...together, different: together.different.toSorted() }).toEqual({ same: 1, of: 5, different: told });

      // Who asks again, or an agent that starts anew, finds nothing left to do, and it is no more as it was planned than before.
      const again = await sync(agent, "again", { ...of, sha });
      expect(again.objects.map(({ action }) => action)).toEqual(Array(5).fill("unchanged"));
      expect(asPlanned(plan, again.objects, true).different.toSorted()).toEqual(told);
      await agent.stop();
      await agent.start();
      const afresh = await sync(agent, "afresh", { ...of, sha });
      expect(asPlanned(plan, afresh.objects, true).different.toSorted()).toEqual(
        told.filter((one) => !/gone/.test(one)),
      );
    },
    never,
  ));

test("one that was there when the plan was made, and does the same, is as planned, whatever it writes besides", () =>
  withAgent(
    plane.kubeconfig,
    922,
    async ({ agent, kube }) => {
      const of = { repositoryId: 922, system: "foreseen" };
      await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "foreseen" } });
      let reviews = 0;
      const mutate = mutating({ a: { x: "mutated" }, made: { x: "mutated" }, later: { x: "mutated" } });
      webhook.decide = (review) => {
        const seen = { ...review.object.metadata.annotations, "hooks.example/seen": String(reviews++) };
        const { patch = [] } = mutate(review);
        return { patch: [...patch, { op: "add", path: "/metadata/annotations", value: seen }] };
      };
      await registerWebhook(webhook, kube, "Mutating", "foreseen");
      const baseSha = await begin(agent, "foreseen", { "state/a.json": configMap("a", { x: "1", y: "1" }) });
      const changes = {
        "state/a.json": configMap("a", { x: "2", y: "2" }),
        "state/made.json": configMap("made", { x: "wanted" }),
      };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      expect(plan.objects).toMatchObject([
        { name: "a", fields: [{ path: "data.y" }], altered: [{ path: "data.x", value: "mutated" }] },
        { name: "made", altered: [{ path: "data.x", value: "mutated" }] },
      ]);
      const sha = agent.repository.commit(changes);
      const { objects } = await sync(agent, "merged", { ...of, sha });
      expect(asPlanned(plan, objects, true)).toEqual({ same: 2, of: 2, different: [] });

      // It has gone by the time when the next one is merged: then nothing is made of it as its plan has told.
      const more = { "state/later.json": configMap("later", { x: "wanted" }) };
      const next = await planned(agent, expect, { ...of, baseSha: sha }, more);
      webhook.decide = () => ({});
      const left = await sync(agent, "left", { ...of, sha: agent.repository.commit(more) });
      expect(asPlanned(next, left.objects, true).different).toEqual([
        "ConfigMap foreseen/later: the cluster made another value in data.x",
      ]);
    },
    never,
  ));

test("one that comes to change what is live as Git says makes no drift: it is left until something is written, told with that, and planned no more", () =>
  withAgent(
    plane.kubeconfig,
    925,
    async ({ agent, kube }) => {
      const of = { repositoryId: 925, system: "mirrored" };
      const baseSha = await begin(agent, "mirrored", {
        "state/web.json": configMap("web", { image: "nginx:1", size: "1" }),
        "state/queue.json": configMap("queue", { image: "queue:1" }),
        "state/still.json": configMap("still", { image: "still:1" }),
      });
      const refOf = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "mirrored", name });
      const touch = (name: string) =>
        kube.patch(refOf(name), { metadata: { annotations: { touched: name } } }, "merge", { manager: "somebody" });
      await touch("web");
      const isMirrored = /^mirror\//;
      webhook.decide = ({ object: { data } }) => {
        if (data?.image === undefined || isMirrored.test(data.image)) return {};
        return { patch: [{ op: "replace", path: "/data/image", value: `mirror/${data.image}` }] };
      };
      await registerWebhook(webhook, kube, "Mutating", "mirrored");
      const changes = {
        "state/web.json": configMap("web", { image: "nginx:1", size: "2" }),
        "state/queue.json": configMap("queue", { image: "queue:2" }),
      };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      expect(plan.drifted).toBe(0);
      expect(plan.objects.map(({ name, action, fields }) => ({ name, action, fields }))).toEqual([
        {
          name: "queue",
          action: "update",
          fields: [
            { path: "data.image", cause: "pull-request", before: "queue:1", after: "mirror/queue:2", altered: true },
          ],
        },
        {
          name: "web",
          action: "update",
          fields: [
            { path: "data.image", cause: "admission", before: "nginx:1", after: "mirror/nginx:1" },
            { path: "data.size", cause: "pull-request", before: "1", after: "2" },
            expect.objectContaining({ cause: "foreign" }),
          ],
        },
      ]);

      // An agent that starts anew looks at everything, and has nothing to heal.
      await agent.stop();
      await agent.start();
      const afresh = await sync(agent, "afresh", { ...of, sha: baseSha });
      expect(afresh.objects.map(({ action }) => action)).toEqual(Array(3).fill("unchanged"));
      expect(agent.of("drift")).toEqual([]);
      expect((await kube.get(refOf("still")))?.data).toEqual({ image: "still:1" });

      const sha = agent.repository.commit(changes);
      const { objects } = await sync(agent, "merged", { ...of, sha });
      expect(asPlanned(plan, objects, true)).toEqual({ same: 2, of: 2, different: [] });
      const next = await planned(agent, expect, { ...of, baseSha: sha }, { "state/more.json": configMap("more", {}) });
      expect(next.objects.map(({ name }) => name)).toEqual(["more"]);
      expect(agent.of("drift")).toEqual([]);
    },
    never,
  ));

test("what was there before is taken over as planned, where it is looked at first too, and what the cluster makes of it then is told", () =>
  withAgent(
    plane.kubeconfig,
    924,
    async ({ agent, kube }) => {
      const of = { repositoryId: 924, system: "adopted" };
      await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "adopted" } });
      const make = async (name: string, data: object, kind = "ConfigMap") => {
        const metadata = { name, namespace: "adopted" };
        await kube.create({ apiVersion: "v1", kind, metadata } as KubeObject);
        await kube.patch({ apiVersion: "v1", kind, ...metadata }, { data }, "merge", { manager: "somebody" });
      };
      for (const name of ["well", "mutated"]) await make(name, { x: "theirs", z: "theirs" });
      await make("plain", { x: "" }, "Secret");
      const ignore = "    ignore:\n      - {kind: ConfigMap, paths: [/data/z]}\n";
      const baseSha = agent.repository.commit({
        ".trueup.yaml": config("adopted", ignore),
        "state/other.json": configMap("other", {}),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const changes = {
        "state/well.json": configMap("well", { x: "ours", z: "ours" }),
        "state/mutated.json": configMap("mutated", { x: "ours" }),
        "state/plain.json": configMap("plain", { x: "b3Vycw==" }).replace("ConfigMap", "Secret"),
      };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      expect(plan.totals).toMatchObject({ adopt: 3 });
      webhook.decide = mutating({ mutated: { x: "mutated" } });
      await registerWebhook(webhook, kube, "Mutating", "adopted");
      const { objects } = await sync(agent, "merged", { ...of, sha: agent.repository.commit(changes) });
      expect(asPlanned(plan, objects, true)).toEqual({
        same: 2,
        of: 3,
        different: ["ConfigMap adopted/mutated: the cluster made another value in data.x"],
      });
    },
    never,
  ));

test("what it makes of a Secret is told, and nothing that it could be guessed from leaves the agent", () =>
  withAgent(
    plane.kubeconfig,
    923,
    async ({ agent, kube }) => {
      const of = { repositoryId: 923, system: "guarded" };
      const secret = (password: string) =>
        JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, stringData: { password } });
      const baseSha = await begin(agent, "guarded", { "state/a.json": secret("first-word") });
      const changes = { "state/a.json": secret("second-word") };
      const plan = await planned(agent, expect, { ...of, baseSha }, changes);
      const other = Buffer.from("third-word").toString("base64");
      webhook.decide = mutating({ login: { password: other } });
      await registerWebhook(webhook, kube, "Mutating", "guarded", ["configmaps", "secrets"]);
      const { objects } = await sync(agent, "merged", { ...of, sha: agent.repository.commit(changes) });
      expect(asPlanned(plan, objects, true).different).toEqual([
        "Secret guarded/login: the cluster made another value in data.password",
      ]);
      expect(objects[0]).toMatchObject({ altered: [{ path: "data.password", value: "********" }] });
      expect(JSON.stringify(agent.messages)).not.toMatch(new RegExp(`-word|${other}`));
    },
    never,
  ));
