import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { jsonApi } from "../../../src/sandbox/story/json-api.ts";
import { type BotWorld, botComments, config, configMap, eventually, mayPush, startBotWorld } from "../bot-world.ts";
import { approvedPlans, askApproval, concluded, holdDeletions, proposeHeld } from "./held-deletion.ts";

type Role = "none" | "read" | "triage" | "write" | "maintain" | "admin";

let world: BotWorld;
const start = async (policy: string): Promise<BotWorld> => {
  const files = { ".trueup.yaml": config(policy), "shop/web.yaml": configMap("red") };
  const started = await startBotWorld(files, { appPermissions: mayPush });
  holdDeletions(started);
  await eventually(
    () => started.agent.commands.length,
    (count) => count === 1,
    "first sync",
  );
  return started;
};
afterEach(() => world.forge.faults.clear());

/** What GitHub says of somebody: the finer roles have the permission that they stand on. */
function roleIs(login: string, role: Role): void {
  const permission = role === "maintain" ? "write" : role === "triage" ? "read" : role;
  const path = new RegExp(`/collaborators/${login}/permission$`);
  const body = { permission, role_name: role };
  world.forge.faults.add({ method: "GET", path, times: 1000, does: { kind: "answer", status: 200, body } });
}

/** Has somebody say it, and waits. @returns what came of it, as the audit trail has it, and the reaction */
async function say(number: number, command: string, login: string): Promise<{ reaction: string; outcome: string }> {
  const { id } = await world.repository.addComment(number, command, login);
  const asked = `asked on #${number} for \`${command}\`: `;
  const before = await audit(asked);
  const outcomes = await eventually(
    () => {
      answerQuestions();
      return audit(asked);
    },
    (found) => found.length > before.length,
    asked,
  );
  const reaction = await eventually(
    () => world.repository.reactions(id).map(({ content }) => content),
    (found) => found.length > 0,
    "reaction",
  );
  return { reaction: reaction.join(), outcome: outcomes.at(-1)!.what.slice(asked.length) };
}
const answered = new Set<string>();
function answerQuestions(): void {
  for (const command of world.agent.commands) {
    if (command.type !== "ask-drift" || answered.has(command.id)) continue;
    const { id, repositoryId, system } = command;
    world.agent.link.send({
      type: "drift-answer",
      id,
      repositoryId,
      system,
      error: { kind: "fault", message: "busy" },
    });
    answered.add(id);
  }
}
const audit = async (words: string) => (await world.bot.audit()).filter(({ what }) => what.startsWith(words));

/** What comes of each for who is listened to. */
const outcomes = {
  help: /^answered$/,
  plan: /^planned again$/,
  sync: /^syncs shop$/,
  rollback: /^could not be done$/,
  "pause 1h": /^pauses shop until/,
  resume: /^resumes shop$/,
  diff: /^answered, 0 objects/,
  adopt: /^nothing to adopt$/,
};

