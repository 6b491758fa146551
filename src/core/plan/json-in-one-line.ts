import type { Json } from "../manifest/kube-object.ts";

/**
 * The value of JSON that stands in one line; undefined for any other text. Numbers beyond the precision of ours, keys that stand twice
 * and spaces would not come back: such a text is told as it is.
 */
export function jsonInOneLine(text: Json | undefined): Json | undefined {
  const value = parsedJson(text);
  return value !== undefined && JSON.stringify(value) === text ? value : undefined;
}

/** The value of a text that is JSON, a mapping or a list. */
export function parsedJson(text: Json | undefined): Json | undefined {
  if (typeof text !== "string" || !/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
