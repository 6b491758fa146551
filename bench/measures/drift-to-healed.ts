import { spread } from "../statistics.ts";
import { within } from "../within.ts";
import type { World } from "../world.ts";

const drifts = 200;

/** From a foreign write's event in the cluster to the event of the agent's write that puts it right. */
export async function driftToHealed(world: World): Promise<object> {
  const wanted = world.replicas();
  const healed: number[] = [];
  for (let n = 0; n < drifts; n++) {
    let drifted = Number.NaN;
    const back = new Promise<void>((resolve) => {
      const stop = world.onDeployment((deployment) => {
        const { replicas } = deployment.spec as { replicas: number };
        if (replicas !== wanted && Number.isNaN(drifted)) drifted = performance.now();
        if (replicas === wanted && !Number.isNaN(drifted)) {
          healed.push(performance.now() - drifted);
          stop();
          resolve();
        }
      });
    });
    // Different writers: one who keeps writing would rightly be called contested.
    world.scale(wanted + 1, `bench-${n}`);
    await within(`the heal of drift ${n}`, back);
    await world.rest(50);
  }
  return { measure: "drift → healed", unit: "ms", of: drifts, ...spread(healed) };
}
