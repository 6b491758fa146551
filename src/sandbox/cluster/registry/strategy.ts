import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { TypeSchema } from "../apply/type-schema.ts";
import type { Resource } from "../resources/resource.ts";
import type { FieldViolation } from "../status-error.ts";

/** What is particular to the objects of one resource; everything else about reading and writing is the registry's. */
export interface Strategy {
  readonly resource: Resource;
  readonly schema: TypeSchema;
  /** Whether `metadata.generation` counts the changes of what is desired. */
  readonly generations: boolean;
  /**
   * Reads an object as the server reads it. The result is the caller's own.
   * Throws a 400 for values that do not fit their fields.
   * @param options.merged whether it is the outcome of an apply, in which a custom resource's nulls are kept (and judged)
   * @returns also the paths of unknown fields, which are not in the object
   */
  decode(value: JsonObject, options?: { merged: boolean }): { object: KubeObject; unknown: string[] };
  /** An object as it is read from what is stored, which stays as it is. */
  read(stored: KubeObject): KubeObject;
  /** Fills in the defaults, in place. */
  complete(object: KubeObject): void;
  /** Adds what the server itself decides, in place; `before` is undefined for a new object. */
  prepare(object: KubeObject, before: KubeObject | undefined, subresource?: string): void;
  validate(object: KubeObject, before: KubeObject | undefined): FieldViolation[];
  /** A strategic merge patch of an object; undefined where the kind knows none. */
  readonly strategicMerge: ((target: JsonObject, patch: JsonObject) => JsonObject) | undefined;
}
