import { expect, test } from "vitest";
import { listingOf } from "../../src/dashboard/plan/listing.ts";
import { deployment, planOf } from "../core/report/planned.ts";

const many = (count: number, more: Parameters<typeof deployment>[0] = {}) =>
  Array.from({ length: count }, (_, n) => deployment({ name: `web-${n}`, ...more }));

test("every object of a large plan is on exactly one page, riskiest first, system by system", () => {
  const gone = deployment({ name: "gone", action: "delete" });
  const plans = [planOf([...many(250), gone]), planOf(many(30), { system: "second" })];
  const { pages, placeOf, count } = listingOf(plans, "");
  const listed = pages.flat();
  expect(listed.map(({ object }) => object)).toHaveLength(count);
  expect(new Set(listed.map(({ object }) => object)).size).toBe(281);
  expect(listed[0]!.object).toBe(gone);
  expect(listed.map(({ plan }) => plan)).toEqual([...Array(251).fill(plans[0]), ...Array(30).fill(plans[1])]);
  expect(pages.map((page) => page.length)).toEqual([100, 100, 81]);
  for (const [index, page] of pages.entries()) {
    for (const { object, id } of page) expect(placeOf.get(object)).toEqual({ page: index + 1, id });
  }
});

test("a page holds only so much text, and what is larger than a page has one for itself, whole", () => {
  const text = "x".repeat(400_000);
  const huge = deployment({ name: "huge", fields: [{ path: "data.a", cause: "pull-request", after: text }] });
  const { pages } = listingOf([planOf([...many(3), huge, ...many(3)])], "");
  expect(pages.map((page) => page.length)).toEqual([3, 1, 3]);
});

test("what is looked for is found by kind or name, in any case", () => {
  const plans = [planOf([...many(12), deployment({ kind: "Service", name: "web-1" })])];
  const found = (find: string) =>
    listingOf(plans, find)
      .pages.flat()
      .map(({ object }) => `${object.kind} ${object.name}`);
  expect(found("SHOP/WEB-11")).toEqual(["Deployment web-11"]);
  expect(found("service")).toEqual(["Service web-1"]);
  expect(listingOf(plans, "nothing")).toMatchObject({ pages: [[]], of: 13, count: 0 });
});
