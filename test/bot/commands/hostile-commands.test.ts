import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileLines, notInert } from "../../core/report/hostile.ts";
import {
  type BotWorld,
  botComments,
  check,
  config,
  configMap,
  eventually,
  mayPush,
  propose,
  startBotWorld,
} from "../bot-world.ts";

let world: BotWorld;
let number: number;
let other: number;
beforeAll(async () => {
  const files = { ".trueup.yaml": config(), "shop/web.yaml": configMap("red"), "README.md": "#\n" };
  world = await startBotWorld(files, { appPermissions: mayPush });
  number = await propose(world, "one", { "shop/web.yaml": configMap("blue") });
  other = await propose(world, "other", { "shop/web.yaml": configMap("green") });
  for (const each of [number, other]) {
    await eventually(
      () => botComments(world, each),
      ([comment]) => comment?.includes("1 update") === true,
      "plan",
    );
  }
});
afterAll(() => world?.dispose());

/** Says these, and waits for a comment that answers all of them. */
async function answersTo(commands: readonly string[]): Promise<string> {
  const ids: number[] = [];
  for (const command of commands) {
    ids.push((await world.repository.addComment(number, command, world.forge.person.login)).id);
  }
  const [comment] = await eventually(
    () => botComments(world, number),
    ([told = ""]) => ids.every((id) => told.includes(`<!-- trueup:answer:${id} -->`)),
    `answers to ${commands.join(" and ")}`,
  );
  return comment!;
}

/** As one word, which some commands take. */
const word = (line: string): string => line.replaceAll(" ", "+");

/** As many as a comment has room for. */
const batches = [0, 4, 8].map((at) => hostileLines.slice(at, at + 4)).filter((lines) => lines.length > 0);

test.each<[string, (line: string) => string]>([
  ["nothing that is known", (line) => line],
  ["nothing that is known, in one word", word],
  ["a commit to plan", (line) => `plan ${word(line)}`],
  ["a system to sync", (line) => `sync ${word(line)}`],
  ["a commit to roll back to", (line) => `rollback ${word(line)}`],
  ["a commit to approve", (line) => `approve-delete ${word(line)}`],
  ["how long to pause", (line) => `pause ${word(line)} for a while`],
  ["something to resume", (line) => `resume ${line}`],
  ["something to compare", (line) => `diff ${line}`],
  ["an object to adopt, and more", (line) => `adopt ${line} more`],
  ["a question for help", (line) => `help ${line}`],
])("hostile words as %s are answered as inert code", async (_, command) => {
  for (const lines of batches) {
    const comment = await answersTo(lines.map((line) => `/trueup ${command(line)}`));
    expect(notInert(comment)).toEqual([]);
    expect(comment).toContain("evil");
  }
});

test("whoever a pause holds is told why in the comment and in the check, as inert code", async () => {
  const why = "because @evil/ops fixes #1 <img src=evil> [evil](https://evil.example) `evil` | **evil** \0 \u202eevil";
  await world.repository.addComment(number, `/trueup pause 1h ${why}`, world.forge.person.login);
  for (const each of [number, other]) {
    const [comment] = await eventually(
      () => botComments(world, each),
      ([told]) => told?.includes("because ") === true,
      "pause",
    );
    const found = await eventually(
      () => check(world, each),
      (one) => one?.summary?.includes("because ") === true,
      "pause in the check",
    );
    for (const told of [comment!, found!.summary!, found!.text ?? ""]) expect(notInert(told)).toEqual([]);
    expect(found!.title).toBe("1 update");
  }
});
