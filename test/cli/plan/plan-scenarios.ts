import { join } from "node:path";
import type { ObjectRef } from "../../../src/core/manifest/kube-object.ts";
import type { FolderPlan } from "../../../src/core/plan/plan.ts";
import { loadKubeAccess } from "../../../src/kube/kube-access.ts";
import { createKubeClient } from "../../../src/kube/kube-client.ts";
import { openTransport } from "../../../src/kube/transport.ts";
import { config, configMap } from "../../agent/harness/manifests.ts";
import { long, type Scenarios, withAgent } from "../../agent/harness/with-agent.ts";
import { againstPlanSchema } from "../../schemas/plan-schema.ts";
import { trueupAside } from "../trueup.ts";
import { checkout } from "./checkout.ts";

/** What a terminal obeys, or does not show. */
const hiding = /(?!\n)\p{Cc}|\p{Cf}/u;

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
  "a change that lifts its confinement is refused here as it would be on its pull request": (kubeconfig, expect) =>
    withAgent(kubeconfig, 309, async ({ agent }) => {
      agent.repository.commit({
        ".trueup.yaml": config("inside", "    confine: true\n"),
        "state/a.json": configMap("a", {}),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const mona = checkout(agent.repository.url);
      try {
        mona.write({
          ".trueup.yaml": config("inside"),
          "state/b.json": configMap("b", {}).replace('"name"', '"namespace":"default","name"'),
        });
        const args = ["plan", mona.dir, "--base", "HEAD", "--kubeconfig", kubeconfigOf(kubeconfig)];
        const { status, stdout, stderr } = await trueupAside(args);
        expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
        expect(stderr).toContain("confined to namespace `inside` until a merge of its own has lifted that");
      } finally {
        mona.dispose();
      }
    }),

  "an object that moves to another system of the folder goes nowhere, as on its pull request": (kubeconfig, expect) =>
    withAgent(kubeconfig, 316, async ({ agent }) => {
      const of = (name: string) => `  ${name}:\n    cluster: here\n    path: ${name}\n    namespace: handed-over\n`;
      agent.repository.commit({
        ".trueup.yaml": `systems:\n${of("giving")}${of("taking")}`,
        "giving/a.json": configMap("a", {}),
        "giving/b.json": configMap("b", {}),
        "taking/c.json": configMap("c", {}),
      });
      await agent.start();
      const healthy = () =>
        agent.of("sync-result").flatMap(({ system, outcome }) => (outcome === "healthy" ? [system] : []));
      await expect.poll(() => new Set(healthy()).size, long).toBe(2);
      const mona = checkout(agent.repository.url);
      try {
        mona.write({ "giving/a.json": undefined, "taking/a.json": configMap("a", {}) });
        const planned = async (system: string) => {
          const args = ["plan", mona.dir, "--system", system, "--output", "json"];
          const { stdout } = await trueupAside([...args, "--base", "HEAD", "--kubeconfig", kubeconfigOf(kubeconfig)]);
          const { objects }: FolderPlan = JSON.parse(stdout);
          return objects.map(({ action, name, reason }) => `${action} ${name}: ${reason}`);
        };
        expect(await planned("giving")).toEqual(["unchanged a: moves from system `giving` to `taking`"]);
        expect(await planned("taking")).toEqual(["adopt a: moves from system `giving` to `taking`"]);
      } finally {
        mona.dispose();
      }
    }),

  "an agent that lives elsewhere, and makes all under a mark, is found, and what it made is as it would make it": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      317,
      async ({ agent, kube }) => {
        agent.repository.commit({ ".trueup.yaml": config("marked"), "state/a.json": configMap("a", { v: "1" }) });
        await agent.start();
        await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
        const mona = checkout(agent.repository.url);
        try {
          const plan = async (...args: string[]) => {
            const { stdout, stderr } = await trueupAside(
              ["plan", mona.dir, "--output", "json", "--kubeconfig", kubeconfigOf(kubeconfig)].concat(args),
            );
            const { objects }: FolderPlan = JSON.parse(stdout);
            return { stderr, objects: objects.map(({ action, name, fields }) => ({ action, name, fields })) };
          };
          const unchanged = { stderr: "", objects: [] };
          expect(await plan("--base", "HEAD")).toEqual(unchanged);
          expect(await plan()).toEqual(unchanged);
          mona.write({ "state/a.json": configMap("a", { v: "2" }) });
          const fields = [{ path: "data.v", cause: "pull-request", before: "1", after: "2" }];
          const changed = { stderr: "", objects: [{ action: "update", name: "a", fields }] };
          expect(await plan("--base", "HEAD")).toEqual(changed);

          // What somebody copies to another namespace is no agent's inventory.
          const [inventory] = (
            await kube.list((await kube.discovery.find("v1", "ConfigMap"))!, {
              namespace: "somewhere-else",
              labelSelector: "applyset.kubernetes.io/id",
            })
          ).items;
          const { name, labels, annotations } = inventory!.metadata;
          await kube.create({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name, namespace: "default", labels: labels!, annotations: annotations! },
          });
          expect(await plan("--base", "HEAD")).toEqual(changed);
          await kube.delete({ ...inNamespace("default")(name) }, {});
        } finally {
          mona.dispose();
        }
      },
      { namespace: "somewhere-else", mark: "of-a-test" },
    ),

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
      await kube.patch(own("settings"), { data: { drifted: "2", agreed: "2", added: "x" } }, "merge", {
        manager: "mona",
      });
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
        const later = plan.objects.find(({ name }) => name === "later");
        expect(later?.fields[0]?.merge).toEqual({ sha: head });
        expect(plan.totals).toEqual({
          ...{ create: 2, update: 2, recreate: 0, delete: 1, unchanged: 2, adopt: 1, held: 1, invalid: 1 },
        });

        const text = (await trueupAside(args)).stdout;
        expect(text.split("\n")[0]).toBe(`every on ${plan.cluster}, compared with HEAD (${head.slice(0, 7)})`);
        expect(text).toMatch(/^ {4}data\.changed: 1 → 2 {2}\(your change\)$/m);
        expect(text).toMatch(/^ {4}data\.drifted: 2 → 1 {2}\(drift: mona set it, .*; merging reverts it\)$/m);
        expect(text).toContain(
          `data.v: 1 → 2  (pending: the earlier merge ${head.slice(0, 7)}, which is not applied yet)`,
        );
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
        const elsewhere = checkout();
        const plan = (base?: string, revision?: string, dir = mona.dir) =>
          trueupAside([
            "plan",
            dir,
            "--kubeconfig",
            kubeconfigOf(kubeconfig),
            ...[base, revision].filter((one) => one !== undefined),
          ]);
        try {
          const calm = await plan("--base", "main");
          expect(calm).toMatchObject({ status: 0, stderr: "" });
          expect(calm.stdout).toMatch(/^Nothing to do: 1 unchanged$/m);
          expect((await plan()).status).toBe(0);

          await kube.patch(inNamespace("calm")("settings"), { data: { v: "2" } }, "merge", { manager: "mona" });
          const drifted = await plan("--base", "main");
          expect(drifted.status).toBe(1);
          expect(drifted.stdout).toMatch(/data\.v: 2 → 1 {2}\(drift: mona set it, /);
          const blind = await plan();
          expect(blind.status).toBe(1);
          expect(blind.stdout).toMatch(/^ {4}data\.v: 2 → 1$/m);
          expect(blind.stdout).toContain("Without --base REV, what somebody changed in the cluster shows as a change");
          const json = JSON.parse((await plan("--output", "json")).stdout);
          expect(againstPlanSchema(json)).toEqual([]);
          expect(json).not.toHaveProperty("baseSha");

          // The same files, and no way to know what the cluster was given.
          elsewhere.commit({
            ".trueup.yaml": config("calm"),
            "state/settings.json": configMap("settings", { v: "1", w: "1" }),
          });
          const unknown = await plan("--base", "HEAD", elsewhere.dir);
          expect(unknown.stderr).toMatch(/^note: the cluster is at [0-9a-f]{7}, and what that is cannot be read here/);
          expect(unknown.stdout).toContain("drift: mona set it");
        } finally {
          elsewhere.dispose();
          mona.dispose();
        }
      }),

  "a folder that no agent enacts": async (kubeconfig, expect) => {
    const mona = checkout();
    const folder = join(mona.dir, "state");
    const plan = (args: string[], env = {}) =>
      trueupAside(["plan", folder, "--kubeconfig", kubeconfigOf(kubeconfig), ...args], env);
    try {
      const broken = mona.commit({ "state/alone.json": configMap("alone", {}).replace('"data"', '"dota"') });
      const whole = mona.commit({ "state/alone.json": configMap("alone", {}), "state/b.json": configMap("b", {}) });

      // What repairs a broken revision is planned, though nothing can be compared with that one.
      const repair = await plan(["--base", broken, "--output", "json"]);
      expect(repair).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^note: .{7} has errors, .*unknown field/i),
      });
      expect(JSON.parse(repair.stdout)).toMatchObject({ totals: { create: 2 } });
      expect(JSON.parse(repair.stdout)).not.toHaveProperty("baseSha");

      // And what is broken itself is not: nothing on standard output, whoever reads that.
      mona.write({ "state/alone.json": configMap("alone", {}).replace('"data"', '"dota"') });
      const refused = await plan(["--base", whole, "--output", "json"]);
      expect(refused).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^alone\.json:1:.*dota/) });

      // Nobody deletes what no inventory holds, and a plan that said so would be wrong.
      const kube = createKubeClient(openTransport(await loadKubeAccess({ kubeconfig: kubeconfigOf(kubeconfig) })));
      await kube.create(live({ ...inNamespace("default")("b") }, {}));
      await kube.close();
      const evil = "x\u001b[2J\u202e\r\n- delete Namespace prod";
      mona.write({ "state/alone.json": configMap("alone", { a: evil }), "state/b.json": undefined });
      const text = await plan(["--base", whole]);
      expect(text.stdout).toMatch(
        /^ {2}unchanged ConfigMap default\/b {2}b\.json:1\n {4}no manifest describes it any more/m,
      );
      expect(text.stdout).not.toMatch(hiding);
      expect(text.stdout).not.toMatch(/^- delete/m);
      expect(text.stdout).toMatch(/^\+ create ConfigMap default\/alone/m);
      expect(text.stdout).not.toContain("deleted it in the cluster");

      // Colours are for people.
      expect((await plan([], { FORCE_COLOR: "1" })).stdout).toContain("\u001b[32m+ create");
      expect((await plan(["--color", "never"], { FORCE_COLOR: "1" })).stdout).not.toContain("\u001b");
      expect((await plan(["--color", "always"], { NO_COLOR: "1" })).stdout).toContain("\u001b[32m");
      const json = (await plan(["--output", "json", "--color", "always"], { FORCE_COLOR: "1" })).stdout;
      expect(json).not.toMatch(hiding);
      expect(againstPlanSchema(JSON.parse(json))).toEqual([]);
    } finally {
      mona.dispose();
    }
  },
};

const kubeconfigOf = (cluster: Parameters<Scenarios[string]>[0]): string =>
  typeof cluster === "string" ? cluster : cluster.kubeconfig;
