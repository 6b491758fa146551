import type { Json } from "../../core/manifest/kube-object.ts";

/** A JSON value as Go's `%v` shows it: `map[a:[1 x] b:<nil>]`. */
export function goText(value: Json): string {
  if (value === null) return "<nil>";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  const fields = value as { [key: string]: Json };
  const names = Object.keys(fields).sort();
  return `map[${names.map((name) => `${name}:${goText(fields[name]!)}`).join(" ")}]`;
}

/** Of what kind Go reads a JSON value: `int64`, `slice`. */
export function goKind(value: Json): string {
  if (value === null) return "nil";
  if (Array.isArray(value)) return "slice";
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "int64" : "float64";
    case "boolean":
      return "bool";
    case "object":
      return "map";
    default:
      return "string";
  }
}

/** What `encoding/json` calls a JSON value: `array`. */
export function goJsonKind(value: Json): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

const escapes = new Map([..."abtnvfr"].map((letter, index) => [[7, 8, 9, 10, 11, 12, 13][index]!, `\\${letter}`]));

/** A text in Go's quotes. */
export function goQuoted(text: string): string {
  const shown = [...text].map((character) => {
    const code = character.codePointAt(0)!;
    if (character === '"' || character === "\\") return `\\${character}`;
    if (code < 0x20 || code === 0x7f) return escapes.get(code) ?? `\\x${code.toString(16).padStart(2, "0")}`;
    return code >= 0x80 && code < 0xa0 ? `\\u${code.toString(16).padStart(4, "0")}` : character;
  });
  return `"${shown.join("")}"`;
}
