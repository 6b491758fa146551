import { isDate } from "./formats/time-formats.ts";
import { shown } from "./shown.ts";

/** What a value violates: a predicate ("must be …") that follows the field's name in a sentence. */
export interface Violation {
  rule: string;
  predicate: string;
  /** Where inside the value, as steps; absent for the value itself. */
  at?: readonly string[];
}

/**
 * Rules for single values that JSON Schema has no word for, each as the API server has it. A `null` never gets here:
 * the server reads it as an absent field.
 */
export const checks = {
  quantity(value: unknown): Violation | undefined {
    if (typeof value === "number") return undefined;
    if (typeof value === "string" && quantity.test(value.trim())) return undefined;
    return {
      rule: "invalid-quantity",
      predicate: `must be a quantity such as \`500m\`, \`1.5\` or \`2Gi\`, but it is ${shown(value)}`,
    };
  },

  base64(value: unknown): Violation | undefined {
    // Go's decoder skips line breaks and is strict about everything else, the padding included.
    if (typeof value !== "string" || base64.test(value.replaceAll(/[\r\n]/g, ""))) return undefined;
    return {
      rule: "invalid-base64",
      predicate: "must be base64; a Secret takes plain text under `stringData` instead of `data`",
    };
  },

  time(value: unknown): Violation | undefined {
    if (typeof value !== "string" || isTime(value, /^(?:[.,]\d+)?$/)) return undefined;
    return {
      rule: "invalid-time",
      predicate: `must be a time such as \`2026-11-23T04:05:06Z\` (RFC 3339), but it is ${shown(value)}`,
    };
  },

  microTime(value: unknown): Violation | undefined {
    if (typeof value !== "string" || isTime(value, /^[.,]\d{6}$/)) return undefined;
    return {
      rule: "invalid-time",
      predicate: `must be a time such as \`2026-11-23T04:05:06.000000Z\`, to the millionth of a second, but it is ${shown(value)}`,
    };
  },
} satisfies Record<string, (value: unknown) => Violation | undefined>;

export type CheckName = keyof typeof checks;

/** A number without a digit is nothing, and one. */
const quantity = /^(?=.)[+-]?\d*(\.\d*)?([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** As Go reads it, which lets an hour of one digit through. */
const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d{1,2}):(\d\d):(\d\d)([.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/;

function isTime(text: string, part: RegExp): boolean {
  const [, date, hour, minute, second, fraction = "", zoneHour = 0, zoneMinute = 0] = rfc3339.exec(text) ?? [];
  if (date === undefined || !isDate(date) || !part.test(fraction)) return false;
  return (
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zoneHour) <= 24 &&
    Number(zoneMinute) <= 60
  );
}
