import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import type { KubernetesSchemas, OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import { definitionVersion } from "../resources/custom.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";

const definitionPrefix = "#/definitions/";
const schemaPrefix = "#/components/schemas/";
const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** The API described for machines; kubectl validates, explains and merges by it. */
export interface OpenApi {
  /**
   * @param path `/openapi/v3`, or below it the document of one group and version
   * @returns the JSON; undefined when there is no such document
   */
  v3(path: string): string | undefined;
}

export function createOpenApi(schemas: KubernetesSchemas, catalogue: Catalogue): OpenApi {
  const { definitions, version } = schemas;
  const names = new Map(
    Object.entries(definitions).flatMap(([name, definition]) =>
      (definition["x-kubernetes-group-version-kind"] ?? []).map((gvk): [string, string] => [
        `${apiVersionOf(gvk)} ${gvk.kind}`,
        name,
      ]),
    ),
  );
  const documents = new Map<string, string>();
  let revision = -1;

  const document = (group: string, groupVersion: string): string => {
    const resources = catalogue.all().filter((it) => it.group === group && it.version === groupVersion);
    const components: { [name: string]: JsonObject } = {};
    const include = (name: string) => {
      const definition = definitions[name];
      if (definition === undefined || Object.hasOwn(components, name)) return;
      // Some refer to themselves.
      components[name] = {};
      components[name] = toV3(definition as unknown as JsonObject, include);
    };
    for (const resource of resources) {
      const name = names.get(`${apiVersionOf(resource)} ${resource.kind}`);
      if (resource.definedBy === undefined && name !== undefined) include(name);
      else components[customName(resource)] = customSchema(resource, include);
    }
    const paths = Object.assign({}, ...resources.map(pathsOf));
    const info = { title: "Kubernetes", version };
    return JSON.stringify({ openapi: "3.0.0", info, paths, components: { schemas: components } });
  };

  return {
    v3(path) {
      if (revision !== catalogue.revision()) {
        documents.clear();
        revision = catalogue.revision();
      }
      const groupVersions = catalogue
        .groups()
        .flatMap(({ group, versions }) => versions.map((it) => ({ group, version: it, path: rootOf(group, it) })));
      if (path === "/openapi/v3") {
        const index = groupVersions.map((it) => [
          it.path.slice(1),
          { serverRelativeURL: `/openapi/v3${it.path}?hash=${version}-${revision}` },
        ]);
        return JSON.stringify({ paths: Object.fromEntries(index) });
      }
      const found = groupVersions.find((it) => `/openapi/v3${it.path}` === path);
      if (found === undefined) return undefined;
      const known = documents.get(path) ?? document(found.group, found.version);
      documents.set(path, known);
      return known;
    },
  };
}

function rootOf(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** A schema of OpenAPI v2 as v3 writes it: a reference stands alone, or in `allOf` beside what the field adds. */
function toV3(schema: JsonObject, include: (name: string) => void): JsonObject {
  const convert = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== "object" || value === null) return value;
    const { $ref, ...rest } = value;
    // A property may have that name too.
    if (typeof $ref !== "string") return mapped(value, convert);
    const others = mapped(rest, convert);
    const name = $ref.slice(definitionPrefix.length);
    include(name);
    const reference = { $ref: schemaPrefix + name };
    return Object.keys(others).length === 0 ? reference : { ...others, allOf: [reference] };
  };
  return convert(schema) as JsonObject;
}

function mapped(object: JsonObject, convert: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, convert(inner)]));
}

function customName({ group, version, kind }: Resource): string {
  return `${group.split(".").toReversed().join(".")}.${version}.${kind}`;
}

function customSchema(resource: Resource, include: (name: string) => void): JsonObject {
  const { group, version, kind } = resource;
  const raw = (definitionVersion(resource)?.schema?.openAPIV3Schema ?? { type: "object" }) as OpenApiSchema;
  include(objectMeta);
  return {
    ...(raw as unknown as JsonObject),
    properties: {
      ...(raw.properties as unknown as JsonObject),
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { allOf: [{ $ref: schemaPrefix + objectMeta }] },
    },
    "x-kubernetes-group-version-kind": [{ group, version, kind }],
  };
}

const writeParameters = ["dryRun", "fieldManager", "fieldValidation"];
const patchTypes = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];

/** The paths of a resource, as far as a client asks them what it may send. */
function pathsOf(resource: Resource): JsonObject {
  const { group, version, kind, namespaced, plural, verbs } = resource;
  const root = rootOf(group, version);
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const operation = (verb: string, action: string, parameters: readonly string[], body?: readonly string[]) =>
    !verbs.includes(verb)
      ? undefined
      : ({
          parameters: parameters.map((name) => ({ name, in: "query", schema: { type: "string", uniqueItems: true } })),
          ...(body !== undefined && { requestBody: { content: Object.fromEntries(body.map((type) => [type, {}])) } }),
          responses: { "200": { description: "OK" } },
          "x-kubernetes-action": action,
          "x-kubernetes-group-version-kind": { group, version, kind },
        } as JsonObject);
  const present = (operations: { [method: string]: JsonObject | undefined }): JsonObject =>
    Object.fromEntries(
      Object.entries(operations).filter((entry): entry is [string, JsonObject] => entry[1] !== undefined),
    );
  return {
    [collection]: present({
      get: operation("list", "list", ["continue", "fieldSelector", "labelSelector", "limit"]),
      post: operation("create", "post", writeParameters, ["application/json"]),
    }),
    [`${collection}/{name}`]: present({
      get: operation("get", "get", []),
      put: operation("update", "put", writeParameters, ["application/json"]),
      patch: operation("patch", "patch", [...writeParameters, "force"], patchTypes),
      delete: operation("delete", "delete", ["dryRun", "gracePeriodSeconds", "propagationPolicy"]),
    }),
  };
}
