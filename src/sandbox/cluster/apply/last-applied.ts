import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { canonicalJson } from "../canonical-json.ts";
import { compareTyped } from "./compare.ts";
import { difference, emptySet, type FieldSet } from "./field-set.ts";
import { fieldsOf } from "./field-walks.ts";
import { bare } from "./object-state.ts";
import type { TypeSchema } from "./type-schema.ts";
import { asMap, TypeMismatch } from "./typed-value.ts";
import { validateTyped } from "./validate.ts";

/** Where client-side `kubectl apply` keeps what it applied last. */
export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/** The fields that client-side apply set and that are still so: `kubectl apply --server-side` takes them over freely. */
export function allowedByLastApplied(live: KubeObject, { type }: TypeSchema): FieldSet {
  const text = live.metadata.annotations?.[lastAppliedAnnotation];
  if (!text) return emptySet;
  try {
    const last = asMap(JSON.parse(text));
    if (last === undefined || last.apiVersion !== live.apiVersion) return emptySet;
    validateTyped(last, type, { duplicates: false });
    const { removed, modified, added } = compareTyped(last, bare(live), type);
    return difference(difference(difference(fieldsOf(last, type), modified), added), removed);
  } catch (error) {
    if (error instanceof TypeMismatch || error instanceof SyntaxError) return emptySet;
    throw error;
  }
}

/** An object whose annotation says what was applied now, so that client-side apply can go on from there. */
export function withLastApplied(object: JsonObject, applied: KubeObject): JsonObject {
  const { annotations: given, ...named } = applied.metadata;
  const { [lastAppliedAnnotation]: _, ...annotations } = given ?? {};
  const metadata = { ...named, ...(given !== undefined && { annotations }) };
  const live = asMap(object.metadata) ?? {};
  return {
    ...object,
    metadata: {
      ...live,
      annotations: {
        ...asMap(live.annotations),
        [lastAppliedAnnotation]: `${canonicalJson({ ...applied, metadata })}\n`,
      },
    },
  };
}
