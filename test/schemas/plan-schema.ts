import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";

const ajv = new Ajv2020({ strict: true, allErrors: true });
ajvFormats.default(ajv, ["date-time"]);
const validate = ajv.compile(
  JSON.parse(readFileSync(new URL("../../schemas/plan.schema.json", import.meta.url), "utf8")),
);

/** What `schemas/plan.schema.json` has against this: `place: rule`; nothing when it is as promised. */
export function againstPlanSchema(plan: unknown): string[] {
  if (validate(plan)) return [];
  return validate.errors!.map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
