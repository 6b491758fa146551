import type { ObjectRef } from "../../../src/core/manifest/kube-object.ts";
import type { FolderPlan } from "../../../src/core/plan/plan.ts";
import { config, configMap } from "../../agent/harness/manifests.ts";
import { long, type Scenarios, withAgent } from "../../agent/harness/with-agent.ts";
import { againstPlanSchema } from "../../schemas/plan-schema.ts";
import { trueupAside } from "../trueup.ts";
import { checkout } from "./checkout.ts";

const inNamespace = (namespace: string) => (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
const live = ({ namespace, name, ...type }: ObjectRef, data: Record<string, string>) => ({
  ...type,
  metadata: { namespace: namespace!, name },
  data,
});
const keeping = (name: string) =>
  JSON.stringify({
    ...JSON.parse(configMap(name, {})),
    metadata: { name, annotations: { "trueup.dev/protect": "true" } },
  });
const unchangeable = (v: string) => JSON.stringify({ ...JSON.parse(configMap("fixed", { v })), immutable: true });

/** What `trueup plan` says on any cluster, beside an agent that enacts the same repository. */
export const planScenarios: Scenarios = {
  "with a base every object has its action and every field its cause": (kubeconfig, expect) =>
    withAgent(kubeconfig, 301, async ({ agent, kube }) => {
      const policy = "    protect: {maxDeletions: 5}\n    ignore: [{kind: ConfigMap, paths: [/data/ignored]}]\n";
      const settings = { changed: "1", drifted: "1", agreed: "1", ignored: "1" };
      agent.repository.commit({
        ".trueup.yaml": config("every", policy),
        "state/settings.json": configMap("settings", settings),
        "state/old.json": configMap("old", {}),
        "state/kept.json": keeping("kept"),
        "state/lost.json": configMap("lost", {}),
        "state/fixed.json": unchangeable("1"),
        "state/later.json": configMap("later", { v: "1" }),
        "state/still.json": configMap("still", {}),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      await agent.stop();

      const own = inNamespace("every");
      await kube.patch(own("settings"), { data: { drifted: "2", agreed: "2", added: "x" } }, "merge", "mona");
      await kube.delete(own("lost"), {});
      for (const name of ["theirs", "stray"]) await kube.create(live(own(name), { v: "1" }));

      const mona = checkout(agent.repository.url);
      try {
        // A merge that no agent has applied yet.
        const head = mona.commit({
          "state/later.json": configMap("later", { v: "2" }),
          "state/stray.json": configMap("stray", { v: "1" }),
        });
        mona.write({
          "state/settings.json": configMap("settings", { ...settings, changed: "2", agreed: "2", ignored: "2" }),
          "state/old.json": undefined,
          "state/kept.json": undefined,
          "state/stray.json": undefined,
          "state/fixed.json": unchangeable("2"),
          "state/new.json": configMap("new", {}),
          "state/theirs.json": configMap("theirs", { v: "2" }),
        });
        const args = ["plan", mona.dir, "--base", "HEAD", "--kubeconfig", kubeconfigOf(kubeconfig)];
        const { status, stdout, stderr } = await trueupAside([...args, "--output", "json"]);
        expect({ status, stderr }).toEqual({
          status: 1,
          stderr: "note: planned too, though git does not track them yet: state/new.json, state/theirs.json\n",
        });
        const plan: FolderPlan = JSON.parse(stdout);
        expect(againstPlanSchema(plan)).toEqual([]);
        expect(plan.baseSha).toBe(head);
        const told = plan.objects.map(({ action, name, drifted, fields }) => [
          `${action} ${name}${drifted ? ", drifted" : ""}`,
          ...fields.map(
            ({ path, cause, before, after, manager }) =>
              `${path} ${cause} ${before} → ${after}${manager === undefined ? "" : ` by ${manager}`}`,
          ),
        ]);
        expect(Object.fromEntries(told.map(([title, ...fields]) => [title, fields.sort()]))).toEqual({
          "create new": [],
          "create lost, drifted": [],
          "adopt theirs": ["data.v pull-request 1 → 2"],
          "delete old": [],
          "held kept": [],
          "invalid fixed": [],
          "unchanged stray": [],
          "update later": ["data.v pending 1 → 2"],
          "update settings, drifted": [
            "data.added foreign x → x by mona",
            "data.agreed already-live 2 → 2 by mona",
            "data.changed pull-request 1 → 2",
            "data.drifted drift 2 → 1 by mona",
            "data.ignored ignored 1 → 1",
          ],
        });
        expect(plan.totals).toEqual({
          ...{ create: 2, update: 2, recreate: 0, delete: 1, unchanged: 2, adopt: 1, held: 1, invalid: 1 },
        });

        const text = (await trueupAside(args)).stdout;
        expect(text.split("\n")[0]).toBe(`every on ${plan.cluster}, compared with HEAD (${head.slice(0, 7)})`);
        expect(text).toMatch(/^ {4}data\.changed: 1 → 2 {2}\(your change\)$/m);
        expect(text).toMatch(/^ {4}data\.drifted: 2 → 1 {2}\(drift: mona set it at .*\)$/m);
        expect(text).toMatch(/^- delete ConfigMap every\/old {2}state\/old\.json:1$/m);
        expect(text.trimEnd().split("\n").at(-1)).toBe(
          "2 create, 2 update, 1 delete, 2 unchanged, 1 adopt, 1 held, 1 invalid, 2 drifted",
        );
        const markdown = (await trueupAside([...args, "--output", "markdown"], { FORCE_COLOR: "1" })).stdout;
        expect(markdown).toMatch(/^### trueup · 2 create · 2 update · 1 adopt · \*\*1 delete\*\*/);
        expect(markdown).not.toContain("\u001b");
      } finally {
        mona.dispose();
      }
    }),

  "what the cluster holds already is nothing to do, and what somebody changed there is drift or, without a base, a change":
    (kubeconfig, expect) =>
      withAgent(kubeconfig, 302, async ({ agent, kube }) => {
        agent.repository.commit({
          ".trueup.yaml": config("calm"),
          "state/settings.json": configMap("settings", { v: "1", w: "1" }),
        });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        await agent.stop();
        const mona = checkout(agent.repository.url);
        const plan = (...args: string[]) =>
          trueupAside(["plan", mona.dir, "--kubeconfig", kubeconfigOf(kubeconfig), ...args]);
        try {
          const calm = await plan("--base", "main");
          expect(calm).toMatchObject({ status: 0, stderr: "" });
          expect(calm.stdout).toMatch(/^Nothing to do: 1 unchanged$/m);
          expect((await plan()).status).toBe(0);

          await kube.patch(inNamespace("calm")("settings"), { data: { v: "2" } }, "merge", "mona");
          const drifted = await plan("--base", "main");
          expect(drifted.status).toBe(1);
          expect(drifted.stdout).toMatch(/data\.v: 2 → 1 {2}\(drift: mona set it at /);
          const blind = await plan();
          expect(blind.status).toBe(1);
          expect(blind.stdout).toMatch(/^ {4}data\.v: 2 → 1$/m);
          expect(blind.stdout).toContain("Without --base REV, what somebody changed in the cluster shows as a change");
          const json = JSON.parse((await plan("--output", "json")).stdout);
          expect(againstPlanSchema(json)).toEqual([]);
          expect(json).not.toHaveProperty("baseSha");
        } finally {
          mona.dispose();
        }
      }),
};

const kubeconfigOf = (cluster: Parameters<Scenarios[string]>[0]): string =>
  typeof cluster === "string" ? cluster : cluster.kubeconfig;
