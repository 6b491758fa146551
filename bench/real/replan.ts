import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { percentile, ratio, rounded } from "../statistics.ts";
import { manyObjects } from "./objects.ts";
import { fileOf, type RealWorld, repositoryId, system } from "./real-world.ts";
import { isWatch, watchRequests } from "./requests.ts";

const rounds = 20;
const changes = 10;
/** Beside those of the plain plans. */
const pullRequest = 1_000;

/** The same pull request again and again, each time after a push to the base that changes no file of the system. */
export async function replan({ agent, server }: RealWorld): Promise<object> {
  const { objects } = manyObjects(system);
  const changed = objects.filter(({ kind }) => kind === "Deployment").slice(-changes);
  const files = changed.map((one) => [`state/${fileOf(one)}`, JSON.stringify(slower(one))]);
  const headSha = agent.repository.pullRequest(pullRequest, Object.fromEntries(files));
  const plan = async (id: string, baseSha: string): Promise<number> => {
    const began = performance.now();
    agent.command({ type: "plan", id, repositoryId, system, pullRequest, headSha, baseSha });
    const answer = () => agent.of("plan-result").find((one) => one.id === id);
    while (answer() === undefined) await sleep(1);
    if (answer()?.plan?.totals.update !== changes) throw new Error(`no plan: ${JSON.stringify(answer()?.error)}`);
    return performance.now() - began;
  };
  const first = await plan("replan/first", "0".repeat(40));
  const taken: number[] = [];
  let dryRuns = 0;
  for (let round = 1; round <= rounds; round++) {
    const baseSha = agent.repository.commit({ "README.md": `# ${round}\n` });
    const watching = watchRequests(server);
    taken.push(await plan(`replan/${round}`, baseSha));
    watching.stop();
    dryRuns += watching.answered.filter((one) => !isWatch(one) && one.path.includes("dryRun")).length;
  }
  return {
    measure: "plan again when the base moved elsewhere",
    unit: "ms",
    of: rounds,
    first: rounded(first),
    p50: rounded(percentile(taken, 0.5)),
    p99: rounded(percentile(taken, 0.99)),
    dryRuns,
    timesFaster: ratio(first, percentile(taken, 0.5)),
  };
}

const slower = (one: KubeObject): KubeObject =>
  ({ ...one, spec: { ...(one.spec as object), minReadySeconds: 7 } }) as KubeObject;
