import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { ResourceName } from "../store.ts";
import { age } from "./age.ts";

export type Cell = string | number | boolean | null;

/** One column of a table; what kubectl shows of an object. */
export interface Column {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "date";
  format: string;
  description: string;
  /** Above 0: shown with `-o wide` only. */
  priority: number;
  cell(object: KubeObject, now: Date): Cell;
}

/**
 * The columns of kinds. The name comes before them unless one of them is the name; the age after those that are always
 * shown, unless one of them says where it stands.
 */
export type ColumnTable = { readonly [resource: ResourceName]: readonly Column[] };

export function column(
  name: string,
  cell: (object: KubeObject, now: Date) => Cell,
  { type = "string", priority = 0 }: { type?: Column["type"]; priority?: number } = {},
): Column {
  return { name, type, format: "", description: "", priority, cell };
}

export const nameColumn: Column = { ...column("Name", ({ metadata }) => metadata.name), format: "name" };

export const ageColumn = column("Age", ({ metadata }, now) => age(metadata.creationTimestamp, now));

export const createdAtColumn = column("Created At", ({ metadata }) => metadata.creationTimestamp ?? null, {
  type: "date",
});

/** Shown with `-o wide` only. */
export const wide = { priority: 1 } as const;

/** A field of the spec, as text. */
export function specColumn(name: string, field: string, absent = ""): Column {
  return column(name, ({ spec }) => String((spec as { [field: string]: unknown } | undefined)?.[field] ?? absent));
}
