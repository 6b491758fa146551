import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { type RealServer, realServer } from "../../agreement/server-word.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { schemaCases } from "./custom-resource-cases.ts";

const definitions = schemaCases.map(
  ({ schema }, index): KubeObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `things.of${index}.example.com` },
    spec: {
      group: `of${index}.example.com`,
      scope: "Namespaced",
      names: { kind: "Thing", plural: "things", singular: "thing", listKind: "ThingList" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec: schema } } },
        },
      ],
    },
  }),
);
const builtIn = createValidator(loadKubernetesSchemas());
const validator = builtIn.withCustomResources(definitions);
const thing = (index: number, spec: unknown) => ({
  apiVersion: `of${index}.example.com/v1`,
  kind: "Thing",
  metadata: { name: "one" },
  spec,
});

let plane: ControlPlane;
let server: RealServer;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  server = realServer(plane, validator.kindOf);
  for (const definition of definitions) await server.make(definition);
  const deadline = Date.now() + 60_000;
  for (const [index, { accepted, rejected }] of schemaCases.entries()) {
    const one = thing(index, [...accepted, ...rejected][0]);
    while (/could not find the requested resource|page not found/.test((await server.word(one)).message)) {
      if (Date.now() > deadline) throw new Error(`the server does not serve ${one.apiVersion}`);
    }
  }
});

afterAll(async () => {
  await server?.close();
  await plane?.stop();
});

describe("of a custom resource is said what the real server says", () => {
  test.each(schemaCases.map(({ title }, index) => ({ title, index })))("$title", async ({ index }) => {
    expect(builtIn.validate(definitions[index])).toEqual([]);
    const { accepted, rejected } = schemaCases[index]!;
    for (const spec of accepted) {
      const one = thing(index, spec);
      expect(await server.word(one)).toMatchObject({ verdict: "accepted" });
      expect(validator.validate(one)).toEqual([]);
    }
    for (const spec of rejected) {
      const one = thing(index, spec);
      expect(await server.word(one)).toMatchObject({ verdict: "rejected" });
      expect(validator.validate(one)).not.toEqual([]);
    }
  });
});
