import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createValidator, type Validator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { type RealServer, realServer, type ServerWord } from "../../agreement/server-word.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { customCases, formatCases } from "./custom-cases.ts";

/** All of them lie in one cluster, each case with a kind of its own. */
const group = "cases.example.com";
const schemas = [
  ...customCases.map(({ spec }) => spec),
  ...formatCases.map(([format]) => ({ type: "object", properties: { a: { type: "string", format } } })),
].map((spec) => ({ type: "object", properties: { spec } }));
const withStatus = schemas.length;
const status = {
  type: "object",
  properties: { phase: { type: "string", enum: ["Ready"] }, at: { type: "string" } },
  required: ["at"],
};
const definitions = [...schemas, { type: "object", properties: { spec: { type: "object" }, status } }].map(
  (openAPIV3Schema, at) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `case${at}s.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: `Case${at}`, plural: `case${at}s` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema },
          ...(at === withStatus && { subresources: { status: {} } }),
        },
      ],
    },
  }),
);

const objectOf = (kind: number, fields: object) => ({
  apiVersion: `${group}/v1`,
  kind: `Case${kind}`,
  metadata: { name: "it" },
  ...fields,
});

let plane: ControlPlane;
let server: RealServer;
let validator: Validator;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  validator = createValidator(loadKubernetesSchemas()).withCustomResources(definitions);
  server = realServer(plane, validator.kindOf);
  for (const definition of definitions) await server.make(definition);
});

afterAll(async () => {
  await server?.close();
  await plane?.stop();
});

/** Once the kind is served, which a moment after its definition it is not yet. */
async function wordOn(object: object): Promise<ServerWord> {
  return expect
    .poll(() => server.word(object), { timeout: 60_000 })
    .toSatisfy((word: ServerWord) => !/could not find the requested resource|page not found/.test(word.message))
    .then(() => server.word(object));
}

describe("the real server", () => {
  test.each(customCases.map((one, kind) => ({ ...one, kind })))(
    "says the same: $title",
    async ({ kind, taken, refused }) => {
      for (const spec of taken) {
        const { verdict, message } = await wordOn(objectOf(kind, { spec }));
        expect({ spec, verdict, message }).toEqual({ spec, verdict: "accepted", message: "" });
      }
      for (const spec of refused) {
        const { verdict } = await wordOn(objectOf(kind, { spec }));
        expect({ spec, verdict }).toEqual({ spec, verdict: "rejected" });
      }
    },
  );

  test.each(formatCases.map(([format, fitting, others], at) => ({ format, fitting, others, at })))(
    "says the same of the format $format",
    async ({ fitting, others, at }) => {
      const verdict = async (a: string) => (await wordOn(objectOf(customCases.length + at, { spec: { a } }))).verdict;
      for (const text of fitting) expect([text, await verdict(text)]).toEqual([text, "accepted"]);
      for (const text of others) expect([text, await verdict(text)]).toEqual([text, "rejected"]);
    },
  );

  test.each([[{}], [null], [{ phase: "Lost" }], [{ phases: 1 }], [{ at: 1 }], [[]]])(
    "says the same of a status that only its controller writes: %j",
    async (status) => {
      const object = objectOf(withStatus, { spec: {}, status });
      const accepted = validator.validate(object).length === 0;
      expect((await wordOn(object)).verdict).toBe(accepted ? "accepted" : "rejected");
    },
  );
});
