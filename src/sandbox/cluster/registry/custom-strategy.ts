import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { fillDefaults, hasDefaults } from "../../../core/schema/custom-defaults.ts";
import type { KubernetesSchemas } from "../../../core/schema/kubernetes-schemas.ts";
import {
  type Definitions as MergeDefinitions,
  type OpenApiSchema,
  typeSchemaFromStructural,
} from "../apply/type-schema.ts";
import { withoutNulls } from "../crd/nulls.ts";
import { pruneCustomObject } from "../crd/prune.ts";
import type { StructuralSchema } from "../crd/structural.ts";
import { validateCustomObject } from "../crd/validate.ts";
import { decodeBuiltIn, UnmarshalError } from "../decode/built-in.ts";
import { unreadable } from "../decode/unreadable.ts";
import { definitionVersion } from "../resources/custom.ts";
import type { GoTypes } from "../resources/go-types.ts";
import { apiVersionOf, hasSubresource, type Resource } from "../resources/resource.ts";
import { metadataViolations } from "../validation/metadata.ts";
import { scaleViolations } from "./scale.ts";
import type { Strategy } from "./strategy.ts";

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** How objects of a kind that a CustomResourceDefinition describes are read and written. */
export function customStrategy(schemas: KubernetesSchemas, goTypes: GoTypes, resource: Resource): Strategy {
  const { definitions } = schemas;
  const { kind } = resource;
  const apiVersion = apiVersionOf(resource);
  const raw = definitionVersion(resource)?.schema?.openAPIV3Schema as (OpenApiSchema & StructuralSchema) | undefined;
  const fills = hasDefaults(raw);
  return {
    resource,
    schema: typeSchemaFromStructural(raw, {
      definitions: definitions as MergeDefinitions,
      status: hasSubresource(resource, "status"),
    }),
    generations: true,
    decode(value, { merged = false } = { merged: false }) {
      const { kind: _k, apiVersion: _a, metadata, ...rest } = merged ? value : withoutNulls(raw, value);
      try {
        if (metadata !== undefined && (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))) {
          const found = Array.isArray(metadata) ? "array" : metadata === null ? "null" : typeof metadata;
          throw new UnmarshalError(`json: cannot unmarshal ${found} into Go value of type v1.ObjectMeta`);
        }
        const read = decodeBuiltIn(definitions, goTypes, objectMeta, (metadata ?? {}) as JsonObject);
        const pruned = pruneCustomObject(raw, { kind, apiVersion, metadata: read.object, ...rest });
        return {
          object: pruned.object as unknown as KubeObject,
          unknown: [...read.unknown.map((path) => `metadata.${path}`), ...pruned.unknown],
        };
      } catch (error) {
        if (!(error instanceof UnmarshalError)) throw error;
        throw unreadable(resource, error);
      }
    },
    // A default may be younger than what is stored.
    read: (stored) => (fills ? (fillDefaults(raw, stored) as KubeObject) : stored),
    complete(object) {
      Object.assign(object, fillDefaults(raw, object));
    },
    prepare() {},
    validate: (object, before) => [
      ...metadataViolations(resource.name, object, before, { builtIn: false }),
      ...scaleViolations(resource, object),
      ...validateCustomObject(raw, object as unknown as JsonObject),
    ],
    strategicMerge: undefined,
  };
}
