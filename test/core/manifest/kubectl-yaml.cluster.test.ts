import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readManifests } from "../../../src/core/manifest/read-manifests.ts";
import { controlPlanePrograms } from "../../harness/control-plane.ts";

const scalars =
  `yes y Y Yes YES yEs on On oN off n N no true tRUE True null Null NULL ~ 0 00 -0 +7 -012 09 018 0644 0o644 0o9 0_7
_1 1_000 1__0 0x 0x1F -0x1f 0x_1f 0b101 0b2 +0b1 0.5 .5 +.5 -.5 1. 1_0.5 0.1_2 ._5 -0.0 1e3 1E3 1e 1.e3 1e-3 1e400 9007199254740993
12:30:45 2026-11-23 2001-12-14t21:59:43.10-05:00 1.2.3 b#c = 0o17_7 "yes" '0644' !!str 012`.split(/(?<!!!str)\s+/);

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: {name: one}
keys: {1: a, true: b, 1.5: c, 0644: d, off: e}
base: &base {one: 1, two: 2}
merged:
  <<: *base
  two: 3
folded: >-
  one
  two
kept: |+
  one

scalars:
${scalars.map((scalar) => `- ${scalar}\n`).join("")}`;

test("every scalar is what a stock kubectl reads", () => {
  const kubectl = join(controlPlanePrograms(), "kubectl");
  const args = ["label", "--local", "-f", "-", "read=by-kubectl", "-o", "json"];
  const { stdout, stderr } = spawnSync(kubectl, args, { input: manifest, encoding: "utf8" });
  expect(stderr).toBe("");
  const { metadata: _, ...theirs } = JSON.parse(stdout);
  const { metadata: __, ...ours } = readManifests([{ path: "a.yaml", content: manifest }]).objects[0]!.object;
  const byScalar = (values: unknown) => (values as unknown[]).map((value, index) => [scalars[index], value]);
  expect(byScalar(ours.scalars)).toEqual(byScalar(theirs.scalars));
  expect(ours).toEqual(theirs);
});

const one = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

test.each([
  ["JSON objects one after another", `${one("a")}\n${one("b")}${one("c")}`],
  ["JSON objects as documents", `${one("a")}\n---\n${one("b")}`],
  [
    "a list of one kind whose items do not name it",
    "{apiVersion: v1, kind: ConfigMapList, items: [{metadata: {name: a}}]}",
  ],
])("%s are the objects that a stock kubectl reads", (_, content) => {
  const kubectl = join(controlPlanePrograms(), "kubectl");
  const args = ["label", "--local", "-f", "-", "read=by-kubectl", "-o", "name"];
  const { stdout, stderr } = spawnSync(kubectl, args, { input: content, encoding: "utf8" });
  expect(stderr).toBe("");
  const { objects, findings } = readManifests([{ path: "a.yaml", content }]);
  expect(findings).toEqual([]);
  expect(objects.map(({ object }) => `${object.kind.toLowerCase()}/${object.metadata.name}`)).toEqual(
    stdout.trim().split("\n"),
  );
});
