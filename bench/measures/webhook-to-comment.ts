import { covered, spread } from "../statistics.ts";
import type { World } from "../world.ts";

const pullRequests = 100;

/**
 * From the webhook's arrival at the bot to the comment with the plan written on the forge, without the time that the forge
 * itself took to answer in between: that is GitHub's to spend, not ours. Pull requests come one after the other.
 */
export async function webhookToComment(world: World): Promise<object> {
  const own: number[] = [];
  const whole: number[] = [];
  for (let n = 0; n < pullRequests; n++) {
    const branch = `bench-comment-${n}`;
    await world.branch(branch);
    await world.edit(branch, "deployment.yaml", (text) => text.replace(/replicas: \d+/, `replicas: ${10 + n}`));
    const written = world.github.next(
      ({ method, path, body }) =>
        (method === "POST" || method === "PATCH") && /\/comments(\/\d+)?$/.test(path) && body.includes("spec.replicas"),
    );
    const arrived = world.webhooks.next(
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
  return { measure: "webhook → comment", unit: "ms", of: pullRequests, ...spread(own), withForge: spread(whole) };
}
