import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { badRequest, StatusError } from "../status-error.ts";
import { difference, isEmpty, paths } from "./field-set.ts";
import { allowedByLastApplied, lastAppliedAnnotation, withLastApplied } from "./last-applied.ts";
import { entryTime, type Manager, type Managers, noManagers, readManagers } from "./managers.ts";
import { bare, finish, restored } from "./object-state.ts";
import { type OwnershipConflicts, ownAfterApply, ownAfterUpdate } from "./ownership.ts";
import { compareText, showPath } from "./path-element.ts";
import type { TypeSchema } from "./type-schema.ts";
import { deepEqual, TypeMismatch } from "./typed-value.ts";
import { validateTyped } from "./validate.ts";

/** A field that somebody else owns and that an apply would set otherwise. */
export interface ApplyConflict {
  manager: string;
  apiVersion: string;
  operation: "Apply" | "Update";
  time?: string;
  subresource?: string;
  /** `.spec.replicas` */
  field: string;
}

export type ApplyResult =
  | { ok: true; object: KubeObject; changed: boolean }
  | { ok: false; conflicts: ApplyConflict[] };

/**
 * Server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 *
 * Takes the live object (undefined: the apply creates it), what is applied, and by whom. Gives the merged object with its
 * new `managedFields`, and whether it differs from the live one: when not, nothing is to be written. What the kind's
 * status (or, through the status subresource, its spec) was, it stays. Defaults, uid, generation, resourceVersion are the
 * caller's: `afterMerge` completes a merged object that is to be compared with the live one; it is not called when the
 * apply merges to exactly the live object.
 *
 * Throws StatusError when `config` is not of the schema, or applies `managedFields`.
 */
export function applyPatch({
  live,
  config,
  manager,
  force,
  subresource,
  schema,
  expected,
  now,
  afterMerge = (object) => object,
}: {
  live: KubeObject | undefined;
  config: JsonObject;
  manager: string;
  force: boolean;
  subresource?: string;
  schema: TypeSchema;
  /** Of what kind the object is. */
  expected: Pick<KubeObject, "apiVersion" | "kind">;
  now: Date;
  afterMerge?: (object: KubeObject) => KubeObject;
}): ApplyResult {
  const applied = checked(config, expected, schema);
  const { type } = schema;
  const { apiVersion, kind } = applied;
  const time = entryTime(now);
  const reset = schema.resetFields(subresource);
  const base = live === undefined ? bare(schema.blank(apiVersion, kind)) : bare(live);

  let managers: Managers | undefined = live === undefined ? noManagers : readManagers(live.metadata.managedFields);
  if (managers === undefined) throw new StatusError(500, "InternalError", "failed to decode managed fields");
  if (managers.size === 0 && live !== undefined) {
    // All that is there before the first apply belongs to somebody, so that applying something else is a conflict.
    managers = ownAfterUpdate({
      before: bare(schema.blank(apiVersion, kind)),
      after: base,
      writer: { manager: "before-first-apply", operation: "Update", apiVersion, ...(subresource && { subresource }) },
      managers,
      type,
      reset,
      time,
    });
  }

  const writer = { manager, operation: "Apply", apiVersion, ...(subresource && { subresource }) } as const;
  const merge = (force: boolean) =>
    ownAfterApply({ live: base, config, writer, managers: managers ?? noManagers, type, reset, force });
  let merged = merge(force);
  if (!merged.ok && manager === "kubectl" && live !== undefined) {
    const allowed = allowedByLastApplied(live, schema);
    const remaining = new Map(
      [...merged.conflicts]
        .map(([id, fields]) => [id, difference(fields, allowed)] as const)
        .filter(([, f]) => !isEmpty(f)),
    );
    merged = remaining.size === 0 ? merge(true) : { ok: false, conflicts: remaining };
  }
  if (!merged.ok) return { ok: false, conflicts: listConflicts(merged.conflicts, managers) };

  const noop = live !== undefined && deepEqual(merged.object, base);
  const stamped = noop ? merged.managers : withTime(merged.managers, writer, time);
  let object = noop ? base : bare(afterMerge(restored(merged.object as unknown as KubeObject, live, reset)));
  if (manager === "kubectl" && live?.metadata.annotations?.[lastAppliedAnnotation]) {
    object = withLastApplied(object, applied);
  }
  return { ok: true, ...finish(object, stamped, live) };
}

/** What is answered when an apply meets conflicts: kubectl prints the message, `details.causes` names each field. */
export function conflictStatus(conflicts: readonly ApplyConflict[]): StatusError {
  const causes = conflicts.map((conflict) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${showManager(conflict)}`,
    field: conflict.field,
  }));
  return new StatusError(409, "Conflict", conflictMessage(conflicts), { causes });
}

/** `Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas` */
export function conflictMessage(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${showManager(first)}: ${first.field}`;
  }
  const lines = conflicts.flatMap((conflict, index) => {
    const before = conflicts[index - 1];
    const heading = before === undefined || showManager(before) !== showManager(conflict);
    return [...(heading ? [`conflicts with ${showManager(conflict)}:`] : []), `- ${conflict.field}`];
  });
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

function showManager({ manager, subresource, operation, apiVersion }: ApplyConflict): string {
  const name =
    JSON.stringify(manager) + (subresource === undefined ? "" : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

/** By manager, and each one's fields in their order. */
function listConflicts(conflicts: OwnershipConflicts, managers: Managers): ApplyConflict[] {
  return [...conflicts]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([id, fields]) => {
      const other = managers.get(id);
      if (other === undefined) return [];
      const { manager, apiVersion, operation, time, subresource } = other;
      return [...paths(fields)].map((path) => ({
        manager,
        apiVersion,
        operation,
        ...(time !== undefined && { time }),
        ...(subresource !== undefined && { subresource }),
        field: showPath(path),
      }));
    });
}

function withTime(managers: Managers, writer: Omit<Manager, "fields">, time: string): Managers {
  return new Map(
    [...managers].map(([id, manager]) => {
      const own =
        manager.operation === "Apply" &&
        manager.manager === writer.manager &&
        manager.subresource === writer.subresource;
      return [id, own ? { ...manager, time } : manager];
    }),
  );
}

/** `apps/v1, Kind=Deployment` */
function typeText(apiVersion: string, kind: string): string {
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

function checked(
  config: JsonObject,
  expected: Pick<KubeObject, "apiVersion" | "kind">,
  schema: TypeSchema,
): KubeObject {
  const applied = config as unknown as KubeObject;
  const { apiVersion, kind } = applied;
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    throw badRequest(`invalid object type: ${typeText(String(apiVersion ?? ""), String(kind ?? ""))}`);
  }
  if (expected.apiVersion !== apiVersion || expected.kind !== kind) {
    throw badRequest(`invalid object type: ${typeText(apiVersion, kind)}`);
  }
  if (applied.metadata?.managedFields !== undefined && applied.metadata.managedFields !== null) {
    throw badRequest("metadata.managedFields must be nil");
  }
  try {
    validateTyped(config, schema.type, { duplicates: false });
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const { name = "", namespace = "" } = (applied as Partial<KubeObject>).metadata ?? {};
    throw new StatusError(
      500,
      "",
      `failed to create typed patch object (${namespace}/${name}; ${typeText(apiVersion, kind)}): ${error.message.replace(/^: /, "")}`,
    );
  }
  return applied;
}
