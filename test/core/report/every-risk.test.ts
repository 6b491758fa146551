import { describe, expect, test } from "vitest";
import { type PlannedObject, RISKS, type RiskKind } from "../../../src/core/plan/plan.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { deployment, planned } from "./planned.ts";

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const risky = (name: string, kind: RiskKind, text: string, more: Partial<PlannedObject> = {}) =>
  deployment({ name, risks: [{ kind, text }], ...more });
const onHost = (n: number) => risky(`agent-${n}`, "opens-host", `mounts /var/lib/${n} of it`);
const toEverybody = risky("all", "grants", "ClusterRole cluster-admin to Group system:unauthenticated", {
  kind: "RoleBinding",
  action: "create",
  fields: [],
});
const replaced = (n: number, more: Partial<PlannedObject> = {}) =>
  risky(`web-${n}`, "restarts", `${n + 1} pods, one after the other`, more);

/** About what a phone shows at once. */
const atFirst = (comment: string) => comment.split("\n").slice(0, 10).join("\n");

describe("no risk is kept from whoever merges", () => {
  test("rights for everybody stand in the first ten lines, behind eight that open the node", () => {
    const comment = renderComment(planned([...many(8, onHost), toEverybody]));
    expect(atFirst(comment)).toContain(
      "**Gives rights through** `RoleBinding` `shop/all`: ClusterRole cluster-admin to Group system:unauthenticated.",
    );
    expect(atFirst(comment)).toContain(
      "> **Opens the node to** `Deployment` `shop/agent-0`: mounts /var/lib/0 of it. **Also** `Deployment` `shop/agent-1`, ",
    );
    expect(atFirst(comment)).toContain("`shop/agent-6` and 1 more, each as told below.");
    for (const n of [1, 7]) expect(comment).toContain(`\n\n**Opens the node to** it: mounts /var/lib/${n} of it.\n\n`);
  });

  test("rights for everybody come before rights of one, and so do a cluster's administrators", () => {
    const grant = (name: string, text: string) => risky(name, "grants", text, { kind: "RoleBinding" });
    const one = grant("one", "Role viewer to User ann");
    const admin = grant("admin", "ClusterRole cluster-admin to User ann");
    const comment = renderComment(planned([one, admin, toEverybody]));
    expect([...comment.matchAll(/^> .*`shop\/(\w+)`:/gm)].map(([, name]) => name)).toEqual(["all", "admin", "one"]);
  });

  test("pods that are replaced are told before drift that is reverted", () => {
    const drift = { path: "spec.replicas", cause: "drift", before: 9, after: 3 } as const;
    const drifted = many(12, (n) =>
      deployment({ name: `api-${n}`, drifted: true, fields: [{ ...drift, manager: `k9s-${n}` }] }),
    );
    const comment = renderComment(planned([...drifted, replaced(0), replaced(1)]));
    expect(atFirst(comment).indexOf("**Restarts**")).toBeGreaterThan(0);
    expect(atFirst(comment).indexOf("**Restarts**")).toBeLessThan(atFirst(comment).indexOf("**Reverts drift of**"));
  });

  test("a namespace is named before the ConfigMaps that are deleted with it", () => {
    const maps = many(20, (n) => deployment({ kind: "ConfigMap", name: `map-${n}`, action: "delete", fields: [] }));
    const namespace = deployment({ apiVersion: "v1", kind: "Namespace", name: "shop", action: "delete", fields: [] });
    expect(atFirst(renderComment(planned([...maps, namespace])))).toContain("**Deletes** `Namespace` `shop/shop`, ");
  });

  test.each([1, 3, 9, 40])(
    "%i of each kind: each is told, in the alert or with its object, also where that is one line",
    (count) => {
      const objects = RISKS.flatMap((kind) =>
        many(count, (n) => {
          const alone = n % 2 === 0 ? { action: "create" as const, fields: [] } : {};
          return risky(`${kind}-${n}`, kind, `because of ${kind} number ${n}`, alone);
        }),
      );
      const comment = renderComment(planned(objects));
      for (const { risks } of objects) expect(comment).toMatch(new RegExp(`${risks![0]!.text}\\b`));
    },
  );
});

describe("where the comment is cut", () => {
  const large = (n: number) =>
    deployment({
      kind: "ConfigMap",
      name: `large-${n}`,
      fields: [{ path: "data.a", cause: "pull-request", after: `${n}\n`.repeat(900) }],
    });

  test("what can hurt stays, and is not behind what cannot", () => {
    const report = planned([...many(60, large), ...many(8, onHost), ...many(30, replaced), toEverybody]);
    const check = checkOf(report)!;
    expect(check.summary).toContain("more** of 99 changed objects");
    for (const n of many(30, (n) => n)) expect(check.summary).toContain(`: ${n + 1} pods, one after the other`);
    for (const n of many(8, (n) => n)) expect(check.summary).toContain(`mounts /var/lib/${n} of it`);
    expect(check.text).toContain(
      "- update `Deployment` `shop/agent-7`. **Opens the node to** it: mounts /var/lib/7 of it",
    );
  });

  test("a risk stays whose object is itself too large to be shown", () => {
    const huge = many(40, (n) => risky(`huge-${n}`, "restarts", `${n + 1} pods at once`, { fields: large(n).fields }));
    const comment = renderComment(planned(huge));
    expect(comment).toContain("more** of 40 changed objects");
    for (const n of many(40, (n) => n)) expect(comment).toContain(`: ${n + 1} pods at once`);
  });
});
