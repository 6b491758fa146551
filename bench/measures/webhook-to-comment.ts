import { pacer } from "../pace.ts";
import { covered, rounded, spread } from "../statistics.ts";
import type { World } from "../world.ts";

const pullRequests = 100;
/** The comment and the check run. */
const writes = 2;

/**
 * From the webhook's arrival at the bot to the comment with the plan written on the forge, without the time that the forge
 * itself took to answer in between: that is GitHub's to spend, not ours. Pull requests come one after the other, no faster than the
 * bot's production limits let it write; what writes had to wait nevertheless is told apart, and would be within the figures.
 */
export async function webhookToComment(world: World): Promise<object> {
  const waitedBefore = await world.writeWaits();
  const pace = pacer(writes);
  const own: number[] = [];
  const whole: number[] = [];
  for (let n = 0; n < pullRequests; n++) {
    await pace();
    const branch = `bench-comment-${n}`;
    await world.branch(branch);
    await world.edit(branch, "deployment.yaml", (text) => text.replace(/replicas: \d+/, `replicas: ${10 + n}`));
    const written = world.github.next(
      `the comment of ${branch}`,
      ({ method, path, body }) =>
        (method === "POST" || method === "PATCH") && /\/comments(\/\d+)?$/.test(path) && body.includes("spec.replicas"),
    );
    const arrived = world.bot.next(
      `the webhook of ${branch}`,
      ({ headers, body }) => headers["x-github-event"] === "pull_request" && body.includes(`"ref":"${branch}"`),
    );
    const number = await world.openPullRequest(branch);
    const { from } = await arrived;
    const { to } = await written;
    const window = { from, to };
    whole.push(to - from);
    own.push(to - from - covered(world.github.exchanges, window));
    await world.settled(number);
    await world.close(number);
  }
  const writesWaited = rounded((await world.writeWaits()) - waitedBefore);
  return {
    measure: "webhook → comment",
    unit: "ms",
    of: pullRequests,
    ...spread(own),
    withForge: spread(whole),
    writesWaited,
  };
}
