/** An object as parsed, of any shape inside. */
export type Fields = { readonly [field: string]: unknown };

/** What a value must be ("must be …"), when it is not; `null` counts as an absent field and never gets here. */
export type ValueCheck = (value: unknown) => string | undefined;

/** What is wrong with an object: a predicate that follows its name in a sentence, and where inside it. */
export interface Violation {
  predicate: string;
  /** Steps from the object; absent for itself. */
  at?: readonly Step[];
  /** Fields of what lies there that are missed; the finding lies on one that is there and says nothing, as `null` does. */
  missing?: readonly string[];
  /** Of what the server takes, and nobody means. */
  severity?: "warning";
}

export type Step = string | number;

/**
 * What the API server enforces in code and publishes in no schema, by definition (`core.v1.Container` for
 * `io.k8s.api.core.v1.Container`). A rule says only what the server rejects of every object of that definition; the
 * agreement test asks the real one. Values of a wrong type are the schema's to tell: rules are silent about them.
 */
export interface Rule {
  /** What its findings are called by. */
  name: string;
  /** By definition and field; `field[]` stands for a list's items, where `null` is the empty text. */
  fields?: { readonly [definition: string]: { readonly [field: string]: ValueCheck } };
  /** By definition; an object that is `null` in a list is looked at as the empty one. */
  objects?: { readonly [definition: string]: (object: Fields) => readonly Violation[] };
}

/** The same check for many fields, named as `definition: "field other items[]"`. */
export function onFields(
  check: ValueCheck,
  places: { readonly [definition: string]: string },
): NonNullable<Rule["fields"]> {
  return Object.fromEntries(
    Object.entries(places).map(([definition, names]) => [
      definition,
      Object.fromEntries(names.split(" ").map((name) => [name, check])),
    ]),
  );
}

/** Several tables of fields as one. */
export function allFields(...tables: readonly NonNullable<Rule["fields"]>[]): NonNullable<Rule["fields"]> {
  const all: { [definition: string]: { readonly [field: string]: ValueCheck } } = {};
  for (const table of tables) {
    for (const [definition, checks] of Object.entries(table)) all[definition] = { ...all[definition], ...checks };
  }
  return all;
}

/** The same rule for objects of several definitions. */
export function onObjects(
  check: (object: Fields) => readonly Violation[],
  definitions: readonly string[],
): NonNullable<Rule["objects"]> {
  return Object.fromEntries(definitions.map((definition) => [definition, check]));
}

/** A check of texts by a pattern or a predicate; the empty text is let through, as a field that is not set. */
export function text(must: string, fits: RegExp | ((text: string) => boolean)): ValueCheck {
  const good = typeof fits === "function" ? fits : (value: string) => fits.test(value);
  return (value) => (typeof value !== "string" || value === "" || good(value) ? undefined : must);
}

/** The same check, which lets no empty text through. */
export function filled(check: ValueCheck): ValueCheck {
  return (value) => check(value === "" ? "\0" : value);
}

/** The violation of an object without a field that it needs. */
export function lacks(field: string, because = "which is required", at: readonly Step[] = []): Violation {
  return { predicate: `lacks \`${field}\`, ${because}`, at, missing: [field] };
}

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a field is set at all: `null` is not. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a field says something to Go: neither absent nor the empty text, list or mapping. */
export function isFilled(value: unknown): boolean {
  if (!isSet(value) || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value as object).length > 0;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A whole number as the server keeps it in 32 bits; undefined for what is none. */
export function int32(value: unknown): number | undefined {
  if (typeof value !== "number" || !Number.isInteger(value) || Math.abs(value) > 2 ** 63) return undefined;
  return Number(BigInt.asIntN(32, BigInt(value)));
}
