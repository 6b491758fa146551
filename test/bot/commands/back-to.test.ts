import { expect, test } from "vitest";
import { backTo } from "../../../src/bot/commands/back-to.ts";

const [one, other] = ["a".repeat(40), "b".repeat(40)];

test("systems that go back to different commits are told each with its own", () => {
  const { whose, title, commits } = backTo([
    { name: "plat", sha: one },
    { name: "shop", sha: other },
  ]);
  expect(whose).toBe("`plat` back to `aaaaaaa`, `shop` to `bbbbbbb`");
  expect(title).toBe("Roll back plat to aaaaaaa, shop to bbbbbbb");
  expect(commits).toBe("aaaaaaa, bbbbbbb");
});

test("those that go back to the same commit share it, and a title has room for two names", () => {
  const of = (...names: string[]) => backTo(names.map((name) => ({ name, sha: one })));
  expect(of("plat", "shop")).toMatchObject({
    whose: "`plat`, `shop` back to `aaaaaaa`",
    title: "Roll back plat, shop to aaaaaaa",
  });
  expect(of("a", "b", "c").title).toBe("Roll back 3 systems to aaaaaaa");
});

test("however many systems and commits there are, GitHub takes the title and the answer", () => {
  const name = "x".repeat(63);
  const many = Array.from({ length: 500 }, (_, n) => ({ name, sha: n.toString(16).padStart(7, "0") }));
  for (const targets of [many, many.map((target) => ({ ...target, sha: one }))]) {
    const { whose, title } = backTo(targets);
    expect(title.length).toBeLessThan(256);
    expect(whose.length).toBeLessThan(20_000);
  }
});
