/**
 * Measures what users feel, one JSON line each. Bot and agent run as the processes they are in production; forge and cluster are the
 * embedded ones, in this process, so that the events on both sides have one clock. What is compared with peers (`real/`) runs on the real
 * API server, ours and theirs in one run.
 */

import { crowd } from "./measures/crowd.ts";
import { driftToHealed } from "./measures/drift-to-healed.ts";
import { memory } from "./measures/memory.ts";
import { mergeToApplied } from "./measures/merge-to-applied.ts";
import { report } from "./measures/report.ts";
import { start } from "./measures/start.ts";
import { validate } from "./measures/validate.ts";
import { webhookToComment } from "./measures/webhook-to-comment.ts";
import { applyMany } from "./real/apply.ts";
import { planSome } from "./real/plan.ts";
import { type RealWorld, startRealWorld } from "./real/real-world.ts";
import { replan } from "./real/replan.ts";
import { rest as restOfMany } from "./real/rest.ts";
import { startWorld, type World } from "./world.ts";

type Measure = (world: World) => Promise<object>;

const alone = { validate: async () => validate(), report, start, crowd, plan: planSome };
const inWorld: Record<string, Measure> = {
  memory,
  drift: driftToHealed,
  merge: mergeToApplied,
  comment: webhookToComment,
};

/** On the real API server, in this order: the later ones stand on what the first one applied. */
const onRealServer: Record<string, (world: RealWorld) => Promise<object>> = {
  apply: applyMany,
  replan,
  rest: restOfMany,
};

/** All of them, or those that the arguments name. */
const isWanted = ([name]: [string, unknown]): boolean => process.argv.length < 3 || process.argv.includes(name, 2);

/** A measure that fails says why, and the others go on. */
async function tell(name: string, measure: () => Promise<object>): Promise<void> {
  try {
    console.log(JSON.stringify(await measure()));
  } catch (error) {
    process.exitCode = 1;
    console.log(JSON.stringify({ measure: name, error: error instanceof Error ? error.message : String(error) }));
  }
}

for (const [name, measure] of Object.entries(alone).filter(isWanted)) await tell(name, measure);
const inSandbox = Object.entries(inWorld).filter(isWanted);
if (inSandbox.length > 0) {
  const world = await startWorld();
  try {
    for (const [name, measure] of inSandbox) await tell(name, () => measure(world));
  } finally {
    await world.stop();
  }
}
const onReal = Object.entries(onRealServer);
if (onReal.some(isWanted)) {
  const world = await startRealWorld();
  try {
    for (const [name, measure] of onReal) await tell(name, () => measure(world));
  } finally {
    await world.stop();
  }
}
