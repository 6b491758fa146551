import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Column } from "../printing/column.ts";
import { columnsOf } from "../printing/columns.ts";
import type { Resource } from "../resources/resource.ts";
import { badRequest } from "../status-error.ts";
import { partialJson } from "./serialize.ts";

/** Objects as kubectl prints them: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export function tableJson(
  resource: Resource,
  objects: readonly KubeObject[],
  { resourceVersion, ...metadata }: { resourceVersion?: string; continue?: string; remainingItemCount?: number },
  query: URLSearchParams,
  now: Date,
  withColumns = true,
): string {
  const columns = columnsOf(resource);
  const include = query.get("includeObject") || "Metadata";
  if (!["Metadata", "Object", "None"].includes(include)) {
    const why = "must be 'Metadata', 'Object', 'None', or empty";
    const value = JSON.stringify(include);
    throw badRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${value}: ${why}`);
  }
  const list = {
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(metadata.continue !== undefined && { continue: metadata.continue }),
    ...(metadata.remainingItemCount !== undefined && { remainingItemCount: metadata.remainingItemCount }),
  };
  const head = JSON.stringify({
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: list,
    columnDefinitions: withColumns ? columns.map(definition) : [],
  });
  const rows = objects.map((object) => {
    const cells = JSON.stringify(columns.map(({ cell }) => cell(object, now)));
    if (include === "None") return `{"cells":${cells},"object":null}`;
    return `{"cells":${cells},"object":${include === "Object" ? JSON.stringify(object) : partialJson(object)}}`;
  });
  return `${head.slice(0, -1)},"rows":[${rows.join(",")}]}`;
}

function definition({ name, type, format, description, priority }: Column): object {
  return { name, type, format, description, priority };
}
