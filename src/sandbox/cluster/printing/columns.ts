import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { definitionVersion } from "../resources/custom.ts";
import type { Resource } from "../resources/resource.ts";
import { age, since } from "./age.ts";
import { ageColumn, type Cell, type Column, type ColumnTable, column, createdAtColumn, nameColumn } from "./column.ts";
import { extensionColumns } from "./extension-columns.ts";
import { valuesAt } from "./json-path.ts";
import { networkColumns } from "./network-columns.ts";
import { podColumns } from "./pod-columns.ts";
import { policyColumns } from "./policy-columns.ts";
import { storageColumns } from "./storage-columns.ts";
import { workloadColumns } from "./workload-columns.ts";

const known: ColumnTable = {
  ...workloadColumns,
  ...podColumns,
  ...networkColumns,
  ...storageColumns,
  ...policyColumns,
  ...extensionColumns,
};

const placesOfAge = new Set(["Age", "Created At", "Last Seen"]);
const ageless = new Set([
  "podtemplates",
  "ipaddresses.networking.k8s.io",
  "clustertrustbundles.certificates.k8s.io",
  "podcertificaterequests.certificates.k8s.io",
  "storageversionmigrations.storagemigration.k8s.io",
]);

/** The columns in which objects of a kind are printed: Kubernetes' own for well-known kinds, else name and creation time. */
export function columnsOf(resource: Resource): readonly Column[] {
  if (resource.definedBy !== undefined) return customColumns(resource);
  const special = known[resource.name];
  if (special === undefined) return [nameColumn, createdAtColumn];
  const named = special.some(({ name }) => name === "Name") ? special : [nameColumn, ...special];
  if (ageless.has(resource.name) || named.some(({ name }) => placesOfAge.has(name))) return named;
  const first = named.filter(({ priority }) => priority === 0);
  return [...first, ageColumn, ...named.filter(({ priority }) => priority > 0)];
}

function customColumns(resource: Resource): readonly Column[] {
  const columns = definitionVersion(resource)?.additionalPrinterColumns ?? [];
  if (columns.length === 0) return [nameColumn, ageOfCustom];
  return [
    nameColumn,
    ...columns.map(
      ({ name, type, jsonPath, format = "", priority = 0, description = "" }): Column => ({
        name,
        type: type as Column["type"],
        format,
        priority,
        description,
        cell: (object, now) => customCell(type, valuesAt(object as unknown as JsonObject, jsonPath), now),
      }),
    ),
  ];
}

const ageOfCustom: Column = column("Age", ({ metadata }, now) => age(metadata.creationTimestamp, now), {
  type: "date",
});

function customCell(type: string, [value]: Json[], now: Date): Cell {
  if (value === undefined || value === null) return null;
  if (type === "date") return since(String(value), now);
  if (type === "integer" || type === "number") return typeof value === "number" ? value : null;
  if (type === "boolean") return typeof value === "boolean" ? value : null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
