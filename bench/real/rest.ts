import { setTimeout as sleep } from "node:timers/promises";
import { manyObjects } from "./objects.ts";
import { type RealWorld, system } from "./real-world.ts";
import { isWatch, watchRequests } from "./requests.ts";

const seconds = 60;

/** What 2,000 unchanged objects cost the API server in a minute in which nobody does anything. */
export async function rest({ server }: RealWorld): Promise<object> {
  const { objects } = manyObjects(system);
  const watching = watchRequests(server);
  await sleep(seconds * 1000);
  watching.stop();
  const watches = watching.answered.filter(isWatch).length;
  const requests = watching.answered.length - watches;
  return {
    measure: "requests in a minute of rest",
    of: objects.length,
    requests,
    watchesResumed: watches,
    perObject: requests / objects.length,
  };
}
