import { pacer } from "../pace.ts";
import { spread } from "../statistics.ts";
import { within } from "../within.ts";
import type { World } from "../world.ts";

const merges = 20;
/** Comment, check, Deployment and its statuses, and the comment's and the check's ends. */
const writes = 8;

/** From the answer to the merge request to the merged value live in the cluster. */
export async function mergeToApplied(world: World): Promise<object> {
  const applied: number[] = [];
  const pace = pacer(writes);
  for (let n = 0; n < merges; n++) {
    await pace();
    const branch = `bench-merge-${n}`;
    const replicas = 2 + (n % 2);
    await world.branch(branch);
    await world.edit(branch, "deployment.yaml", (text) => text.replace(/replicas: \d+/, `replicas: ${replicas}`));
    const number = await world.openPullRequest(branch);
    await world.settled(number);
    const live = new Promise<number>((resolve) => {
      const stop = world.onDeployment((deployment) => {
        if ((deployment.spec as { replicas: number }).replicas !== replicas) return;
        stop();
        resolve(performance.now());
      });
    });
    await world.merge(number);
    const merged = performance.now();
    applied.push(Math.max(0, (await within(`the merge of #${number} to be applied`, live)) - merged));
    await world.deployed(number);
  }
  return { measure: "merge → applied", unit: "ms", of: merges, ...spread(applied) };
}
