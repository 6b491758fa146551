import { expect, test } from "vitest";
import { parseCommand } from "../../../src/bot/commands/parse-command.ts";

test.each([
  ["/trueup plan", { name: "plan", sha: undefined }],
  ["/trueup plan 3F9C2D1", { name: "plan", sha: "3f9c2d1" }],
  ["/trueup plan 3f9c2d", { name: "no-commit", word: "3f9c2d" }],
  ["\n/trueup plan\r\nthank you", { name: "plan", sha: undefined }],
  ["/trueup", { name: "help" }],
  ["/trueup sync", { name: "sync", system: undefined }],
  ["/trueup  sync  shop", { name: "sync", system: "shop" }],
  ["/trueup rollback ABCDEF1", { name: "rollback", sha: "abcdef1" }],
  ["/trueup rollback --force", { name: "no-commit", word: "--force" }],
  ["/trueup rollback abc", { name: "no-commit", word: "abc" }],
  ["/trueup plan now", { name: "no-commit", word: "now" }],
  ["/trueup approve everything @you", { name: "unknown", word: "approve everything @you" }],
  ["I would write /trueup plan here", undefined],
  ["/trueupplan", undefined],
  ["> /trueup plan", undefined],
])("%j", (comment, command) => {
  expect(parseCommand(comment)).toEqual(command);
});
