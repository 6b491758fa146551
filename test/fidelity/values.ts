/** JSON, and objects of it, as the test sees them. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

export interface Thing {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

export interface Metadata {
  name: string;
  namespace?: string;
  labels?: { [name: string]: string } | null;
  annotations?: { [name: string]: string } | null;
  managedFields?: { manager: string; time?: string; subresource?: string }[];
  uid?: string;
  deletionTimestamp?: string;
  [field: string]: unknown;
}

export type Steps = readonly string[];

export function isMapping(value: unknown): value is { [name: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text that is equal for equal values, whatever the order of a mapping's keys. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isMapping(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

export const same = (one: unknown, other: unknown): boolean => textOf(one) === textOf(other);
