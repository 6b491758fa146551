export type Schema = {
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  [keyword: string]: unknown;
};

export type Definitions = Record<string, Schema>;

export type OpenApiV3 = { components?: { schemas?: Definitions } };

/** Three quarters of the text that an API server publishes are descriptions, which neither validation nor merging reads. */
export function withoutDescriptions(definitions: Definitions): Definitions {
  return Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, strip(schema)]));
}

function strip({ description: _, properties, items, additionalProperties, ...rest }: Schema): Schema {
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, strip(schema)])),
    }),
    ...(items && { items: strip(items) }),
    ...(additionalProperties && { additionalProperties: strip(additionalProperties) }),
  };
}

/**
 * Puts the defaults of the OpenAPI v3 documents onto the same properties of the v2 definitions, which leave them out.
 * `{}` is left out here too: it only says that a struct is not a pointer, and nothing reads it.
 */
export function withDefaults(definitions: Definitions, documents: OpenApiV3[]): Definitions {
  const result = structuredClone(definitions);
  for (const document of documents) {
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      for (const [property, { default: value }] of Object.entries(schema.properties ?? {})) {
        const target = result[name]?.properties?.[property];
        if (target === undefined || value === undefined) continue;
        if (typeof value === "object" && value !== null && Object.keys(value).length === 0) continue;
        target.default = value;
      }
    }
  }
  return result;
}
