import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Resource } from "../resources/resource.ts";

export interface Column {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "date";
  format: string;
  description: string;
  /** Above 0: shown with `-o wide` only. */
  priority: number;
  cell(object: KubeObject): string | number | boolean | null;
}

const name: Column = {
  name: "Name",
  type: "string",
  format: "name",
  description: "",
  priority: 0,
  cell: (object) => object.metadata.name,
};

const age: Column = {
  name: "Created At",
  type: "date",
  format: "",
  description: "",
  priority: 0,
  cell: (object) => object.metadata.creationTimestamp ?? null,
};

/** The columns in which objects of a kind are printed. */
export function columnsOf(_resource: Resource): readonly Column[] {
  return [name, age];
}
