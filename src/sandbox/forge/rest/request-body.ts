import { Ajv, type JSONSchemaType, type ValidateFunction } from "ajv";
import { Refused } from "../model/refused.ts";
import type { ApiContext } from "./api.ts";

const ajv = new Ajv({ allErrors: false, allowUnionTypes: true, strict: true, strictRequired: false });

type Properties = Record<string, object>;

/** A check for a request's body; unknown fields are ignored, as GitHub ignores them. */
export function bodyOf<T>(required: (keyof T & string)[], properties: Properties): BodyReader<T> {
  return { validate: ajv.compile<T>({ type: "object", required, properties } as unknown as JSONSchemaType<T>) };
}

export interface BodyReader<T> {
  validate: ValidateFunction<T>;
}

/** @throws Refused 400 for what is no JSON, 422 for what is not as it should be */
export async function readBody<T>(c: ApiContext, { validate }: BodyReader<T>): Promise<T> {
  const text = await c.req.text();
  let value: unknown = {};
  if (text.trim() !== "") {
    try {
      value = JSON.parse(text);
    } catch {
      throw new Refused(400, "Problems parsing JSON");
    }
  }
  if (validate(value)) return value;
  const error = validate.errors?.[0];
  if (error?.keyword === "required") {
    throw new Refused(422, `Invalid request.\n\n"${error.params.missingProperty}" wasn't supplied.`);
  }
  const where = error?.instancePath === "" ? "the body" : `"${error?.instancePath.slice(1)}"`;
  const allowed = error?.keyword === "enum" ? `: ${error.params.allowedValues.join(", ")}` : "";
  throw new Refused(422, `Invalid request.\n\nFor ${where}: ${error?.message}${allowed}.`);
}

export const text = { type: "string" } as const;
export const nullableText = { type: ["string", "null"] } as const;
export const flag = { type: "boolean" } as const;
export function oneOf(values: readonly string[]): object {
  return { type: "string", enum: values };
}
export const time = {
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:?\\d{2})$",
} as const;
