import { describe, expect, test } from "vitest";
import { MASK } from "../../../src/core/manifest/credentials-in-text.ts";
import { byWeight, type Overlap, overlapOf, touchesOf } from "../../../src/core/plan/overlap.ts";
import type { FieldChange, PlannedObject } from "../../../src/core/plan/plan.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { overlapLines } from "../../../src/core/report/overlaps.ts";
import { deployment, planned, planOf } from "../report/planned.ts";

const field = (
  path: string,
  after: FieldChange["after"],
  cause: FieldChange["cause"] = "pull-request",
): FieldChange => ({
  path,
  cause,
  ...(after === undefined ? {} : { after }),
});
const shop = { system: "shop", cluster: "prod" };
const systems = [shop];
const touch = (overrides: Partial<PlannedObject>) => [...touchesOf([deployment(overrides)]).values()][0]!;
const meet = (mine: Partial<PlannedObject>, theirs: Partial<PlannedObject>) => {
  const met = { pullRequest: 5, at: shop, mine: touch(mine), theirs: touch(theirs) };
  const { pullRequest: _, object: __, systems: ___, ...rest } = overlapOf(met);
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
      deployment({ name: "made again", action: "create", fields: [], drifted: true }),
      deployment({ name: "not made yet", action: "create", fields: [], pending: true }),
      deployment({ name: "g", action: "unchanged", fields: [field("spec.replicas", 3, "foreign")] }),
    ];
    expect([...touchesOf(objects).values()].map(({ name }) => name).sort()).toEqual(["a", "c", "d"]);
  });

  test("is more than is looked through where it is very much: what it leaves out is the least, and said", () => {
    const some = (count: number, action: PlannedObject["action"]) =>
      Array.from({ length: count }, (_, at) =>
        deployment({
          name: `${action}-${at}`,
          action,
          fields: action === "update" ? [field("spec.replicas", at)] : [],
        }),
      );
    // In the order of a plan, which applies before it deletes.
    const objects = [...some(1_000, "update"), ...some(900, "create"), ...some(50, "recreate"), ...some(600, "delete")];
    const kept = [...touchesOf(objects).values()];
    const counted = Map.groupBy(kept, ({ action }) => action);
    expect([...counted].map(([action, { length }]) => [action, length])).toEqual([
      ["delete", 600],
      ["recreate", 50],
      ["create", 900],
      ["update", 450],
    ]);
    const told = "Other open pull requests were looked through for 2000 of 2550 objects, deletions first.";
    expect(renderComment(planned(objects)).split("\n")).toContain(told);
    expect(renderComment(planned(some(2_000, "update")))).not.toContain("looked through");
    expect(renderComment(planned([], { plans: [planOf(objects), planOf(some(9, "update"))] }))).toContain(
      "for 2009 of 2559 objects",
    );
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
    [
      "both create it, with whatever content",
      { action: "create", fields: [] },
      { action: "create", fields: [] },
      "both-create",
    ],
    [
      "the other makes it anew, which deletes nothing for good",
      replicas(3),
      { action: "recreate", fields: [] },
      "recreates",
    ],
    ["this makes it anew", { action: "recreate", fields: [] }, replicas(3), "changes-recreated"],
    [
      "the other deletes what this makes anew",
      { action: "recreate", fields: [] },
      { action: "delete", fields: [] },
      "deletes",
    ],
  ] as const)("%s", (_, mine, theirs, how) => {
    expect(meet(mine as Partial<PlannedObject>, theirs as Partial<PlannedObject>)).toEqual({ how });
  });

  test("a field that making anew changes otherwise is told as that field", () => {
    expect(meet(replicas(3), { action: "recreate", ...replicas(4) })).toEqual({
      how: "field",
      path: "spec.replicas",
      after: 4,
    });
  });

  test("values that are hidden may differ, and are not told to be the same; another that is seen to differ is worse", () => {
    const secret = { fields: [field("data.user", "same"), field("data.password", MASK)] };
    expect(meet(secret, secret)).toEqual({ how: "hidden", path: "data.password" });
    const inText = { fields: [field("data.url", { of: [`postgres://web:${MASK}@db`] })] };
    expect(meet(inText, inText)).toEqual({ how: "hidden", path: "data.url" });
    expect(
      meet({ fields: [...secret.fields, field("data.z", "1")] }, { fields: [...secret.fields, field("data.z", "2")] }),
    ).toEqual({ how: "field", path: "data.z", after: "2" });
  });

  test("two that change very many fields are compared in one go", () => {
    const many = (name: string) => ({
      fields: Array.from({ length: 50_000 }, (_, at) => field(`data.${name}${at}[a].b`, at)),
    });
    const mine = many("x");
    expect(meet(mine, many("y"))).toEqual({ how: "object" });
    expect(meet(mine, { fields: [...many("y").fields, field("data.x49999", {})] })).toEqual({
      how: "field",
      path: "data.x49999[a].b",
    });
  });

  test("are told worst first, a few, in an alert what undoes the other, and nothing of them is anything but inert", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", name: "@acme/ops" };
    const overlaps: Overlap[] = [
      { pullRequest: 9, object, systems, how: "object" },
      { pullRequest: 7, object, systems, how: "field", path: "data.<img src=x>", after: "fixes #1" },
      { pullRequest: 8, object, systems, how: "deletes" },
      ...Array.from(
        { length: 7 },
        (_, index): Overlap => ({ pullRequest: 10 + index, object, systems, how: "both-delete" }),
      ),
    ];
    const lines = overlapLines({ worst: overlaps.toSorted(byWeight), total: overlaps.length }, systems).split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "> [!WARNING]",
      "> `#8` **deletes** `ConfigMap` `@acme/ops`, which this one changes.  ",
      "> `#7` also changes `data.<img src=x>` of `ConfigMap` `@acme/ops`, **to something else**: `fixes #1`.",
      "",
    ]);
    expect(lines.at(-1)).toBe("- … and others.");
    expect(overlapLines({ worst: overlaps, total: 266 }, systems).split("\n").at(-1)).toBe(
      "- … and at least 100 others.",
    );
    expect(lines.join("").replaceAll(/`[^`]*`/g, "")).not.toMatch(/[@#<]/);
  });

  test("say what is known of each other", () => {
    const object = { apiVersion: "v1", kind: "Secret", name: "db" };
    const lineOf = (one: Pick<Overlap, "how" | "path">) =>
      overlapLines({ worst: [{ pullRequest: 5, object, systems, ...one }], total: 1 }, systems);
    expect(lineOf({ how: "both-create" })).toBe("- `#5` also creates `Secret` `db`, perhaps with other content.");
    expect(lineOf({ how: "hidden", path: "data.password" })).toBe(
      "- `#5` also changes `data.password` of `Secret` `db`; the values are hidden.",
    );
    expect(lineOf({ how: "recreates" })).toBe(
      "> [!WARNING]\n> `#5` **recreates** `Secret` `db`, which this one changes.",
    );
    expect(lineOf({ how: "changes-recreated" })).toBe(
      "> [!WARNING]\n> `#5` changes `Secret` `db`, which this one **recreates**.",
    );
  });
});
