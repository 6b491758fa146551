import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { KubernetesSchemas } from "../../../core/schema/kubernetes-schemas.ts";
import { createValidator } from "../../../core/schema/validator.ts";
import { validateDefinition } from "../crd/validate-definition.ts";
import type { Resource } from "../resources/resource.ts";
import type { FieldViolation } from "../status-error.ts";
import { configRules } from "../validation/config-data.ts";
import { metadataViolations } from "../validation/metadata.ts";
import type { Rule } from "../validation/rule.ts";
import { serviceRules } from "../validation/services.ts";
import { workloadRules } from "../validation/workloads.ts";
import { immutableFields } from "./immutable-fields.ts";

type Validate = (resource: Resource, object: KubeObject, before: KubeObject | undefined) => FieldViolation[];

const reasons: { readonly [rule: string]: readonly [FieldViolation["reason"], string] } = {
  "missing-field": ["FieldValueRequired", "Required value"],
  "duplicate-item": ["FieldValueDuplicate", "Duplicate value"],
};

const rules: { readonly [resource: string]: Rule } = { ...workloadRules, ...serviceRules, ...configRules };

/** What is wrong with an object of a built-in kind: by its schema and the rules that span fields. */
export function builtInValidator(schemas: KubernetesSchemas): Validate {
  const validator = createValidator(schemas);
  return (resource, object, before) => {
    // What these know they say as the server does; the schema is asked about the rest.
    const told = [
      ...metadataViolations(resource.name, object, before),
      ...(rules[resource.name]?.(object, before) ?? []),
      ...(before === undefined ? [] : immutableFields(object, before)),
    ];
    const isDefinition = resource.name === "customresourcedefinitions.apiextensions.k8s.io";
    if (told.length > 0 && !isDefinition) return told;
    const { managedFields: _, ...metadata } = object.metadata;
    // What a status says is its controller's word: the server does not judge it by the kind's schema.
    const { status: _status, ...desired } = object;
    const found = validator
      .validate({ ...desired, metadata })
      .filter(({ severity }) => severity === "error")
      // Of a definition only its form is judged here: crd/ knows all its rules, in the server's words.
      .filter(({ rule }) => !isDefinition || rule === "wrong-type")
      .map(({ pointer, rule, message }): FieldViolation => {
        const [reason, word] = reasons[rule] ?? (["FieldValueInvalid", "Invalid value"] as const);
        return { reason, field: fieldOf(pointer), message: `${word}: ${message}` };
      });
    if (isDefinition && found.length === 0) return [...told, ...validateDefinition(object, before)];
    return found;
  };
}

/** `/spec/ports/0/name` as the API server writes it: `spec.ports[0].name`. */
function fieldOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}
