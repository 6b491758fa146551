import { setTimeout as sleep } from "node:timers/promises";
import { rounded } from "../statistics.ts";
import { startWorld, type World } from "../world.ts";

const pullRequests = 500;
const folder = "demo";
/** So long without another job, nothing more comes of a push. */
const quietMs = 3_000;

/**
 * A push to the base of 500 open pull requests: once with no file of their system, once with one, so that each of them has another
 * tree to be merged into. Taken from the webhook's arrival to the end of the last look at one of them; nothing of it is to be written,
 * since no plan says anything else than before. A pull request that is opened at the same moment tells whether people wait meanwhile.
 *
 * The bot's own limit of writes is lifted, or opening the 500 would take hours.
 */
export async function crowd(): Promise<object> {
  await using world = await disposable();
  for (let n = 0; n < pullRequests; n++) {
    await world.branch(`crowd-${n}`);
    await world.create(`crowd-${n}`, `${folder}/crowd-${n}.yaml`, configMap(n));
    await world.openPullRequest(`crowd-${n}`);
  }
  for (let number = 1; number <= pullRequests; number++) await world.settled(number);
  await settled(world, 0);
  const elsewhere = await pushed(world, "README.md", "alone");
  const inside = await pushed(world, `${folder}/settings-of-all.yaml`, "beside");
  return { measure: "push that concerns 500 open pull requests", unit: "ms", of: pullRequests, elsewhere, inside };
}

async function pushed(world: World, path: string, branch: string) {
  const before = await world.jobs("pull-request");
  const written = world.github.exchanges.length;
  const arrived = world.bot.next("the push", ({ headers }) => headers["x-github-event"] === "push");
  await world.create("main", path, path.endsWith(".yaml") ? configMap(1_000) : "# pushed\n");
  const { from } = await arrived;
  const comment = await commented(world, `meanwhile-${branch}`);
  const to = await settled(world, before + pullRequests);
  const writes = world.github.exchanges
    .slice(written)
    .filter(({ method, path }) => method !== "GET" && /\/(comments|check-runs)/.test(path)).length;
  return { all: rounded(to - from), commentMeanwhile: rounded(comment), writes };
}

/** From opening one to its comment. */
async function commented(world: World, branch: string): Promise<number> {
  await world.branch(branch);
  await world.create(branch, `${folder}/${branch}.yaml`, configMap(branch));
  const written = world.github.next(
    `the comment of ${branch}`,
    ({ method, path, body }) => method !== "GET" && /\/comments(\/\d+)?$/.test(path) && body.includes(branch),
  );
  const began = performance.now();
  await world.openPullRequest(branch);
  await written;
  return performance.now() - began;
}

/** @returns when the last job ended, once there are at least so many and no more come */
async function settled(world: World, atLeast: number): Promise<number> {
  let count = 0;
  for (let last = performance.now(); ; await sleep(50)) {
    const now = await world.jobs("pull-request");
    if (now !== count) last = performance.now();
    count = now;
    if (count >= atLeast && performance.now() - last > quietMs) return last;
  }
}

const configMap = (name: number | string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: crowd-${name}\ndata:\n  number: "${name}"\n`;

async function disposable(): Promise<World & AsyncDisposable> {
  const botEnvironment = { TRUEUP_WRITES_PER_MINUTE: "100000", TRUEUP_WRITES_PER_HOUR: "100000" };
  const world = await startWorld({ folder, botEnvironment });
  return { ...world, [Symbol.asyncDispose]: () => world.stop() };
}
