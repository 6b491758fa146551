import { createHmac, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { jsonApi } from "../../../src/sandbox/story/json-api.ts";
import { type BotWorld, botComments, config, configMap, eventually, mayPush, startBotWorld } from "../bot-world.ts";
import { approvedPlans, concluded, holdDeletions, proposeHeld } from "./held-deletion.ts";

let world: BotWorld;
/** GitHub tells times in whole seconds. */
let later = 0;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red") };
  world = await startBotWorld(files, { appPermissions: mayPush, clock: () => new Date(Date.now() + later) });
  holdDeletions(world);
  await eventually(
    () => world.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
});
afterEach(() => world.forge.faults.clear());
afterAll(() => world?.dispose());

interface Person {
  login: string;
  token: string;
}

const say = (number: number, body: string, { login }: Person) => world.repository.addComment(number, body, login);
const edit = async (id: number, body: string, { token }: Person) =>
  void (await jsonApi({ base: world.forge.apiUrl, token })(`/repos/acme/state/issues/comments/${id}`, {
    method: "PATCH",
    body: { body },
  }));
const told = (number: number, words: string) =>
  eventually(
    () => botComments(world, number).join(),
    (text) => text.includes(words),
    words,
  );
const reactions = (id: number) => world.repository.reactions(id).map(({ content }) => content);
const reacted = (id: number) =>
  eventually(
    () => reactions(id),
    (found) => found.length > 0,
    "reaction",
  );
const audit = async (words: string) => (await world.bot.audit()).filter(({ what }) => what.includes(words));
const done = (words: string, count = 1) =>
  eventually(
    () => audit(words),
    (found) => found.length >= count,
    `audit of ${words}`,
  );

/** Says something, and edits it before the bot hears of it. @returns the comment */
async function sayAndEdit(number: number, said: string, by: Person, then: string, editor: Person): Promise<number> {
  const hold = world.forge.faults.holdDeliveries((event) => event === "issue_comment");
  const { id } = await say(number, said, by);
  await edit(id, then, editor);
  hold.release();
  await world.forge.settled();
  return id;
}

/** All that was said before has been looked at by then. */
async function caughtUp(number: number): Promise<void> {
  const words = `/trueup ${randomUUID()}`;
  await say(number, words, world.forge.person);
  await done(words);
}

test("nobody can have somebody else's comment approve a deletion by editing it, before it is read or after", async () => {
  const { maintainer, person } = world.forge;
  const { number, headSha } = await proposeHeld(world, "sly");
  const approval = `/trueup approve-delete ${headSha}`;
  const id = await sayAndEdit(number, "/trueup help", maintainer, approval, person);
  expect(await reacted(id)).toEqual(["confused"]);
  await told(number, "This said something else when it was written, so nothing was done");

  const edited: number[] = [];
  for (const [said, editor] of [
    ["Looks good to me", person],
    ["Let me see", maintainer],
    ["/trueup help", person],
  ] as const) {
    const comment = await say(number, said, maintainer);
    if (said.startsWith("/")) expect(await reacted(comment.id)).toEqual(["eyes"]);
    else edited.push(comment.id);
    await edit(comment.id, approval, editor);
  }
  await world.forge.settled();
  await caughtUp(number);
  expect(edited.flatMap(reactions)).toEqual([]);
  expect(await audit("approved 1 deletions")).toEqual([]);
  expect(approvedPlans(world, number)).toEqual([]);
  await concluded(world, number, "action_required");
});

test("an approval that was edited, be it below its first line, lets nothing go until it is written anew", async () => {
  const { maintainer } = world.forge;
  const { number, headSha } = await proposeHeld(world, "thought-over");
  const approval = `/trueup approve-delete ${headSha}`;
  const hold = world.forge.faults.holdDeliveries((event) => event === "issue_comment");
  const { id } = await say(number, approval, maintainer);
  later += 2_000;
  await edit(id, `${approval}\n\nBut only after the backup.`, maintainer);
  hold.release();
  await told(number, "A comment that was edited approves nothing; write a new one.");
  expect(approvedPlans(world, number)).toEqual([]);
  await concluded(world, number, "action_required");
  await say(number, approval, maintainer);
  await concluded(world, number, "success");
  expect(approvedPlans(world, number)).toHaveLength(1);
});

