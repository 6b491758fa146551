import { diffArrays } from "diff";
import { describe, expect, test } from "vitest";
import { adoptChanges } from "../../../src/core/adopt/adopt-changes.ts";
import { files } from "./drifted-files.ts";
import { workloads } from "./drifted-workloads.ts";

/** Of two texts, line for line; a line break at the end counts. */
function linesOf(before: string, after: string): string[] {
  return diffArrays(before.split("\n"), after.split("\n")).flatMap(({ added, removed, value }) =>
    added || removed ? value.map((line) => (added ? "+" : "-") + line) : [],
  );
}

const drifted = [...workloads, ...files];

describe("the commit that adopts touches nothing but what drifted", () => {
  test.each(drifted)("$name", ({ file = "app/all.yaml", content, object, changes, diff }) => {
    const told = adoptChanges({ file, content, object, changes });
    expect(told.refused).toEqual([]);
    expect(linesOf(content, told.content ?? content)).toEqual(diff);
    expect(told.adopted).toBe(changes.length);
  });

  test("in more than fifty files", () => {
    expect(drifted.length).toBeGreaterThan(50);
  });
});

test.each(drifted)(
  "adopted once, it is in Git and nothing is left to adopt: $name",
  ({ file = "app/all.yaml", content, object, changes }) => {
    const { content: adopted } = adoptChanges({ file, content, object, changes });
    // A place in a list names another item once one before it is gone.
    const again = changes.filter(({ path, to }) => to !== undefined || path.every(({ type }) => type !== "index"));
    expect(adoptChanges({ file, content: adopted!, object, changes: again })).toEqual({ adopted: 0, refused: [] });
  },
);
