/** What a schema's fields are when they are left out, as deep as there is such a field. */
export interface Defaults {
  /** By field: the value, unless there is none, and what is inside. */
  properties: Readonly<Record<string, { value?: unknown; nullable: boolean; inside: Defaults | undefined }>>;
  /** Of a list's items, or of a mapping's other values. */
  others: Defaults | undefined;
}

/** The value as the server sees it before it looks at anything but types: with what was left out. */
export function completed(value: unknown, defaults: Defaults | undefined): unknown {
  if (defaults === undefined) return value;
  const { properties, others } = defaults;
  if (Array.isArray(value)) return value.map((item) => completed(item, others));
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = { ...value };
  for (const [field, { value: byDefault, nullable }] of Object.entries(properties)) {
    if (byDefault === undefined) continue;
    if (!Object.hasOwn(result, field) || (result[field] === null && !nullable)) result[field] = byDefault;
  }
  for (const field of Object.keys(result)) {
    const inside = Object.hasOwn(properties, field) ? properties[field]!.inside : others;
    if (inside !== undefined) result[field] = completed(result[field], inside);
  }
  return result;
}
