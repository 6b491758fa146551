/**
 * Measures what users feel, one JSON line each. Bot and agent run as the processes they are in production; forge and cluster are the
 * embedded ones, in this process, so that the events on both sides have one clock.
 */

import { driftToHealed } from "./measures/drift-to-healed.ts";
import { memory } from "./measures/memory.ts";
import { mergeToApplied } from "./measures/merge-to-applied.ts";
import { start } from "./measures/start.ts";
import { validate } from "./measures/validate.ts";
import { webhookToComment } from "./measures/webhook-to-comment.ts";
import { startWorld } from "./world.ts";

const tell = (result: object): void => console.log(JSON.stringify(result));

tell(validate());
tell(await start());
const world = await startWorld();
try {
  tell(await memory(world));
  tell(await driftToHealed(world));
  tell(await mergeToApplied(world));
  tell(await webhookToComment(world));
} finally {
  await world.stop();
}
