import { diffArrays } from "diff";
import { describe, expect, test } from "vitest";
import { adoptChanges } from "../../../src/core/adopt/adopt-changes.ts";
import { access } from "./drifted-access.ts";
import { custom } from "./drifted-custom.ts";
import { deployments } from "./drifted-deployment.ts";
import { files } from "./drifted-files.ts";
import { kinds } from "./drifted-kinds.ts";
import { lists } from "./drifted-lists.ts";
import { texts } from "./drifted-texts.ts";
import { workloads } from "./drifted-workloads.ts";

/** Of two texts, line for line: those that go, then those that come. A line break at the end counts. */
function linesOf(before: string, after: string): string[] {
  const lines = diffArrays(before.split("\n"), after.split("\n")).flatMap(({ added, removed, value }) =>
    added || removed ? value.map((line) => (added ? "+" : "-") + line) : [],
  );
  return apart(lines);
}

const apart = (lines: readonly string[]): string[] =>
  ["-", "+"].flatMap((mark) => lines.filter((line) => line.startsWith(mark)));

const drifted = [deployments, workloads, texts, files, kinds, access, lists, custom].flat();

describe("the commit that adopts touches nothing but what drifted", () => {
  test.each(drifted)("$name", ({ file = "app/all.yaml", content, object, changes, diff }) => {
    const told = adoptChanges({ file, content, object, changes });
    expect(told.refused).toEqual([]);
    expect(linesOf(content, told.content ?? content)).toEqual(apart(diff));
    expect(told.adopted).toBe(changes.length);
  });

  test("in more than fifty different files", () => {
    expect(new Set(drifted.map(({ content }) => content)).size).toBeGreaterThan(50);
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
