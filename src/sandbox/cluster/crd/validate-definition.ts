import { isDeepStrictEqual } from "node:util";
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
  const { name } = definition.metadata;
  if (!subdomain.test(name)) found.push(field.invalid("metadata.name", name, subdomainRule));
  if (before === undefined && name !== full) {
    found.push(field.invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (group === "") found.push(field.required("spec.group"));
  else if (!subdomain.test(group)) found.push(field.invalid("spec.group", group, subdomainRule));
  else if (!group.includes("."))
    found.push(field.invalid("spec.group", group, "should be a domain with at least one dot"));
  const scopes = ["Cluster", "Namespaced"];
  if (!scope) found.push(field.required("spec.scope"));
  else if (!scopes.includes(scope)) found.push(field.notSupported("spec.scope", scope, scopes));
  for (const [index, { schema }] of versions.entries()) {
    if (schema?.openAPIV3Schema === undefined)
      found.push(field.required(`spec.versions[${index}].schema.openAPIV3Schema`));
  }
  const preserves = (spec as { preserveUnknownFields?: boolean }).preserveUnknownFields === true;
  if (preserves && JSON.stringify(versions.map(({ schema }) => schema)).includes('"default":')) {
    const why = "must be false in order to use defaults in the schema";
    found.push(field.invalid("spec.preserveUnknownFields", true, why));
  }
  const shared = sharedParts(versions);
  for (const [index, version] of versions.entries()) {
    const own = { ...version };
    for (const part of shared) delete own[part];
    found.push(...versionViolations(own, `spec.versions[${index}]`));
  }
  const versionNames = versions.map(({ name }) => name);
  const shown = versions.map((version) => internalForm(version, shared));
  if (new Set(versionNames).size < versionNames.length)
    found.push(field.invalid("spec.versions", shown, "must contain unique version names"));
  if (versions.filter(({ storage }) => storage).length !== 1)
    found.push(field.invalid("spec.versions", shown, "must have exactly one version marked as storage version"));
  const [first] = versions;
  const problem = first === undefined ? undefined : labelProblem(first.name);
  if (problem !== undefined) found.push(field.invalid("spec.version", first?.name, problem));
  found.push(...nameViolations(names));
  const common: Partial<DefinitionVersion> = Object.fromEntries(shared.map((part) => [part, first?.[part]]));
  found.push(
    ...partViolations(common, "spec", "validation"),
    ...stored(definition, versions),
    ...approval(definition, group),
  );
  if (preserves) {
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
  return [...found, ...partViolations(version, path, "schema")];
}

/** Of a version, what all of them may have in common; a server keeps that, and speaks of it, once for all. */
type Part = "schema" | "subresources" | "additionalPrinterColumns";

function sharedParts(versions: readonly DefinitionVersion[]): Part[] {
  const [first] = versions;
  return (["schema", "subresources", "additionalPrinterColumns"] as const).filter(
    (part) => first?.[part] !== undefined && versions.every((version) => isDeepStrictEqual(version[part], first[part])),
  );
}

/** A version as the server's messages show it. */
function internalForm(version: DefinitionVersion, shared: readonly Part[]) {
  const part = (name: Part) => (shared.includes(name) ? null : (version[name] ?? null));
  return {
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: part("schema"),
    Subresources: part("subresources"),
    AdditionalPrinterColumns: part("additionalPrinterColumns"),
    SelectableFields: null,
  };
}

function partViolations(
  { schema, subresources, additionalPrinterColumns = [] }: Partial<DefinitionVersion>,
  path: string,
  schemaField: string,
): FieldViolation[] {
  const found: FieldViolation[] = [];
  const structural = schema?.openAPIV3Schema as StructuralSchema | undefined;
  if (structural !== undefined) found.push(...validateSchema(structural, `${path}.${schemaField}.openAPIV3Schema`));
  const { scale } = subresources ?? {};
  for (const [name, within, value] of [
    ["specReplicasPath", ".spec", scale?.specReplicasPath],
    ["statusReplicasPath", ".status", scale?.statusReplicasPath],
  ] as const) {
    const at = `${path}.subresources.scale.${name}`;
    if (scale !== undefined && !value) found.push(field.required(at));
    else if (value && !value.startsWith(`${within}.`))
      found.push(field.invalid(at, value, `should be a json path under ${within}`));
  }
  for (const [index, column] of additionalPrinterColumns.entries()) {
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
function stored({ status }: KubeObject, versions: readonly DefinitionVersion[]): FieldViolation[] {
  const { storedVersions = [] } = (status ?? {}) as { storedVersions?: string[] };
  if (storedVersions.length === 0 && !versions.some(({ storage }) => storage)) {
    return [field.invalid("status.storedVersions", null, "must have at least one stored version")];
  }
  return storedVersions.flatMap((stored, index) => {
    if (versions.some(({ name }) => name === stored)) return [];
    const why = `missing from spec.versions; ${stored} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${stored} and removes ${stored} from status.storedVersions`;
    return [field.invalid(`status.storedVersions[${index}]`, stored, why)];
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
