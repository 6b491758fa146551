import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/core/manifest/finding.ts";
import type { Overlap } from "../../../src/core/plan/overlap.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import type { PlannedReport } from "../../../src/core/report/report.ts";
import { deployment, planned, planOf, point } from "./planned.ts";

const [eu, us] = [
  { system: "shop-eu", cluster: "prod-eu" },
  { system: "shop-us", cluster: "prod-us" },
];
const finding = (file: string, message = "no room"): Finding => ({
  ...{ file, line: 3, column: 1, message, pointer: "" },
  ...{ severity: "error", rule: "refused-by-cluster" },
});
const rowsIn = (comment: string) => comment.match(/^\| `[^|]*yaml.*$/gm);

/** A plan of each system, with what is wrong there. */
const found = (inEu: Finding[], inUs: Finding[], more: Partial<PlannedReport> = {}) =>
  planned([], { plans: [planOf([], { ...eu, findings: inEu }), planOf([], { ...us, findings: inUs })], ...more });

describe("a finding says whose it is", () => {
  const shared = "shop/web.yaml";
  const folders = [
    { ...eu, path: "shop" },
    { ...us, path: "shop" },
  ];

  test("where one file serves several systems and one cluster refuses it, in the comment and on the line", () => {
    const report = found([finding(shared)], [], { folders });
    expect(rowsIn(renderComment(report))).toEqual(["| `shop/web.yaml:3` in `shop-eu` on `prod-eu` | no room |"]);
    expect(checkOf(report)?.annotations).toMatchObject([{ message: "no room\n(in shop-eu on prod-eu)" }]);
  });

  test("once for all that it is wrong for, and apart where the clusters' words differ", () => {
    const both = found([finding(shared), finding(shared, "2 left")], [finding(shared), finding(shared, "3 left")]);
    expect(rowsIn(renderComment({ ...both, folders }))).toEqual([
      "| `shop/web.yaml:3` in `shop-eu` on `prod-eu`, `shop-us` on `prod-us` | no room |",
      "| `shop/web.yaml:3` in `shop-eu` on `prod-eu` | 2 left |",
      "| `shop/web.yaml:3` in `shop-us` on `prod-us` | 3 left |",
    ]);
  });

  test("but not where its folder tells that, or there is one system alone", () => {
    const own = [
      { ...eu, path: "eu" },
      { ...us, path: "us" },
    ];
    const report = found([finding("eu/web.yaml")], [finding("us/web.yaml")], { folders: own });
    expect(rowsIn(renderComment(report))).toEqual(["| `eu/web.yaml:3` | no room |", "| `us/web.yaml:3` | no room |"]);
    const alone = planned([], { plans: [planOf([], { ...eu, findings: [finding(shared)] })] });
    expect(rowsIn(renderComment(alone))).toEqual(["| `shop/web.yaml:3` | no room |"]);
  });

  test("where a system's folder lies in another's", () => {
    const nested = [
      { ...eu, path: "" },
      { ...us, path: "us" },
    ];
    const report = found([finding("us/web.yaml")], [], { folders: nested });
    expect(rowsIn(renderComment(report))).toEqual(["| `us/web.yaml:3` in `shop-eu` on `prod-eu` | no room |"]);
  });

  test("where findings are all there is to tell, and never of the configuration, which is nobody's", () => {
    const findings = [{ ...finding(shared), of: us }, finding(".trueup.yaml")];
    expect(rowsIn(renderComment({ stage: "findings", findings, folders, at: point }))).toEqual([
      "| `shop/web.yaml:3` in `shop-us` on `prod-us` | no room |",
      "| `.trueup.yaml:3` | no room |",
    ]);
  });
});

describe("another pull request that touches the same object", () => {
  const object = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };
  const met = (...systems: Overlap["systems"]): Overlap => ({ pullRequest: 9, object, systems, how: "object" });
  const told = (overlap: Overlap, systems = [eu, us]) => {
    const plans = systems.map((one) => planOf([deployment()], one));
    const overlaps = { worst: [overlap], total: overlap.systems.length };
    return renderComment(planned([], { plans, overlaps })).match(/^- `#9`.*$/gm);
  };

  test("is told of with the system, where the object may be another one's too", () => {
    expect(told(met(us))).toEqual(["- `#9` also changes `Deployment` `shop/web` in `shop-us` on `prod-us`."]);
    expect(told(met(eu, us))).toEqual([
      "- `#9` also changes `Deployment` `shop/web` in `shop-eu` on `prod-eu`, `shop-us` on `prod-us`.",
    ]);
  });

  test("is told of without it where this one concerns no other", () => {
    expect(told(met(eu), [eu])).toEqual(["- `#9` also changes `Deployment` `shop/web`."]);
  });
});
