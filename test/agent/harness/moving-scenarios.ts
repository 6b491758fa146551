import { configMap } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

type Systems = Record<string, { path?: string; namespace: string; more?: string }>;

const config = (systems: Systems) =>
  `systems:\n${Object.entries(systems)
    .map(
      ([name, { path = name, namespace, more = "" }]) =>
        `  ${name}:\n    cluster: here\n    path: ${path}\n    namespace: ${namespace}\n${more}`,
    )
    .join("")}`;

const some = (folder: string, names: string[]) =>
  Object.fromEntries(names.map((name) => [`${folder}/${name}.json`, configMap(name, { v: "1" })]));

/** Objects that change hands, and systems that come, go and wait for each other. */
export const movingScenarios: Scenarios = {
  "an object that moves to another system is handed over, never deleted, whichever of the two is synced first": (
    kubeconfig,
    expect,
  ) =>
    withAgent(
      kubeconfig,
      401,
      async ({ agent, kube }) => {
        const systems = { base: { namespace: "moving" }, app: { namespace: "moving" } };
        const base = agent.repository.commit({
          ".trueup.yaml": config(systems),
          ...some("base", ["a", "b", "c", "d", "e", "f"]),
          ...some("app", ["z"]),
        });
        await agent.start();
        const healthy = (sha: string) => () =>
          agent
            .of("sync-result")
            .filter((one) => one.sha === sha && one.outcome === "healthy")
            .map(({ system }) => system)
            .sort();
        await expect.poll(healthy(base), long).toEqual(["app", "base"]);
        const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "moving", name });
        const uids = async (names: string[]) =>
          Promise.all(names.map(async (name) => (await kube.get(at(name)))?.metadata.uid));
        const moved = ["a", "b", "c"];
        const before = await uids(moved);
        const change = {
          ...Object.fromEntries(moved.map((name) => [`base/${name}.json`, undefined])),
          ...some("app", moved),
        };
        const head = agent.repository.pullRequest(1, change);
        for (const system of ["base", "app"]) {
          const command = { repositoryId: 401, system, pullRequest: 1, headSha: head, baseSha: base };
          agent.command({ type: "plan", id: `plan-${system}`, ...command });
        }
        const planned = (system: string) =>
          agent
            .of("plan-result")
            .find(({ id }) => id === `plan-${system}`)
            ?.plan?.objects.map(({ action, name, reason }) => `${action} ${name}: ${reason}`)
            .sort();
        await expect
          .poll(() => planned("base"), long)
          .toEqual(moved.map((name) => `unchanged ${name}: moves from system \`base\` to \`app\``));
        await expect
          .poll(() => planned("app"), long)
          .toEqual(moved.map((name) => `adopt ${name}: moves from system \`base\` to \`app\``));

        const synced = async (system: string, sha: string) => {
          const id = `${system}-${sha}`;
          agent.command({ type: "sync", id, repositoryId: 401, system, sha });
          await expect.poll(() => agent.of("sync-result").find((one) => one.id === id)?.outcome, long).toBe("healthy");
          expect(await uids(moved)).toEqual(before);
        };
        const there = agent.repository.commit(change);
        await synced("base", there);
        await synced("app", there);
        const back = agent.repository.commit({ "app/a.json": undefined, ...some("base", ["a"]) });
        await synced("base", back);
        // The new owner heals it, and the former one, which does not know yet, leaves it alone.
        await kube.patch(at("a"), { data: { v: "broken" } }, "merge");
        await expect.poll(async () => (await kube.get(at("a")))?.data, long).toEqual({ v: "1" });
        await expect.poll(() => agent.of("drift").map(({ system }) => system), long).toEqual(["base"]);
        await synced("app", back);
        // It really is in the new owner's inventory: when Git drops it there, it goes.
        const dropped = agent.repository.commit({ "app/b.json": undefined });
        agent.command({ type: "sync", id: "dropped", repositoryId: 401, system: "app", sha: dropped });
        await expect.poll(() => kube.get(at("b")), long).toBeUndefined();
      },
      { pollMs: 600_000 },
    ),

  "a renamed system takes its objects over, and what its old name kept true is left to it": (kubeconfig, expect) =>
    withAgent(kubeconfig, 402, async ({ agent, kube }) => {
      agent.repository.commit({
        ".trueup.yaml": config({ old: { path: "state", namespace: "renaming" } }),
        ...some("state", ["a", "b", "c"]),
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      const at = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "renaming", name });
      const uid = (await kube.get(at("a")))?.metadata.uid;
      const sha = agent.repository.commit({
        ".trueup.yaml": config({ fresh: { path: "state", namespace: "renaming" } }),
        "state/c.json": undefined,
      });
      await expect
        .poll(() => agent.of("sync-result").at(-1), long)
        .toMatchObject({ system: "fresh", sha, outcome: "healthy" });
      const taken = agent.of("sync-result").at(-1)?.objects ?? [];
      expect(taken.map(({ action, name, reason }) => `${action} ${name}: ${reason}`).sort()).toEqual([
        "adopt a: moves from system `old` to `fresh`",
        "adopt b: moves from system `old` to `fresh`",
      ]);
      expect((await kube.get(at("a")))?.metadata.uid).toBe(uid);
      await kube.patch(at("b"), { data: { v: "broken" } }, "merge");
      await expect.poll(async () => (await kube.get(at("b")))?.data, long).toEqual({ v: "1" });
      await expect.poll(() => agent.of("drift").map(({ system }) => system), long).toEqual(["fresh"]);
      // What no system describes any more stays as people make it: nobody keeps it true.
      await kube.patch(at("c"), { data: { v: "mine" } }, "merge");
      await kube.patch(at("a"), { data: { v: "broken" } }, "merge");
      await expect.poll(async () => (await kube.get(at("a")))?.data, long).toEqual({ v: "1" });
      expect((await kube.get(at("c")))?.data).toEqual({ v: "mine" });
    }),

  "a system waits until what it depends on is healthy at the same commit, and asks for that itself": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 403, async ({ agent, kube }) => {
      const systems = {
        platform: { namespace: "waiting" },
        app: { namespace: "waiting", more: "    dependsOn: [platform]\n    timeout: 5s\n" },
      };
      // The namespace of the platform's object is not there yet, so that the platform cannot become healthy.
      const later = configMap("p", { v: "1" }).replace('"name"', '"namespace":"waiting-later","name"');
      const sha = agent.repository.commit({
        ".trueup.yaml": config(systems),
        "platform/p.json": later,
        ...some("app", ["a"]),
      });
      await agent.start();
      agent.command({ type: "sync", id: "app", repositoryId: 403, system: "app", sha });
      const results = (system: string) => agent.of("sync-result").filter((one) => one.system === system);
      await expect.poll(() => results("platform").at(-1)?.outcome, long).toBe("failed");
      await expect
        .poll(() => results("app").at(-1), long)
        .toMatchObject({
          id: "app",
          outcome: "failed",
          message: expect.stringMatching(
            /depends on the system platform, which is not healthy at \w{7} after 5 s: .*waiting-later/,
          ),
        });
      expect(agent.of("sync-progress").map(({ message }) => message)).toContain("waits for platform");
      const a = { apiVersion: "v1", kind: "ConfigMap", namespace: "waiting", name: "a" };
      expect(await kube.get(a)).toBeUndefined();
      // What was refused is tried again by itself, and what waited for it goes on.
      await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "waiting-later" } });
      await expect.poll(() => results("platform").at(-1), long).toMatchObject({ sha, outcome: "healthy" });
      await expect.poll(() => results("app").at(-1), long).toMatchObject({ id: "app", sha, outcome: "healthy" });
      expect(await kube.get(a)).toBeDefined();
    }),

  "an agent stops, and a newer commit goes ahead, while a system waits for another": (kubeconfig, expect) =>
    withAgent(kubeconfig, 404, async ({ agent }) => {
      const more = "    dependsOn: [platform]\n";
      const later = configMap("p", { v: "1" }).replace('"name"', '"namespace":"never-there","name"');
      const sha = agent.repository.commit({
        ".trueup.yaml": config({ platform: { namespace: "stuck" }, app: { namespace: "stuck", more } }),
        "platform/p.json": later,
        ...some("app", ["a"]),
      });
      await agent.start();
      agent.command({ type: "sync", id: "stuck", repositoryId: 404, system: "app", sha });
      await expect
        .poll(() => agent.of("sync-progress").map(({ message }) => message), long)
        .toContain("waits for platform");
      await agent.stop();
      await agent.start();
      const next = agent.repository.commit({
        ".trueup.yaml": config({ platform: { namespace: "stuck" }, app: { namespace: "stuck" } }),
      });
      await expect
        .poll(
          () =>
            agent
              .of("sync-result")
              .filter(({ system }) => system === "app")
              .at(-1),
          long,
        )
        .toMatchObject({ sha: next, outcome: "healthy" });
    }),
};
