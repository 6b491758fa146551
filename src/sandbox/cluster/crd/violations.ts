import type { FieldViolation } from "../status-error.ts";

/** Violations as apimachinery's `field` package words them. */
export const field = {
  invalid: (at: string, value: unknown, why: string): FieldViolation => ({
    reason: "FieldValueInvalid",
    field: at,
    message: `Invalid value: ${JSON.stringify(value) ?? '""'}: ${why}`,
  }),
  required: (at: string, why = ""): FieldViolation => ({
    reason: "FieldValueRequired",
    field: at,
    message: why === "" ? "Required value" : `Required value: ${why}`,
  }),
  tooLong: (at: string, most: number): FieldViolation => ({
    reason: "FieldValueTooLong",
    field: at,
    message: `Too long: may not be more than ${most} bytes`,
  }),
  forbidden: (at: string, why: string): FieldViolation => ({
    reason: "FieldValueForbidden",
    field: at,
    message: `Forbidden: ${why}`,
  }),
  notSupported: (at: string, value: unknown, supported: readonly string[]): FieldViolation => ({
    reason: "FieldValueNotSupported",
    field: at,
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((one) => JSON.stringify(one)).join(", ")}`,
  }),
};
