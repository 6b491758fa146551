import { withoutCredentials } from "../manifest/credentials-in-text.ts";

const longestShown = 60;

/**
 * A value as a sentence names it: `the text "three"`, `the number 3`, `a list`.
 *
 * @param confidential only what kind of value it is may be told: `a number`
 */
export function shown(value: unknown, confidential = false): string {
  if (value === null) return "null";
  if (typeof value === "string") {
    if (confidential) return "a text";
    const told = withoutCredentials(value);
    const short = told.length > longestShown ? `${told.slice(0, longestShown)}…` : told;
    return `the text ${JSON.stringify(short)}`;
  }
  if (typeof value === "number") return confidential ? "a number" : `the number ${value}`;
  if (typeof value === "boolean") return confidential ? "a truth value" : `the truth value ${value}`;
  return Array.isArray(value) ? "a list" : "a mapping";
}
