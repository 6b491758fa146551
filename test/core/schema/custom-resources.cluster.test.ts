import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createValidator, type Validator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { type RealServer, realServer, type ServerWord } from "../../agreement/server-word.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { customCases, formatCases } from "./custom-cases.ts";
import { schemaWithValues } from "./random-schemas.ts";

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
  (openAPIV3Schema, at) => definitionOf(at, openAPIV3Schema, at === withStatus ? { subresources: { status: {} } } : {}),
);

function definitionOf(at: number, openAPIV3Schema: object, more: object) {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `case${at}s.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: `Case${at}`, plural: `case${at}s` },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, ...more }],
    },
  };
}

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
async function wordOn(object: object, by = server): Promise<ServerWord> {
  let word: ServerWord | undefined;
  const message = async () => {
    word = await by.word(object);
    return word.message;
  };
  await expect.poll(message, { timeout: 60_000 }).not.toMatch(/could not find the requested resource|page not found/);
  return word!;
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

  test("says the same of values drawn for schemas drawn by a seed", async () => {
    const seed = Number(process.env.TRUEUP_SCHEMA_SEED ?? 1);
    const drawn = fc.sample(schemaWithValues, { seed, numRuns: 120 });
    const apart: object[] = [];
    const asked = { accepted: 0, rejected: 0, undecided: 0 };
    await Promise.all(
      drawn.map(async ({ schema, values }, at) => {
        const kind = definitions.length + at;
        const definition = definitionOf(kind, { type: "object", properties: { spec: schema } }, {});
        // A default that does not fit its own schema is refused in the definition.
        if ((await server.word(definition)).verdict !== "accepted") return;
        await server.make(definition);
        const knowing = validator.withCustomResources([definition]);
        const known = realServer(plane, knowing.kindOf);
        for (const spec of values) {
          const object = objectOf(kind, { spec });
          const { verdict, message } = await wordOn(object, known);
          asked[verdict] += 1;
          const findings = knowing.validate(object).map((finding) => finding.message);
          if ((verdict === "accepted") !== (findings.length === 0))
            apart.push({ schema, spec, verdict, message, findings });
        }
        await known.close();
      }),
    );
    expect(apart).toEqual([]);
    expect(Math.min(asked.accepted, asked.rejected)).toBeGreaterThan(100);
  });
});
