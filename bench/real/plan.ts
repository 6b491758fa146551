import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { percentile, ratio, rounded } from "../statistics.ts";
import { manyObjects } from "./objects.ts";
import { fileOf, type RealWorld, repositoryId, system } from "./real-world.ts";

const plans = 20;
const changes = 10;

/** A plan of 10 changed among 2,000 objects that are applied, asked for as the bot does, against `kubectl diff` of the same. */
export async function planSome({ agent, kubectl, folder }: RealWorld): Promise<object> {
  const { objects } = manyObjects(system);
  const taken: number[] = [];
  for (let n = 1; n <= plans; n++) {
    const changed = changedObjects(objects, n);
    const headSha = agent.repository.pullRequest(
      n,
      Object.fromEntries(changed.map((one) => [`state/${fileOf(one)}`, JSON.stringify(one)])),
    );
    const id = `plan/${n}`;
    const began = performance.now();
    agent.command({ type: "plan", id, repositoryId, system, pullRequest: n, headSha, baseSha: "0".repeat(40) });
    const answer = () => agent.of("plan-result").find((one) => one.id === id);
    while (answer() === undefined) await sleep(1);
    taken.push(performance.now() - began);
    const updated = answer()?.plan?.totals.update;
    if (updated !== changes) throw new Error(`the plan has ${updated} updates: ${JSON.stringify(answer()?.error)}`);
  }
  const theirs = folder("kubectl-diff", objects);
  folder("kubectl-diff", changedObjects(objects, 0));
  const diff = ["diff", "--server-side", "--force-conflicts", "--concurrency=16", "--recursive", "-f", theirs];
  const kubectlMs = (await kubectl(diff, [1])) * 1000;
  const p50 = percentile(taken, 0.5);
  return {
    measure: "plan of 10 changed among 2,000, 10,000 in the repository",
    unit: "ms",
    of: plans,
    p50: rounded(p50),
    p99: rounded(percentile(taken, 0.99)),
    kubectl: rounded(kubectlMs),
    timesFaster: ratio(kubectlMs, p50),
  };
}

/** Other ones each time, so that nothing is known from before. */
function changedObjects(objects: readonly KubeObject[], round: number): KubeObject[] {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  return Array.from({ length: changes }, (_, n) => {
    const one = deployments[(round * changes + n) % deployments.length]!;
    return { ...one, spec: { ...(one.spec as object), minReadySeconds: 10 + round } } as KubeObject;
  });
}
