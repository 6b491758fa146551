import { config, configMap } from "./manifests.ts";
import { long, type Scenarios, withAgent } from "./with-agent.ts";

/** What a deletion takes along, and how somebody lets it go. */
export const deletionScenarios: Scenarios = {
  "a plan that deletes a namespace says what lives in it, and an approval of just that deletes it": (
    kubeconfig,
    expect,
  ) =>
    withAgent(kubeconfig, 510, async ({ agent, kube }) => {
      const namespace = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "doomed" } });
      const base = agent.repository.commit({
        ".trueup.yaml": config("approved"),
        "state/a.json": configMap("a", { v: "1" }),
        "state/namespace.json": namespace,
      });
      await agent.start();
      await expect.poll(() => agent.of("sync-result").at(-1)?.outcome, long).toBe("healthy");
      for (const name of ["one", "two"]) {
        await kube.create({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "doomed" } });
      }
      const change = { "state/namespace.json": undefined };
      const head = agent.repository.pullRequest(1, change);
      const of = { repositoryId: 510, system: "approved" };
      const planned = async (id: string, approvals?: { tree: string; deletes: string[]; by: string }[]) => {
        const command = { type: "plan", id, ...of, pullRequest: 1, headSha: head, baseSha: base } as const;
        agent.command(approvals === undefined ? command : { ...command, approvals });
        await expect.poll(() => agent.of("plan-result").find((one) => one.id === id)?.plan, long).toBeDefined();
        return agent.of("plan-result").find((one) => one.id === id)!.plan!;
      };
      const plan = await planned("before");
      expect(plan.objects).toMatchObject([
        {
          action: "held",
          kind: "Namespace",
          reason: expect.stringMatching(/takes everything in it with it$/),
          takesAlong: expect.stringMatching(/^in it: 2 × Secret/),
        },
      ]);
      const { tree, deletes } = plan.approval!;
      const approvals = [{ tree, deletes, by: "grace" }];
      const approved = await planned("approved", approvals);
      expect(approved.objects).toMatchObject([
        { action: "delete", kind: "Namespace", reason: expect.stringContaining("approved by grace") },
      ]);
      expect(approved.approval).toBeUndefined();

      // Nobody has told the agent of it: what it does by itself is held.
      const sha = agent.repository.commit(change);
      await expect.poll(() => agent.of("sync-result").at(-1), long).toMatchObject({ sha, outcome: "held" });
      expect(agent.of("sync-result").at(-1)?.approval).toMatchObject({ tree, deletes });
      const others = [{ ...approvals[0]!, deletes: ["AAAAAAAAAAAAAAAAAAAAAA"] }];
      agent.command({ type: "sync", id: "other", ...of, sha, approvals: others });
      await expect
        .poll(() => agent.of("sync-result").find(({ id }) => id === "other"), long)
        .toMatchObject({ outcome: "held" });
      agent.command({ type: "sync", id: "approved", ...of, sha, approvals });
      await expect
        .poll(() => agent.of("sync-result").find(({ id }) => id === "approved"), long)
        .toMatchObject({
          outcome: "healthy",
          objects: expect.arrayContaining([expect.objectContaining({ kind: "Namespace", action: "delete" })]),
        });
      const at = { apiVersion: "v1", kind: "Namespace", name: "doomed" };
      await expect
        .poll(async () => (await kube.get(at))?.metadata.deletionTimestamp ?? "gone", long)
        .toEqual(expect.any(String));
    }),
};
