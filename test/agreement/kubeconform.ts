import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CustomResource } from "../../src/core/schema/custom-resources.ts";
import type { Definitions, KubernetesSchemas, OpenApiSchema } from "../../src/core/schema/kubernetes-schemas.ts";

const script = join(import.meta.dirname, "../../scripts/build-kubeconform.sh");

/** The program's path; undefined when it is not built. */
export function kubeconformProgram(): string | undefined {
  const where = execFileSync(script, ["--where"], { encoding: "utf8" }).trim();
  return existsSync(where) ? where : undefined;
}

/**
 * Our schemas in the layout that kubeconform reads, strict: one file a kind, references resolved, unknown fields refused, `null`
 * allowed where a field is optional, as the tool that its own schemas are made with does it.
 * @returns what its `-schema-location` wants
 */
export function writeKubeconformSchemas(
  folder: string,
  { definitions }: Pick<KubernetesSchemas, "definitions">,
  customResources: readonly CustomResource[],
): string {
  mkdirSync(folder, { recursive: true });
  const write = (kind: string, group: string, version: string, schema: unknown) => {
    const parts = [kind, group.split(".")[0], version].filter((part) => part !== "");
    writeFileSync(join(folder, `${parts.join("-").toLowerCase()}.json`), JSON.stringify(schema));
  };
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
      write(kind, group, version, resolved(definition, definitions, [name], true));
    }
  }
  const meta = resolved(definitions["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]!, definitions, [], true);
  for (const { kind, group, version, schema } of customResources) {
    const custom = resolved(schema as OpenApiSchema, definitions, [], true) as { properties?: object };
    const text = { type: "string" };
    write(kind, group, version, {
      ...custom,
      properties: { ...custom.properties, apiVersion: text, kind: text, metadata: meta },
    });
  }
  return join(folder, "{{.ResourceKind}}{{.KindSuffix}}.json");
}

/** @param above definitions that this one stands in: a recursive one ends as anything */
function resolved(
  schema: OpenApiSchema,
  definitions: Definitions,
  above: readonly string[],
  required: boolean,
): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/definitions/", "");
    if (above.includes(name)) return {};
    if (name.endsWith(".Quantity")) return { oneOf: [{ type: "string" }, { type: "number" }] };
    return resolved(definitions[name]!, definitions, [...above, name], required);
  }
  const { type, format, properties, items, additionalProperties, required: names = [], ...rest } = schema;
  const raw = rest as { readonly [keyword: string]: unknown };
  if (format === "int-or-string" || raw["x-kubernetes-int-or-string"] === true) {
    return { oneOf: [{ type: ["string", ...(required ? [] : ["null"])] }, { type: "integer" }] };
  }
  const open = raw["x-kubernetes-preserve-unknown-fields"] === true;
  const kept = [
    "minimum",
    "maximum",
    "pattern",
    "minItems",
    "maxItems",
    "maxLength",
    "minLength",
    "oneOf",
    "multipleOf",
  ];
  return {
    ...Object.fromEntries(kept.flatMap((keyword) => (keyword in raw ? [[keyword, raw[keyword]]] : []))),
    ...(type !== undefined && { type: required ? type : [type, "null"] }),
    ...(rest.enum !== undefined && { enum: required ? rest.enum : [...rest.enum, null] }),
    ...(names.length > 0 && { required: names.filter((name) => !isDefaulted(properties?.[name]?.default)) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([field, value]) => [
          field,
          resolved(value, definitions, above, names.includes(field)),
        ]),
      ),
      ...(!open && { additionalProperties: false }),
    }),
    ...(items && { items: resolved(items, definitions, above, false) }),
    ...(additionalProperties && { additionalProperties: resolved(additionalProperties, definitions, above, false) }),
  };
}

/** `""`, `0` and `false` only mark Go values; kubeconform's own schemas require those fields. */
function isDefaulted(value: unknown): boolean {
  return value !== undefined && value !== "" && value !== 0 && value !== false;
}

/** Which of the files below a folder it finds fault with, by their paths. */
export function kubeconformVerdicts(program: string, folder: string, schemas: string): Set<string> {
  const { stdout, stderr } = spawnSync(
    program,
    ["-strict", "-output", "json", "-n", "4", "-schema-location", schemas, folder],
    { encoding: "utf8", maxBuffer: 512 * 1024 * 1024 },
  );
  if (stdout === "") throw new Error(`kubeconform said nothing: ${stderr}`);
  const { resources = [] } = JSON.parse(stdout) as { resources?: { filename: string; status: string }[] };
  return new Set(resources.filter(({ status }) => status !== "statusSkipped").map(({ filename }) => filename));
}
