import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { difference, fieldSet, has, isEmpty } from "./field-set.ts";
import {
  entryTime,
  foldAncientChanges,
  type Manager,
  type Managers,
  managerId,
  noManagers,
  readManagers,
} from "./managers.ts";
import { bare, finish } from "./object-state.ts";
import { ownAfterUpdate } from "./ownership.ts";
import { fieldElement } from "./path-element.ts";
import type { TypeSchema } from "./type-schema.ts";
import { TypeMismatch } from "./typed-value.ts";

/**
 * The object of a create, update or patch with its `managedFields` as they are after it. Called with what the client
 * wrote, defaults filled in, before the server adds what is its own (uid, cluster IPs): what a client did not write it
 * does not own. Entries that the client sent along count, so that they can be edited; an empty list drops them all.
 * @param subresource `status`, `scale`, …; undefined for the resource itself
 */
export function updateManagedFields({
  before,
  after,
  manager,
  subresource,
  schema,
  now,
}: {
  before: KubeObject | undefined;
  after: KubeObject;
  manager: string;
  subresource?: string | undefined;
  schema: TypeSchema;
  now: Date;
}): KubeObject {
  const { apiVersion, kind } = after;
  const managers = managersBefore(before, after, subresource);
  // An object nobody's ownership was tracked of stays so until somebody applies it.
  if (managers.size === 0 && before?.metadata.uid !== undefined) return bare(after) as unknown as KubeObject;

  const writer = {
    manager: manager === "" ? "unknown" : manager,
    operation: "Update",
    apiVersion,
    ...(subresource !== undefined && { subresource }),
  } as const;
  try {
    const owned =
      subresource === "scale"
        ? ownAfterScale(before, after, managers, writer)
        : ownAfterUpdate({
            before: bare(before ?? schema.blank(apiVersion, kind)),
            after: bare(after),
            writer,
            managers,
            type: schema.type,
            reset: schema.resetFields(subresource),
            time: entryTime(now),
          });
    return finish(bare(after), foldAncientChanges(owned), before).object;
  } catch (error) {
    // What does not fit its type has no owners that could be told; validation refuses it, or it is kept without.
    if (!(error instanceof TypeMismatch)) throw error;
    return bare(after) as unknown as KubeObject;
  }
}

function managersBefore(before: KubeObject | undefined, after: KubeObject, subresource: string | undefined): Managers {
  const live = readManagers(before?.metadata.managedFields) ?? noManagers;
  if (subresource !== undefined) return live;
  const sent = after.metadata.managedFields;
  if (Array.isArray(sent)) {
    const [only] = sent;
    const reset = sent.length === 0 || (sent.length === 1 && only !== undefined && Object.keys(only).length === 0);
    if (reset) return noManagers;
  }
  const managers = readManagers(sent);
  return managers === undefined || managers.size === 0 ? live : managers;
}

const replicas = [fieldElement("spec"), fieldElement("replicas")];

/**
 * The scale subresource knows one field; who changes it there takes it from all others. What Kubernetes makes of the
 * others is not what one would expect, and clients see it: an updater's share of that field becomes an entry of its own
 * without a time, also when the scale was what it is, and of two entries of one updater the next write forgets the first.
 * Of a field that nobody owns nobody comes to be the owner.
 */
function ownAfterScale(
  before: KubeObject | undefined,
  after: KubeObject,
  managers: Managers,
  writer: Omit<Manager, "fields" | "time">,
): Managers {
  const count = (object: KubeObject | undefined) => (object?.spec as { replicas?: number } | undefined)?.replicas;
  const owners = [...managers].filter(([, { fields }]) => has(fields, replicas));
  const changed = count(before) !== count(after);
  const stay = (id: string) => !changed && managers.get(id)?.operation === "Apply";
  const result = new Map<string, Manager>();
  for (const [id, share] of managers) {
    const stolen = has(share.fields, replicas) && !stay(id);
    const fields = stolen ? difference(share.fields, fieldSet(replicas)) : share.fields;
    if (!isEmpty(fields)) result.set(id, { ...share, fields });
  }
  if (owners.length === 0) return result;
  const own = changed ? [writer] : owners.filter(([id]) => !stay(id)).map(([, share]) => share);
  for (const { manager, operation, apiVersion, subresource } of own) {
    const share = { manager, operation, apiVersion, ...(subresource !== undefined && { subresource }) };
    result.set(`${managerId(share)} scale`, { ...share, fields: fieldSet(replicas) });
  }
  return result;
}
