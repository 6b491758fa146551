import { expect, test } from "vitest";
import { patchInto } from "../../../src/agent/cluster/as-written.ts";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";

const settings = (data: object) =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a" },
    data: JSON.parse(JSON.stringify(data)),
  }) as KubeObject;

test("a key that is named as what every object inherits goes like any other", () => {
  const live = settings({ constructor: "x", toString: "y", a: "1" });
  expect(patchInto(live, settings({ a: "2" }))).toEqual(
    JSON.parse('{"data":{"constructor":null,"toString":null,"a":"2"}}'),
  );
  expect(patchInto(settings({}), settings({ valueOf: "z" }))).toEqual({ data: { valueOf: "z" } });
});
