const longestShown = 60;

/** A value as a sentence names it: `the text "three"`, `the number 3`, `a list`. */
export function shown(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") {
    const short = value.length > longestShown ? `${value.slice(0, longestShown)}…` : value;
    return `the text ${JSON.stringify(short)}`;
  }
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return `the truth value ${value}`;
  return Array.isArray(value) ? "a list" : "a mapping";
}
