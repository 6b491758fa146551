import { expect, test } from "vitest";
import { refusalFindings } from "../../src/cli/validate/refusal.ts";
import type { SourceObject } from "../../src/core/manifest/source-object.ts";
import { KubeError } from "../../src/kube/kube-error.ts";

const source: SourceObject = {
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } },
  file: "a.yaml",
  line: 3,
  locate: () => ({ line: 3, column: 1 }),
  written: () => undefined,
};

test("an object that nobody may ask about is told as not asked, and does not pass in silence", () => {
  const words =
    'configmaps "a" is forbidden: User "reader" cannot patch resource "configmaps" in API group "" in the namespace "default"';
  expect(refusalFindings(source, new KubeError(403, "Forbidden", words, []))).toEqual([
    {
      file: "a.yaml",
      line: 3,
      column: 1,
      severity: "warning",
      rule: "not-dry-run",
      pointer: "",
      message: `The cluster could not be asked about this ConfigMap: ${words}.`,
    },
  ]);
});

test.each([401, 429, 503])("a cluster that is unwell (%s) ends the run instead of looking like a finding", (status) => {
  const unwell = new KubeError(status, "", "no", []);
  expect(() => refusalFindings(source, unwell)).toThrow(unwell);
});
