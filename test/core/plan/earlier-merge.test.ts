import { expect, test } from "vitest";
import { mergeByFile } from "../../../src/core/plan/earlier-merge.ts";

const landed = (sha: string, subject: string, ...files: string[]) => ({ sha, subject, files });

test("what is pending is named by the newest merge that changed its file, or by the newest of all", () => {
  const mergeOf = mergeByFile([
    landed("c", "Merge pull request #13 from mona/three", "shop/c.yaml"),
    landed("b", "Two (#12)", "shop/a.yaml", "shop/b.yaml"),
    landed("a", "One (#11)", "shop/a.yaml"),
  ]);
  expect(mergeOf("shop/a.yaml")).toEqual({ sha: "b", pullRequest: 12 });
  expect(mergeOf("shop/elsewhere.yaml")).toEqual({ sha: "c", pullRequest: 13 });
  expect(mergeByFile([])("shop/a.yaml")).toBeUndefined();
});

test.each([
  ["Merge pull request #7 from mona/a (#8)", 7],
  ['Revert "Scale the web up (#12)" (#14)', 14],
  ["Scale the web up (#12) ", undefined],
  ["Scale the web up", undefined],
  ["see #12", undefined],
  ["(#12)", undefined],
  ["a (#0)", undefined],
  ["a (#012)", undefined],
  ["a (#99999999999999999999)", undefined],
  ["a (#12)](https://evil.example) (#x)", undefined],
])("of the subject %j nothing is told but a number where GitHub writes one: %j", (subject, pullRequest) => {
  expect(mergeByFile([landed("a", subject, "x")])("x")).toEqual({
    sha: "a",
    ...(pullRequest === undefined ? {} : { pullRequest }),
  });
});
