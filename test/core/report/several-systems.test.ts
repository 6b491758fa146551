import { describe, expect, test } from "vitest";
import type { Plan, PlannedObject } from "../../../src/core/plan/plan.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { renderDrift } from "../../../src/core/report/drift.ts";
import { deployment, planned, planOf } from "./planned.ts";

const data = () => deployment({ kind: "ConfigMap", name: "data", action: "delete", fields: [] });
const restarting = (pods: number) => deployment({ risks: [{ kind: "restarts", text: `${pods} pods` }] });
const create = (name: string) => deployment({ name, action: "create", fields: [] });
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

const eu = (...objects: PlannedObject[]) => planOf(objects, { system: "shop-eu", cluster: "prod-eu" });
const us = (...objects: PlannedObject[]) => planOf(objects, { system: "shop-us", cluster: "prod-us" });
const commentOf = (...plans: Plan[]) => renderComment(planned([], { plans }));

/** The alert's lines, without what makes one of them. */
const alertIn = (comment: string) => comment.match(/^> (?!\[!).*$/gm)?.map((line) => line.replace(/^> | {2}$/g, ""));

describe("a pull request that concerns several systems warns of whose it is", () => {
  test("what is the same on two clusters is one line that names both, and not twice the same object", () => {
    const text = commentOf(eu(data()), us(data()));
    expect(alertIn(text)).toEqual([
      "**Deletes** `ConfigMap` `shop/data` in `shop-eu` on `prod-eu`, `shop-us` on `prod-us`.",
    ]);
    expect(text).not.toContain("<details");
  });

  test("what differs has a line each, worst first whichever system comes first", () => {
    expect(alertIn(commentOf(eu(restarting(3)), us(restarting(5), data())))).toEqual([
      "**Deletes** `ConfigMap` `shop/data` in `shop-us` on `prod-us`.",
      "**Restarts** `Deployment` `shop/web` in `shop-eu` on `prod-eu`: 3 pods.",
      "**Restarts** `Deployment` `shop/web` in `shop-us` on `prod-us`: 5 pods.",
    ]);
  });

  test("on one cluster the system's name is enough", () => {
    const [one, other] = [eu(data()), planOf([restarting(2)], { system: "platform", cluster: "prod-eu" })];
    expect(alertIn(commentOf(one, other))).toEqual([
      "**Deletes** `ConfigMap` `shop/data` in `shop-eu`.",
      "**Restarts** `Deployment` `shop/web` in `platform`: 2 pods.",
    ]);
  });

  test("whoever may approve learns for which of the systems, once for those that the same people answer for", () => {
    const held = () => deployment({ name: "db", action: "held", fields: [], reason: "a guard holds it" });
    const by = (team: string) => ({ approvers: [team], deletes: ["x"], tree: "0".repeat(40) });
    const plans = [
      ["a", "@acme/ops"],
      ["b", "@acme/dba"],
      ["c", "@acme/ops"],
    ].map(([system, team]) => planOf([held()], { system: system!, approval: by(team!) }));
    const [, ...approvals] = alertIn(commentOf(...plans))!;
    expect(approvals).toEqual([
      expect.stringMatching(/^Held in `a`, `c` until someone of `acme\/ops`, /),
      expect.stringMatching(/^Held in `b` until someone of `acme\/dba`, /),
    ]);
  });

  test("a fleet that all is done to is one short line, and otherwise some are named and the others counted and told below", () => {
    const fleet = many(40, (n) => planOf([data()], { system: `shop-${n}`, cluster: `edge-${n}` }));
    expect(alertIn(commentOf(...fleet))).toEqual(["**Deletes** `ConfigMap` `shop/data` in all 40 systems."]);
    const text = commentOf(...fleet, us(restarting(1)));
    expect(text).toContain("`shop-5` on `edge-5` and 34 more.");
    expect(text.match(/^- \*\*delete\*\* `ConfigMap`/gm)).toHaveLength(34);
  });

  test("a reason told of one system is not kept from another one that the alert has no room for", () => {
    const reason = "a guard holds it";
    const held = (n: number) => deployment({ name: `db-${n}`, action: "held", fields: [], reason });
    const text = commentOf(...many(10, (n) => planOf([held(n)], { system: `shop-${n}` })));
    expect(alertIn(text)!.at(-1)).toMatch(
      /^\*\*Held:\*\* `Deployment` `shop\/db-0` in `shop-0`\. A guard holds it\. \*\*Also\*\* .* and 3 more, each as told below\.$/,
    );
    expect(text.match(/^A guard holds it\.$/gm)).toHaveLength(9);
  });
});

describe("the rest is folded by system", () => {
  const text = commentOf(eu(create("a"), create("b")), us(data(), restarting(5), create("c")));

  test("each with its counts and its own objects alone, the riskiest first and open", () => {
    const [head, ...blocks] = text.split(/(?=^<details(?: open)?><summary><b><code>shop-)/m);
    expect(head).not.toContain("<details");
    expect(blocks.map((block) => block.split("<blockquote>")[0])).toEqual([
      "<details open><summary><b><code>shop-us</code> on <code>prod-us</code></b> · 1 create · 1 update · <b>1 delete</b></summary>",
      "<details><summary><b><code>shop-eu</code> on <code>prod-eu</code></b> · 2 create</summary>",
    ]);
    expect(blocks[0]).toMatch(
      /<details open><summary><b>update<\/b>.*\n[\s\S]*\n- \*\*create\*\* `Deployment` `shop\/c`\n\n<\/blockquote><\/details>/,
    );
    expect(blocks[1]).toContain(
      "\n\n- **create** `Deployment` `shop/a`\n- **create** `Deployment` `shop/b`\n\n</blockquote></details>",
    );
  });

  test("in the answer to `/trueup diff`, too", () => {
    const drift = { path: "spec.replicas", cause: "drift", before: 9, after: 3 } as const;
    const drifted = () => deployment({ drifted: true, fields: [drift] });
    const answer = renderDrift({
      plans: [eu(drifted()), us(drifted())],
      healed: new Set(),
      unknown: [],
      branch: "main",
    });
    expect(answer).toContain(
      "<summary><b><code>shop-us</code> on <code>prod-us</code></b> · 1 update · 1 drifted</summary>",
    );
  });

  test("more systems than anybody scrolls past are folded into one", () => {
    const comment = commentOf(...many(30, (n) => planOf([create("x")], { system: `shop-${n}` })));
    expect(comment).toContain("<details><summary><b>10 more systems</b></summary>");
    expect(comment.match(/<details/g)).toHaveLength(31);
    expect(comment.match(/<\/details>/g)).toHaveLength(31);
  });
});

describe("where several systems have more to tell than a comment holds", () => {
  const file = "x".repeat(80);
  const plans = many(6, (n) =>
    planOf(
      [
        ...many(300, (k) => deployment({ name: `web-${k}`, file })),
        ...(n === 5 ? [deployment({ name: "risky", action: "recreate" })] : []),
      ],
      {
        system: `shop-${n}`,
        cluster: `edge-${n}`,
      },
    ),
  );
  const check = checkOf(planned([], { plans }))!;

  test("the riskiest object stays, of whichever system, and every system counts what it leaves out", () => {
    const [, ...blocks] = check.summary.split(/(?=^<details(?: open)?><summary><b><code>shop-)/m);
    expect(blocks[0]).toContain("<code>shop-5</code>");
    expect(blocks[0]).toMatch(/<b>recreate<\/b> <code>Deployment<\/code> <code>shop\/risky<\/code>/);
    const told = blocks.map((block) => {
      const shown = block.match(/<code>shop\/[a-z0-9-]+<\/code>/g)!.length;
      const left = Number(/… and \*\*(\d+) more\*\* of this system\./.exec(block)?.[1] ?? 0);
      const counted = [.../(\d+) update(?: · <b>(\d+) recreate)?/.exec(block)!]
        .slice(1)
        .map((count) => Number(count ?? 0));
      return { shown, missing: counted.reduce((sum, count) => sum + count) - shown - left };
    });
    expect(told.map(({ missing }) => missing)).toEqual(blocks.map(() => 0));
    const shown = told.reduce((sum, one) => sum + one.shown, 0);
    expect(check.summary).toContain(`… and **${1801 - shown} more** of 1801 changed objects.`);
    expect(check.summary.match(/<details/g)!.length).toBe(check.summary.match(/<\/details>/g)!.length);
    expect(check.summary.match(/<blockquote>/g)!.length).toBe(check.summary.match(/<\/blockquote>/g)!.length);
  });

  test("the check names them all by system, open to be searched", () => {
    expect(check.text).toContain(
      "<details open><summary><b><code>shop-4</code> on <code>edge-4</code></b> · 300 update</summary><blockquote>\n\n- update `Deployment` `shop/web-0`\n",
    );
    expect(check.text).not.toContain("<details>");
  });
});
