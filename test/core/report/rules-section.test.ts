import { expect, test } from "vitest";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import type { RulesReport } from "../../../src/core/report/rules-section.ts";
import { planned } from "./planned.ts";

const healOff = { system: "shop", rule: "heal", before: "true", after: "false", loosens: true };
const told = (rules: Partial<RulesReport>) => planned([], { rules: { added: [], removed: [], changes: [], ...rules } });

test("healing turned off is a warning in the comment and in the check's title, though no object changes", () => {
  const text = renderComment(told({ changes: [healOff] }));
  expect(text.split("\n")[0]).toBe("### trueup · nothing changes · **1 rule loosened**");
  expect(text).toContain("> [!WARNING]\n> **Loosens** `heal` of `shop`: `true` → `false`");
  expect(checkOf(told({ changes: [healOff] }))?.title).toBe("nothing changes · 1 rule loosened");
});

test("a stricter rule and a new system are told without alarm", () => {
  const text = renderComment(told({ added: ["blog"], changes: [{ ...healOff, loosens: false }] }));
  expect(text).toContain("> [!NOTE]\n> Changes `heal` of `shop`: `true` → `false`  \n> Adds system `blog`");
});

test("a system that is taken out is a warning", () => {
  expect(renderComment(told({ removed: ["blog"] }))).toContain("> [!WARNING]\n> **Takes out** system `blog`");
});

test("of a system that moves to another cluster is told what becomes of its objects in the former one", () => {
  const change = { system: "shop", rule: "cluster", before: "prod-eu", after: "prod-us", loosens: true };
  expect(renderComment(told({ changes: [change] }))).toContain(
    "> **Loosens** `cluster` of `shop`: `prod-eu` → `prod-us`. Its objects in `prod-eu` stay there and are no longer kept true",
  );
});

test("what a rule says cannot mention or link anybody", () => {
  const text = renderComment(told({ changes: [{ ...healOff, rule: "approvers", after: "@acme/ops ![x](http://x)" }] }));
  expect(text).toContain("`@acme/ops ![x](http://x)`");
});
