import { groupOf } from "../manifest/kube-object.ts";
import { builtInSchema } from "./built-in-schema.ts";
import type { Failure, Visit } from "./compile/visit.ts";
import { compileSchema } from "./compile-schema.ts";
import { type CustomResource, customResourcesIn } from "./custom-resources.ts";
import { compileCustomResource } from "./custom-schema.ts";
import { explain, type SchemaFinding } from "./explain.ts";
import { createKindTable, type KindTable, kindKey, type ServedKind } from "./kind-table.ts";
import type { KubernetesSchemas } from "./kubernetes-schemas.ts";
import { objectNameProblem } from "./object-name.ts";
import { withoutReplacedVolumes } from "./replaced-volumes.ts";
import { dnsLabel } from "./rules/syntax.ts";
import { shown } from "./shown.ts";
import { UnusableSchemaError } from "./structural-schema.ts";

export interface Validator {
  /**
   * Everything that is wrong with one object that was meant for `kubectl apply`; empty when the API server's schemas
   * accept it.
   * @param object as parsed, of any shape
   */
  validate(object: unknown): SchemaFinding[];
  /**
   * A validator that also knows the custom resources that the CustomResourceDefinitions among these objects describe.
   * It costs nothing until such a resource is validated, and holds no memory in this one.
   */
  withCustomResources(objects: readonly unknown[]): Validator;
  /** The kind's plural and scope; undefined for a kind that neither Kubernetes nor a definition given describes. */
  kindOf(apiVersion: string, kind: string): ServedKind | undefined;
}

/** More findings about one object help nobody, and each costs memory. */
const mostFindings = 100;

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** A validator by the schemas of `schemas/kubernetes/`. Schemas are compiled when their kind first comes up. */
export function createValidator(schemas: Pick<KubernetesSchemas, "definitions" | "resources">): Validator {
  const { definitions } = schemas;
  const compiled = new Map<string, Visit>();
  const builtIn = (name: string): Visit => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    let visit: Visit | undefined;
    // A definition may stand in itself, and most are never asked for.
    const whenAsked: Visit = (value, at, failures) => {
      visit ??= compileSchema(builtInSchema(name, definitions), builtIn);
      return visit(value, at, failures);
    };
    compiled.set(name, whenAsked);
    return whenAsked;
  };
  const names = new Map(
    Object.entries(definitions).flatMap(([name, definition]) =>
      (definition["x-kubernetes-group-version-kind"] ?? []).map(({ group, version, kind }): [string, string] => [
        kindKey(group, version, kind),
        name,
      ]),
    ),
  );
  return validatorFor(createKindTable(schemas.resources), names, builtIn, []);
}

function validatorFor(
  kinds: KindTable,
  definitionNames: ReadonlyMap<string, string>,
  builtIn: (definition: string) => Visit,
  customResources: readonly CustomResource[],
): Validator {
  const custom = customSchemas(customResources);

  const specFindings = (object: Record<string, unknown>, kind: string, key: string): SchemaFinding[] => {
    const definition = definitionNames.get(key);
    if (definition !== undefined && !custom.has(key)) {
      return run(builtIn(definition), object, kind);
    }
    const visit = custom.compile(key);
    const found = visit instanceof UnusableSchemaError ? visit : orUnusable(() => visit && run(visit, object, kind));
    if (found instanceof UnusableSchemaError) {
      const message = `${kind} cannot be checked: the schema in its CustomResourceDefinition ${found.message}.`;
      return [{ pointer: "", rule: "unusable-schema", message, severity: "error" }];
    }
    return [...run(builtIn(objectMeta), object, kind, "metadata"), ...(found ?? [])];
  };

  return {
    validate(object) {
      if (typeof object !== "object" || object === null || Array.isArray(object)) {
        return [
          error("", "no-object", "This is no Kubernetes object: an object is a mapping with `apiVersion` and `kind`."),
        ];
      }
      const fields = object as Record<string, unknown>;
      const { apiVersion, kind } = fields;
      const typeFindings = (["apiVersion", "kind"] as const).flatMap((field) =>
        typeFieldFindings(field, fields[field]),
      );
      if (typeof apiVersion !== "string" || typeof kind !== "string" || typeFindings.length > 0) return typeFindings;
      const key = kindKey(groupOf(apiVersion), apiVersion.slice(apiVersion.indexOf("/") + 1), kind);
      const known = kinds.find(apiVersion, kind);
      if (known === undefined) return [kinds.explainUnknown(apiVersion, kind)];
      if (!known.applicable) {
        const message = `${kind} of \`${apiVersion}\` cannot be kept in Git: a cluster answers it and stores nothing.`;
        return [error("/kind", "not-applicable-kind", message)];
      }
      const findings = [
        ...specFindings(fields, kind, key),
        ...nameFindings(fields, groupOf(apiVersion), kind),
        ...(known.namespaced ? namespaceFindings(fields, kind) : []),
        ...deprecationFindings(known, apiVersion, kind),
      ];
      return onePerPlace(withoutReplacedVolumes(findings, fields)).slice(0, mostFindings);
    },
    withCustomResources(objects) {
      const found = customResourcesIn(objects);
      if (found.length === 0) return this;
      return validatorFor(kinds.with(found), definitionNames, builtIn, [...customResources, ...found]);
    },
    kindOf: (apiVersion, kind) => kinds.find(apiVersion, kind),
  };
}

