import { expect, test } from "vitest";
import { placedFinding } from "../../../src/core/manifest/placed-finding.ts";
import { readManifests } from "../../../src/core/manifest/read-manifests.ts";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const validator = createValidator(loadKubernetesSchemas());

function advice(value: string, path = "a.yaml"): string[] {
  const content = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"v": ${value}}}}`;
  const [source] = readManifests([{ path, content }]).objects;
  return validator.validate(source!.object).map((finding) => placedFinding(source!, finding).message);
}

test.each(["1.10", "0x1F", "on", "No", "1_000", "1e3", "true", "8080", "+5"])(
  "a label of %s is to be put in quotes as it is written, so that it stays what it is",
  (value) => {
    expect(advice(value)).toEqual([expect.stringMatching(/Put it in quotes: `"[^"]+"`\.$/)]);
    expect(advice(value)[0]).toContain(`Put it in quotes: \`"${value}"\`.`);
  },
);

test("in JSON too", () => {
  expect(advice("1.10", "a.json")[0]).toContain('Put it in quotes: `"1.10"`.');
});

test("a name too, before any schema is asked", () => {
  const content = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1.10}";
  const { findings } = readManifests([{ path: "a.yaml", content }]);
  expect(findings).toEqual([
    expect.objectContaining({ message: 'ConfigMap `metadata.name` must be text. Put it in quotes: `"1.10"`.' }),
  ]);
  expect(findings[0]).not.toHaveProperty("quoted");
});
