import type { ManagedFieldsEntry } from "../../../core/manifest/kube-object.ts";
import { type FieldSet, fromFieldsV1, isEmpty, toFieldsV1, union } from "./field-set.ts";
import { compareText } from "./path-element.ts";

/** One writer's share of an object. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fields: FieldSet;
}

/** Managers by what tells them apart (`managerId`). */
export type Managers = ReadonlyMap<string, Manager>;

export const noManagers: Managers = new Map();

/** A version more or less makes another updater, but not another applier. */
export function managerId({ manager, operation, apiVersion, subresource }: Omit<Manager, "fields" | "time">): string {
  return JSON.stringify({
    ...(manager !== "" && { manager }),
    operation,
    ...(operation === "Update" && { apiVersion }),
    ...(subresource !== undefined && subresource !== "" && { subresource }),
  });
}

/** @returns undefined when an entry is malformed, which counts as having none at all */
export function readManagers(entries: unknown): Managers | undefined {
  if (entries === undefined || entries === null) return noManagers;
  if (!Array.isArray(entries)) return undefined;
  const managers = new Map<string, Manager>();
  for (const entry of entries as Partial<ManagedFieldsEntry>[]) {
    if (typeof entry !== "object" || entry === null) return undefined;
    const { manager = "", operation, apiVersion, subresource, time, fieldsType, fieldsV1 } = entry;
    if (operation !== "Apply" && operation !== "Update") return undefined;
    if (typeof apiVersion !== "string" || apiVersion === "" || fieldsType !== "FieldsV1") return undefined;
    try {
      const share: Manager = {
        manager,
        operation,
        apiVersion,
        ...(subresource !== undefined && { subresource }),
        ...(time !== undefined && time !== null && { time }),
        fields: fromFieldsV1(fieldsV1 ?? {}),
      };
      managers.set(managerId(share), share);
    } catch {
      return undefined;
    }
  }
  return managers;
}

/** `metadata.managedFields` in the API server's order; undefined when there is nothing to write. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  const inOrder = [...managers.values()].sort(
    (a, b) =>
      compareText(a.operation, b.operation) ||
      seconds(a) - seconds(b) ||
      compareText(a.manager, b.manager) ||
      compareText(a.apiVersion, b.apiVersion) ||
      compareText(a.subresource ?? "", b.subresource ?? ""),
  );
  return inOrder.map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(fields),
    ...(subresource !== undefined && { subresource }),
  }));
}

/** Managers without those that own nothing any more. */
export function withoutEmpty(managers: Managers): Managers {
  return new Map([...managers].filter(([, { fields }]) => !isEmpty(fields)));
}

const mostUpdaters = 10;

/** Folds the oldest updaters of a version into one, named `ancient-changes`, until there are no more than ten. */
export function foldAncientChanges(managers: Managers): Managers {
  const updaters = [...managers].filter(([, { operation }]) => operation === "Update");
  if (updaters.length <= mostUpdaters) return managers;
  updaters.sort(([idA, a], [idB, b]) => seconds(a) - seconds(b) || compareText(idA, idB));

  const folded = new Map(managers);
  const firstOfVersion = new Map<string, string>();
  let count = updaters.length;
  for (const [id, updater] of updaters) {
    if (count <= mostUpdaters) break;
    const { apiVersion, time } = updater;
    const first = firstOfVersion.get(apiVersion);
    if (first === undefined) {
      firstOfVersion.set(apiVersion, id);
      continue;
    }
    const bucket = { manager: "ancient-changes", operation: "Update", apiVersion } as const;
    const bucketId = managerId(bucket);
    let fields = folded.get(bucketId)?.fields;
    if (fields === undefined) {
      fields = folded.get(first)!.fields;
      folded.delete(first);
    }
    // The time of the one being folded in, for it is the more recent.
    folded.set(bucketId, { ...bucket, ...(time !== undefined && { time }), fields: union(updater.fields, fields) });
    folded.delete(id);
    count--;
  }
  return folded;
}

function seconds({ time }: Manager): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

/** A time as `managedFields` holds it, to the second. */
export function entryTime(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, "Z");
}