test.each(["plan", "sync", "rollback", "pause 1h", "resume", "diff", "adopt"])(
  "`%s` that somebody writes into another's comment before it is read is not done in that one's name",
  async (command) => {
    const { maintainer, person } = world.forge;
    const { number } = await proposeHeld(world, `foisted-${command.replace(" ", "-")}`);
    const before = world.agent.commands.length;
    const id = await sayAndEdit(number, "/trueup help", maintainer, `/trueup ${command}`, person);
    expect(await reacted(id)).toEqual(["confused"]);
    await told(number, "This said something else when it was written");
    await caughtUp(number);
    expect(world.agent.commands.slice(before)).toEqual([]);
  },
);

test("a question that waits for an agent's answer is not turned into another command by editing it meanwhile", async () => {
  const { maintainer, person } = world.forge;
  const { number } = await proposeHeld(world, "waiting");
  const { id } = await say(number, "/trueup diff", maintainer);
  const asked = await eventually(
    () => world.agent.commands.find((command) => command.type === "ask-drift" && command.id.includes(`/${id}/`)),
    (found) => found !== undefined,
    "question",
  );
  const before = world.agent.commands.length;
  await edit(id, "/trueup pause 1h", person);
  const { repositoryId, system } = asked as { repositoryId: number; system: string };
  const error = { kind: "fault", message: "not now" } as const;
  world.agent.link.send({ type: "drift-answer", id: asked!.id, repositoryId, system, error });
  await told(number, "This said something else when it was written");
  await caughtUp(number);
  expect(world.agent.commands.slice(before)).toEqual([]);
});

test("a command that is taken back before it is read is not done, and one with a word mended below it is", async () => {
  const { person } = world.forge;
  const { number } = await proposeHeld(world, "mended");
  const plans = () => world.agent.commands.filter((one) => one.type === "plan" && one.pullRequest === number).length;
  const back = await sayAndEdit(number, "/trueup plan", person, "Never mind", person);
  await caughtUp(number);
  expect(reactions(back)).toEqual([]);
  expect(plans()).toBe(1);
  later += 2_000;
  const mended = await sayAndEdit(number, "/trueup plan\n\nplaese", person, "/trueup plan\n\nplease", person);
  await eventually(plans, (count) => count === 2, "another plan");
  expect(await reacted(mended)).toEqual(["eyes"]);
});

/** As GitHub tells of a comment, under an id of its own each time. */
async function deliver(number: number, id: number, body: string): Promise<void> {
  const payload = JSON.stringify({
    action: "created",
    issue: { number, pull_request: {} },
    comment: { id, body },
    repository: { id: world.repository.address.id },
  });
  const { webhookSecret } = world.forge.app;
  const answer = await fetch(`${world.bot.url}/`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "issue_comment",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update(payload).digest("hex")}`,
    },
    body: payload,
  });
  expect(answer.status).toBe(200);
}

test.each(["plan", "sync", "pause 1h", "resume", "help", "approve-delete", "rollback"])(
  "`%s` that is delivered twice, at once and once more later, is done once",
  async (command) => {
    const { number, headSha } = await proposeHeld(world, `twice-${command.replace(" ", "-")}`);
    const before = world.agent.commands.length;
    const body = `/trueup ${command}${command === "approve-delete" ? ` ${headSha}` : ""}`;
    world.forge.faults.doubleDeliveries((event) => event === "issue_comment");
    const { id } = await say(number, body, world.forge.maintainer);
    await deliver(number, id, body);
    await done(`asked on #${number} for \`${body}\``);
    await world.forge.settled();
    world.forge.faults.doubleDeliveries(undefined);
    await deliver(number, id, body);
    await caughtUp(number);
    const types = { plan: 1, sync: 1, "pause 1h": 1, resume: 1, "approve-delete": 1 } as Record<string, number>;
    await eventually(
      () => world.agent.commands.length - before,
      (count) => count === (types[command] ?? 0),
      "the command, once",
    );
    expect(await audit(`asked on #${number} for \`${body}\``)).toHaveLength(1);
    expect(await reacted(id)).toEqual(["eyes"]);
    expect(botComments(world, number)).toHaveLength(1);
  },
);
