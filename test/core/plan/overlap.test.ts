import { describe, expect, test } from "vitest";
import { byWeight, type Overlap, overlapOf, touchesOf } from "../../../src/core/plan/overlap.ts";
import type { FieldChange, PlannedObject } from "../../../src/core/plan/plan.ts";
import { overlapLines } from "../../../src/core/report/overlaps.ts";
import { deployment } from "../report/planned.ts";

const field = (
  path: string,
  after: FieldChange["after"],
  cause: FieldChange["cause"] = "pull-request",
): FieldChange => ({
  path,
  cause,
  ...(after === undefined ? {} : { after }),
});
const touch = (overrides: Partial<PlannedObject>) => [...touchesOf([deployment(overrides)]).values()][0]!;
const meet = (mine: Partial<PlannedObject>, theirs: Partial<PlannedObject>) => {
  const { pullRequest: _, object: __, ...rest } = overlapOf(touch(mine), touch(theirs), 5);
  return rest;
};

describe("what a pull request touches", () => {
  test("is what it changes itself, not what drifted, is pending or stands beside it", () => {
    const objects = [
      deployment({ name: "a" }),
      deployment({ name: "b", fields: [field("spec.replicas", 3, "drift")] }),
      deployment({ name: "c", action: "create", fields: [] }),
      deployment({ name: "d", action: "delete", fields: [] }),
      deployment({ name: "e", action: "delete", fields: [], pending: true }),
      deployment({ name: "f", action: "held", fields: [] }),
      deployment({ name: "g", action: "unchanged", fields: [field("spec.replicas", 3, "foreign")] }),
    ];
    expect([...touchesOf(objects).values()].map(({ name }) => name)).toEqual(["a", "c", "d"]);
  });
});

describe("two pull requests that meet in an object", () => {
  const replicas = (after: number) => ({ fields: [field("spec.replicas", after)] });

  test("give one field different values", () => {
    expect(meet(replicas(3), replicas(4))).toEqual({ how: "field", path: "spec.replicas", after: 4 });
  });

  test("one takes out what the other sets", () => {
    expect(meet(replicas(3), { fields: [field("spec.replicas", undefined)] })).toEqual({
      how: "field",
      path: "spec.replicas",
    });
  });

  test("one changes a part of what the other makes anew", () => {
    const whole = { fields: [field("spec.template", { spec: {} })] };
    const part = { fields: [field("spec.template.spec.containers[web].image", "web:2")] };
    expect(meet(part, whole)).toEqual({ how: "field", path: "spec.template.spec.containers[web].image" });
    expect(meet(whole, part)).toEqual({ how: "field", path: "spec.template" });
    const near = { fields: [field("spec.templates", 1)] };
    expect(meet(near, whole)).toEqual({ how: "object" });
  });

  test.each([
    ["the same value", replicas(3), replicas(3), "object"],
    ["different fields", replicas(3), { fields: [field("spec.paused", true)] }, "object"],
    ["this deletes", { action: "delete", fields: [] }, replicas(3), "changes-deleted"],
    ["the other deletes", replicas(3), { action: "delete", fields: [] }, "deletes"],
    ["both delete", { action: "delete", fields: [] }, { action: "delete", fields: [] }, "both-delete"],
    ["both create it", { action: "create", fields: [] }, { action: "create", fields: [] }, "object"],
  ] as const)("%s", (_, mine, theirs, how) => {
    expect(meet(mine as Partial<PlannedObject>, theirs as Partial<PlannedObject>)).toEqual({ how });
  });

  test("are told worst first, a few, and nothing of them is anything but inert", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", name: "@acme/ops" };
    const overlaps: Overlap[] = [
      { pullRequest: 9, object, how: "object" },
      { pullRequest: 7, object, how: "field", path: "data.<img src=x>", after: "fixes #1" },
      { pullRequest: 8, object, how: "deletes" },
      ...Array.from({ length: 7 }, (_, index): Overlap => ({ pullRequest: 10 + index, object, how: "both-delete" })),
    ];
    const lines = overlapLines(overlaps.toSorted(byWeight)).split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "- `#8` **deletes** `ConfigMap` `@acme/ops`, which this one changes.",
      "- `#7` also changes `data.<img src=x>` of `ConfigMap` `@acme/ops`, **to something else** (to `fixes #1`).",
    ]);
    expect(lines.at(-1)).toBe("- … and others.");
    expect(lines.join("").replaceAll(/`[^`]*`/g, "")).not.toMatch(/[@#<]/);
  });
});
