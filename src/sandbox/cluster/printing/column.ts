import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { ResourceName } from "../store.ts";

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

/** The columns between name and age. */
export type ColumnTable = { readonly [resource: ResourceName]: readonly Column[] };

export function column(
  name: string,
  cell: (object: KubeObject, now: Date) => Cell,
  { type = "string", priority = 0 }: { type?: Column["type"]; priority?: number } = {},
): Column {
  return { name, type, format: "", description: "", priority, cell };
}
