import { expect, test } from "vitest";
import {
  type Answer,
  answersSection,
  mostOfAnswers,
  withAnswers,
  withoutAnswers,
} from "../../../src/core/report/answers.ts";

const answer = (commentId: number, text: string, asked = "/trueup help"): Answer => ({
  commentId,
  asked,
  by: "mona",
  text,
});

test("a comment has its answers below, and what it says can be had without them", () => {
  const body = "### trueup · planned\n\n<sub>foot</sub>";
  const told = withAnswers(body, [answer(2, "two"), answer(1, "one")]);
  expect(told).toMatch(/foot<\/sub>\n\n<!-- trueup:answers -->\n---\n[\s\S]*two[\s\S]*Answered before[\s\S]*one/);
  expect(withoutAnswers(told)).toBe(body);
  expect(withAnswers(body, [])).toBe(body);
});

test("what somebody wrote into a command does not reach the comment as anything but inert code", () => {
  const hostile = answer(1, "no", "/trueup x `</details><!-- trueup:answers --> @acme/ops\n# head");
  const told = withAnswers("body", [hostile]);
  expect(told).not.toContain("</details>\n");
  expect(withoutAnswers(told)).toBe("body");
});

test("an answer that there is no room for says so, whatever the comment is full of", () => {
  const full = "x".repeat(64_900);
  const long = answer(1, "y".repeat(30_000));
  for (const body of [full, "short"]) {
    const told = withAnswers(body, [long]);
    expect(told).toContain("longer than what this comment has room for");
    expect(told.length).toBeLessThan(65_536);
  }
});

test("older answers make room, so that the comment never grows beyond what GitHub takes", () => {
  const many = Array.from({ length: 20 }, (_, index) => answer(20 - index, "x".repeat(9_000)));
  const section = answersSection(many);
  expect(section.length).toBeLessThan(mostOfAnswers + 500);
  expect(section).toContain("trueup:answer:20 ");
  expect(section).toContain("trueup:answer:19 ");
  expect(section).not.toContain("trueup:answer:18 ");
});
