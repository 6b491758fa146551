import { expect, test } from "vitest";
import { parseConfig } from "../../../src/core/config/parse-config.ts";
import { ruleChanges } from "../../../src/core/config/rule-changes.ts";

const system = (more: string) =>
  parseConfig(".trueup.yaml", `systems: {shop: {cluster: eu, path: shop, namespace: shop${more}}}`).systems[0]!;
const between = (before: string, after: string) =>
  ruleChanges(system(before), system(after)).map(
    ({ rule, before, after, loosens }) => `${loosens ? "loosens " : ""}${rule}: ${before} → ${after}`,
  );

test.each([
  ["", ", heal: false", "loosens heal: true → false"],
  [", heal: false", "", "heal: false → true"],
  ["", ", exact: true", "loosens exact: false → true"],
  [", prune: false", "", "loosens prune: false → true"],
  ["", ", prune: false", "prune: true → false"],
  ["", ', protect: {maxDeletions: "100%"}', "loosens protect.maxDeletions: 20% → 100%"],
  ["", ", protect: {maxDeletions: 0}", "protect.maxDeletions: 20% → 0"],
  ["", ", protect: {maxDeletions: 3}", "loosens protect.maxDeletions: 20% → 3"],
  [", confine: true", "", "loosens confine: true → false"],
  [
    "",
    ", ignore: [{kind: Deployment, paths: [/spec/replicas]}]",
    "loosens ignore: none → /spec/replicas of Deployment",
  ],
  [", ignore: [{paths: [/spec/replicas]}]", "", "ignore: /spec/replicas → none"],
  ["", ", branch: next", "loosens branch: the default branch → next"],
  ["", ", timeout: 1h", "timeout: 300s → 3600s"],
  ["", ', approvers: ["@mona"]', "loosens approvers: none → @mona"],
])("from {%s} to {%s} is told as what it means for the guards", (before, after, told) => {
  expect(between(before, after)).toEqual([told]);
});

test("what stays is not told, and what loosens is told first", () => {
  expect(between("", "")).toEqual([]);
  expect(between("", ", timeout: 1h, heal: false")[0]).toBe("loosens heal: true → false");
});
