import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rules } from "../../../../src/core/schema/rules/registry.ts";
import { createValidator } from "../../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../../src/render/kubernetes-schemas.ts";
import { type RealServer, realServer } from "../../../agreement/server-word.ts";
import { type ControlPlane, startControlPlane } from "../../../harness/control-plane.ts";
import { cases } from "./cases.ts";

const validator = createValidator(loadKubernetesSchemas());

let plane: ControlPlane;
let server: RealServer;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  server = realServer(plane, validator.kindOf);
});

afterAll(async () => {
  await server?.close();
  await plane?.stop();
});

describe("a rule says what the real server says", () => {
  test.each(rules.map(({ name }) => name))(
    "%s: there are cases that the server rejects and that it accepts",
    (name) => {
      const own = cases.filter(({ rule }) => rule === name);
      expect(own.some(({ at }) => at !== undefined)).toBe(true);
      expect(own.some(({ at }) => at === undefined)).toBe(true);
    },
  );

  test.each(cases.filter(({ at }) => at !== undefined))(
    "$rule: $title is rejected, and told at its place",
    async (one) => {
      const { verdict, message } = await server.word(one.object);
      expect({ verdict, message }).toMatchObject({ verdict: "rejected" });
      const found = validator.validate(one.object).map(({ rule, pointer }) => ({ rule, pointer }));
      expect(found).toContainEqual({ rule: one.rule, pointer: one.at });
    },
  );

  test.each(cases.filter(({ at }) => at === undefined))(
    "$rule: $title is accepted, and nothing is told",
    async (one) => {
      const { verdict, message } = await server.word(one.object);
      expect({ verdict, message }).toEqual({ verdict: "accepted", message: "" });
      expect(validator.validate(one.object)).toEqual([]);
    },
  );
});