describe("of a system whose policy names no approvers", () => {
  beforeAll(async () => {
    world = await start("");
  });
  afterAll(() => world?.dispose());

  test.each<Role>(["none", "read", "triage"])(
    "whoever has the role %s changes nothing by any command",
    async (role) => {
      const { maintainer } = world.forge;
      const { number, headSha } = await proposeHeld(world, `by-${role}`);
      roleIs(maintainer.login, role);
      const before = world.agent.commands.length;
      for (const command of [...Object.keys(outcomes), `approve-delete ${headSha}`]) {
        const told = await say(number, `/trueup ${command}`, maintainer.login);
        expect(told, command).toEqual({ reaction: "-1", outcome: "refused, no write permission" });
      }
      expect(world.agent.commands.slice(before)).toEqual([]);
      expect(botComments(world, number).join()).not.toContain("asked for by");
      await concluded(world, number, "action_required");
    },
  );

  test.each<[Role, boolean]>([
    ["write", false],
    ["maintain", true],
    ["admin", true],
  ])("whoever has the role %s is listened to; approves a deletion: %s", async (role, approves) => {
    const { maintainer } = world.forge;
    const { number, headSha } = await proposeHeld(world, `by-${role}`);
    roleIs(maintainer.login, role);
    for (const [command, outcome] of Object.entries(outcomes)) {
      const told = await say(number, `/trueup ${command}`, maintainer.login);
      expect(told, command).toEqual({ reaction: "eyes", outcome: expect.stringMatching(outcome) });
    }
    await concluded(world, number, "action_required");
    const told = await say(number, `/trueup approve-delete ${headSha}`, maintainer.login);
    expect(told.outcome).toMatch(approves ? /^approved for shop$/ : /^no: Deletions of `shop` are approved by/);
    await concluded(world, number, approves ? "success" : "action_required");
  });

  test("whoever opened it, or committed to it, approves nothing, and be it as an administrator", async () => {
    const { maintainer, person } = world.forge;
    const { number, headSha } = await proposeHeld(world, "own");
    roleIs(person.login, "admin");
    expect((await say(number, `/trueup approve-delete ${headSha}`, person.login)).outcome).toMatch(
      /^no: Whoever brings/,
    );
    const change = { branch: "own", path: "shop/web.yaml", content: configMap("theirs"), message: "Mine" };
    const { sha } = await world.repository.commitFile({ ...change, author: maintainer.login });
    await concluded(world, number, "action_required");
    expect((await say(number, `/trueup approve-delete ${sha}`, maintainer.login)).outcome).toMatch(
      /^no: Whoever brings/,
    );
    expect(approvedPlans(world, number)).toEqual([]);
  });

  test("whoever a commit names as co-author approves nothing", async () => {
    const { maintainer } = world.forge;
    const message = `Change\n\nCo-Authored-By: Both <12+${maintainer.login}@users.noreply.github.com>\n`;
    const { number, headSha } = await proposeHeld(world, "together", { message });
    expect(await askApproval(world, number, headSha, maintainer.login)).toMatch(/^no: Whoever brings deletions cannot/);
    expect(approvedPlans(world, number)).toEqual([]);
  });

  test("of a pull request with as many commits as GitHub lists nobody approves a deletion, for it may be theirs", async () => {
    const { maintainer } = world.forge;
    const { number, headSha } = await proposeHeld(world, "endless");
    const body = Array.from({ length: 250 }, () => ({ author: null, committer: null, commit: { message: "Change" } }));
    const path = new RegExp(`/pulls/${number}/commits$`);
    world.forge.faults.add({ method: "GET", path, does: { kind: "answer", status: 200, body } });
    expect(await askApproval(world, number, headSha, maintainer.login)).toBe(
      `no: Whoever brings deletions cannot approve them, and who that was is not known for \`shop\`: #${number} has as many commits as GitHub lists, and may have more. Take the files out in a pull request of their own.`,
    );
    expect(approvedPlans(world, number)).toEqual([]);
  });

  test("nobody approves what they may have asked the bot for in a comment that is gone", async () => {
    const { maintainer } = world.forge;
    const { number, headSha } = await proposeHeld(world, "trueup/rollback-1-987654");
    expect(await askApproval(world, number, headSha, maintainer.login)).toContain(
      `the comment that asked for #${number} is gone`,
    );
    expect(approvedPlans(world, number)).toEqual([]);
  });
});

describe("of a system whose policy names a team and a person", () => {
  beforeAll(async () => {
    world = await start("    approvers: ['@acme/ops', '@Visitor']\n");
  });
  afterAll(() => world?.dispose());

  test("neither a maintainer nor an administrator approves who is not among them, and who is in the team does, with write permission", async () => {
    const { maintainer } = world.forge;
    const { number, headSha } = await proposeHeld(world, "for-ops");
    const approve = async (role: Role) => {
      world.forge.faults.clear();
      roleIs(maintainer.login, role);
      return (await say(number, `/trueup approve-delete ${headSha}`, maintainer.login)).outcome;
    };
    expect(await approve("maintain")).toMatch(/^no: Deletions of `shop` are approved by someone of `acme\/ops`/);
    expect(await approve("admin")).toMatch(/^no: Deletions of `shop` are approved by/);
    const api = jsonApi({ base: world.forge.apiUrl, token: maintainer.token });
    await api("/orgs/acme/teams", { method: "POST", body: { name: "Ops" } });
    await api(`/orgs/acme/teams/ops/memberships/${maintainer.login}`, { method: "PUT", body: {} });
    expect(await approve("read")).toBe("refused, no write permission");
    expect(await approve("triage")).toBe("refused, no write permission");
    await concluded(world, number, "action_required");
    expect(await approve("write")).toBe("approved for shop");
    await concluded(world, number, "success");
  });

  test("whoever is named approves, with write permission and not without", async () => {
    const { visitor } = world.forge;
    const { number, headSha } = await proposeHeld(world, "for-one");
    roleIs(visitor.login, "triage");
    expect((await say(number, `/trueup approve-delete ${headSha}`, visitor.login)).outcome).toMatch(/^refused/);
    world.forge.faults.clear();
    roleIs(visitor.login, "write");
    expect((await say(number, `/trueup approve-delete ${headSha}`, visitor.login)).outcome).toBe("approved for shop");
    await concluded(world, number, "success");
  });

  test("a pull request that names its author's friends as approvers is approved by the base's alone", async () => {
    const { maintainer } = world.forge;
    const { number } = await proposeHeld(world, "friends");
    const policy = config(`    approvers: ['@${maintainer.login}']\n`);
    const change = { branch: "friends", path: ".trueup.yaml", content: policy, message: "Friends" };
    const { sha } = await world.repository.commitFile(change);
    await concluded(world, number, "action_required");
    const api = jsonApi({ base: world.forge.apiUrl, token: maintainer.token });
    await api(`/orgs/acme/teams/ops/memberships/${maintainer.login}`, { method: "DELETE" });
    roleIs(maintainer.login, "admin");
    const told = await say(number, `/trueup approve-delete ${sha}`, maintainer.login);
    expect(told.outcome).toMatch(/^no: Deletions of `shop` are approved by/);
    expect(approvedPlans(world, number)).toEqual([]);
  });
});