/** Compiled schemas of custom resources, kept apart from the built-in ones so that they go with the validator. */
function customSchemas(customResources: readonly CustomResource[]) {
  // A kind described twice takes the later description; that there are two is said where objects are compared.
  const described = new Map(
    customResources.map((resource) => [kindKey(resource.group, resource.version, resource.kind), resource]),
  );
  const compiled = new Map<string, Visit | UnusableSchemaError>();
  return {
    has: (key: string) => described.has(key),
    /** @returns undefined when the definition has no schema, which the validation of the definition itself says */
    compile(key: string): Visit | UnusableSchemaError | undefined {
      const resource = described.get(key);
      if (resource?.schema === undefined) return undefined;
      if (!compiled.has(key)) compiled.set(key, compileCustom(resource));
      return compiled.get(key);
    },
  };
}

function compileCustom(resource: CustomResource): Visit | UnusableSchemaError {
  return orUnusable(() => compileCustomResource(resource));
}

function orUnusable<T>(attempt: () => T): T | UnusableSchemaError {
  try {
    return attempt();
  } catch (thrown) {
    if (thrown instanceof UnusableSchemaError) return thrown;
    throw thrown;
  }
}

/** @param field what of the object is validated; undefined for all of it */
function run(visit: Visit, object: Record<string, unknown>, kind: string, field?: "metadata"): SchemaFinding[] {
  const value = field === undefined ? object : object[field];
  // Nearly all objects are valid, and saying so needs no places.
  if (visit(value, "", undefined)) return [];
  const failures: Failure[] = [];
  visit(value, field === undefined ? "" : `/${field}`, failures);
  return failures.slice(0, mostFindings).map((failure) => explain(failure, kind, object));
}

function typeFieldFindings(field: "apiVersion" | "kind", value: unknown): SchemaFinding[] {
  if (typeof value === "string" && value !== "") return [];
  const found = value === undefined || value === null || value === "" ? "is missing" : "must be text";
  return [
    error(
      value === undefined ? "" : `/${field}`,
      "missing-field",
      `\`${field}\` ${found}; every Kubernetes object has it.`,
    ),
  ];
}

function nameFindings(object: Record<string, unknown>, group: string, kind: string): SchemaFinding[] {
  const { metadata, spec } = object;
  const { name, generateName } = record(metadata);
  if (name === undefined || name === null || name === "") {
    const message = generateName
      ? `${kind} has a \`generateName\` and no \`name\`; what is kept in Git needs a name of its own.`
      : `${kind} lacks \`metadata.name\`, which is required.`;
    const pointer = metadata === undefined ? "" : name === undefined ? "/metadata" : "/metadata/name";
    return [error(pointer, "missing-field", message)];
  }
  if (typeof name !== "string") return [];
  const problem = objectNameProblem(group, kind, name, record(spec));
  return problem === undefined
    ? []
    : [error("/metadata/name", "invalid-name", `${kind} \`metadata.name\` ${problem}.`)];
}

/** Only of an object that is in one: the server drops it elsewhere, and from what a template says. */
function namespaceFindings({ metadata }: Record<string, unknown>, kind: string): SchemaFinding[] {
  const { namespace } = record(metadata);
  const problem = dnsLabel(namespace);
  if (problem === undefined) return [];
  const message = `${kind} \`metadata.namespace\` ${problem}, but it is ${shown(namespace)}.`;
  return [error("/metadata/namespace", "invalid-name", message)];
}

/**
 * What is wrong with a value is told once, in the words of whoever comes first: the schema before the rules. Only of what an
 * object lacks is there more than one thing to tell.
 */
function onePerPlace(findings: readonly SchemaFinding[]): SchemaFinding[] {
  const first = new Map<string, SchemaFinding>();
  return findings.filter((finding) => {
    const before = first.get(finding.pointer);
    if (before === undefined) {
      if (finding.severity === "error") first.set(finding.pointer, finding);
      return true;
    }
    return before.rule === "missing-field" && finding.rule !== "invalid-value";
  });
}

function deprecationFindings({ deprecation }: ServedKind, apiVersion: string, kind: string): SchemaFinding[] {
  if (deprecation === undefined) return [];
  const message = `${kind} of \`${apiVersion}\` ${deprecation}.`;
  return [{ pointer: "/apiVersion", rule: "deprecated-version", message, severity: "warning" }];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function error(pointer: string, rule: string, message: string): SchemaFinding {
  return { pointer, rule, message, severity: "error" };
}
