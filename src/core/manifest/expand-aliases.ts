/** What the aliases of a file stand for, written out, is more than anybody means. */
export class TooManyNodesError extends Error {
  override name = "TooManyNodesError";
}

const mostNodes = 200_000;

/**
 * Copies of the values in which no two places share one: js-yaml gives every alias the anchor's own object, so a few
 * lines could stand for billions of values, and a change in one place would be one in all.
 * @throws TooManyNodesError when they are too many, or when a value contains itself
 */
export function expandAliases(values: readonly unknown[]): unknown[] {
  let nodes = 0;
  const open = new Set<object>();
  const copy = (value: unknown): unknown => {
    if (++nodes > mostNodes) {
      throw new TooManyNodesError(
        `The aliases of this file stand for more than ${mostNodes} values; write out what is meant.`,
      );
    }
    if (typeof value !== "object" || value === null) return value;
    if (open.has(value)) {
      throw new TooManyNodesError("An alias in this file stands inside the value that it refers to; write it out.");
    }
    open.add(value);
    const copied = Array.isArray(value)
      ? value.map(copy)
      : Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copy(field)]));
    open.delete(value);
    return copied;
  };
  return values.map(copy);
}
