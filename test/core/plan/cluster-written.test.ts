import { expect, test } from "vitest";
import { withoutClusterWritten } from "../../../src/core/plan/cluster-written.ts";

test("the rules of somebody else's kind of that name are Git's, and applied", () => {
  const role = { kind: "ClusterRole", metadata: { name: "a" }, aggregationRule: {}, rules: [{ allow: "all" }] };
  const theirs = { apiVersion: "acl.example.com/v1", ...role };
  expect(withoutClusterWritten(theirs)).toBe(theirs);
  expect(withoutClusterWritten({ apiVersion: "rbac.authorization.k8s.io/v1", ...role })).not.toHaveProperty("rules");
});
