import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { type DefinitionSpec, type DefinitionVersion, definitionSpec } from "../resources/custom.ts";
import type { FieldViolation } from "../status-error.ts";
import type { StructuralSchema } from "./structural.ts";
import { validateSchema } from "./validate-schema.ts";
import { field } from "./violations.ts";

/**
 * What is wrong with a CustomResourceDefinition of the right form, its defaults filled in, in the API server's words.
 * Rules in CEL are not compiled.
 * @param before the definition as it was; undefined for a new one
 */
export function validateDefinition(definition: KubeObject, before: KubeObject | undefined): FieldViolation[] {
  const spec = definitionSpec(definition);
  const { names, group = "", scope, versions = [] } = spec;
  const full = `${names.plural}.${group}`;
  const found: FieldViolation[] = [];
  if (before === undefined && definition.metadata.name !== full) {
    found.push(field.invalid("metadata.name", definition.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (group === "") found.push(field.required("spec.group"));
  else if (!subdomain.test(group)) found.push(field.invalid("spec.group", group, subdomainRule));
  else if (!group.includes("."))
    found.push(field.invalid("spec.group", group, "should be a domain with at least one dot"));
  const scopes = ["Cluster", "Namespaced"];
  if (!scope) found.push(field.required("spec.scope"));
  else if (!scopes.includes(scope)) found.push(field.notSupported("spec.scope", scope, scopes));
  for (const [index, version] of versions.entries()) {
    if (version.schema?.openAPIV3Schema === undefined)
      found.push(field.required(`spec.versions[${index}].schema.openAPIV3Schema`));
  }
  for (const [index, version] of versions.entries())
    found.push(...versionViolations(version, `spec.versions[${index}]`));
  const versionNames = versions.map(({ name }) => name);
  if (new Set(versionNames).size < versionNames.length)
    found.push(field.invalid("spec.versions", versions, "must contain unique version names"));
  if (versions.filter(({ storage }) => storage).length !== 1)
    found.push(field.invalid("spec.versions", versions, "must have exactly one version marked as storage version"));
  found.push(...nameViolations(names), ...stored(definition, versionNames), ...approval(definition, group));
  if ((spec as { preserveUnknownFields?: boolean }).preserveUnknownFields === true) {
    const why =
      "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
    found.push(field.invalid("spec.preserveUnknownFields", true, why));
  }
  return before === undefined ? found : [...found, ...immutable(spec, definitionSpec(before))];
}

const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const labelRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function labelProblem(text: string): string | undefined {
  if (text.length > 63) return "must be no more than 63 characters";
  return label.test(text) ? undefined : labelRule;
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];

function versionViolations(version: DefinitionVersion, path: string): FieldViolation[] {
  const found: FieldViolation[] = [];
  const problem = labelProblem(version.name);
  if (problem !== undefined) found.push(field.invalid(`${path}.name`, version.name, problem));
  const { deprecated = false, deprecationWarning } = version;
  if (!deprecated && deprecationWarning !== undefined) {
    found.push(
      field.invalid(`${path}.deprecationWarning`, deprecationWarning, "can only be set for deprecated versions"),
    );
  }
  const schema = version.schema?.openAPIV3Schema as StructuralSchema | undefined;
  if (schema !== undefined) found.push(...validateSchema(schema, `${path}.schema.openAPIV3Schema`));
  const { scale } = version.subresources ?? {};
  for (const [name, within, value] of [
    ["specReplicasPath", ".spec", scale?.specReplicasPath],
    ["statusReplicasPath", ".status", scale?.statusReplicasPath],
  ] as const) {
    const at = `${path}.subresources.scale.${name}`;
    if (scale !== undefined && !value) found.push(field.required(at));
    else if (value && !value.startsWith(`${within}.`))
      found.push(field.invalid(at, value, `should be a json path under ${within}`));
  }
  for (const [index, column] of (version.additionalPrinterColumns ?? []).entries()) {
    const at = `${path}.additionalPrinterColumns[${index}]`;
    if (!column.name) found.push(field.required(`${at}.name`));
    const oneOf = `must be one of ${columnTypes.join(",")}`;
    if (!column.type) found.push(field.required(`${at}.type`, oneOf));
    else if (!columnTypes.includes(column.type)) found.push(field.invalid(`${at}.type`, column.type, oneOf));
    if (!column.jsonPath) found.push(field.required(`${at}.JSONPath`));
  }
  return found;
}

function nameViolations(names: DefinitionSpec["names"]): FieldViolation[] {
  const found: FieldViolation[] = [];
  for (const name of ["plural", "singular", "kind", "listKind"] as const) {
    if (!names[name]) found.push(field.required(`spec.names.${name}`));
  }
  for (const name of ["plural", "singular"] as const) {
    const problem = names[name] ? labelProblem(names[name]) : undefined;
    if (problem !== undefined) found.push(field.invalid(`spec.names.${name}`, names[name], problem));
  }
  for (const name of ["kind", "listKind"] as const) {
    const problem = names[name] ? labelProblem(names[name].toLowerCase()) : undefined;
    const why = `may have mixed case, but should otherwise match: ${problem}`;
    if (problem !== undefined) found.push(field.invalid(`spec.names.${name}`, names[name], why));
  }
  if (names.kind && names.kind === names.listKind) {
    found.push(field.invalid("spec.names.listKind", names.listKind, "kind and listKind may not be the same"));
  }
  for (const list of ["shortNames", "categories"] as const) {
    for (const [index, name] of (names[list] ?? []).entries()) {
      const problem = labelProblem(name);
      if (problem !== undefined) found.push(field.invalid(`spec.names.${list}[${index}]`, name, problem));
    }
  }
  return found;
}

/** A version that objects may still be stored in must stay. */
function stored({ status }: KubeObject, versions: readonly string[]): FieldViolation[] {
  const { storedVersions = [] } = (status ?? {}) as { storedVersions?: string[] };
  return storedVersions.flatMap((name, index) => {
    if (versions.includes(name)) return [];
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    return [field.invalid(`status.storedVersions[${index}]`, name, why)];
  });
}

const approvalAnnotation = "api-approved.kubernetes.io";

function approval({ metadata }: KubeObject, group: string): FieldViolation[] {
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group);
  if (!isProtected || metadata.annotations?.[approvalAnnotation]) return [];
  const why = `protected groups must have approval annotation "${approvalAnnotation}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [field.required(`metadata.annotations[${approvalAnnotation}]`, why)];
}

function immutable(now: DefinitionSpec, before: DefinitionSpec): FieldViolation[] {
  const fixed: [string, unknown, unknown][] = [
    ["spec.group", now.group, before.group],
    ["spec.scope", now.scope, before.scope],
    ["spec.names.kind", now.names.kind, before.names.kind],
    ["spec.names.plural", now.names.plural, before.names.plural],
  ];
  return fixed
    .filter(([, value, was]) => value !== was)
    .map(([at, value]) => field.invalid(at, value, "field is immutable"));
}
