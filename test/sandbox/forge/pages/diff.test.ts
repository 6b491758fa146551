import { expect, test } from "vitest";
import { linesOf } from "../../../../src/sandbox/forge/pages/diff.ts";

test("the lines of a patch carry their numbers on both sides, across hunks", () => {
  const patch = "@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n@@ -10 +11 @@ in e\n-x\n\\ No newline at end of file\n+y\n";
  expect(linesOf(patch)).toEqual([
    { kind: "hunk", text: "@@ -1,2 +1,3 @@", was: undefined, now: undefined },
    { kind: "same", text: "a", was: 1, now: 1 },
    { kind: "del", text: "b", was: 2, now: undefined },
    { kind: "add", text: "c", was: undefined, now: 2 },
    { kind: "add", text: "d", was: undefined, now: 3 },
    { kind: "hunk", text: "@@ -10 +11 @@ in e", was: undefined, now: undefined },
    { kind: "del", text: "x", was: 10, now: undefined },
    { kind: "note", text: "No newline at end of file", was: undefined, now: undefined },
    { kind: "add", text: "y", was: undefined, now: 11 },
  ]);
});

test("a line that looks like a file's header is a line", () => {
  expect(linesOf("@@ -1 +1 @@\n--- a\n+++ b\n").map(({ kind }) => kind)).toEqual(["hunk", "del", "add"]);
});
