/**
 * What each server picks for itself, and so must not be compared: the one list of it. Whether such a field is there is
 * compared all the same; only its value is not.
 */
const picked = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "time",
  "lastTransitionTime",
  "lastUpdateTime",
  "continue",
  // Addresses from the server's own pool.
  "clusterIP",
  "clusterIPs",
  "nodePort",
  // Hashes for caches alone.
  "serverRelativeURL",
  "serverAddress",
]);

/** Values of those fields that mean something, and are compared. */
const meant = new Set<unknown>(["None", "", 0]);

const ids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
/** Words of Go's own parsers, and of a server's own inside. */
const inner: readonly [RegExp, string][] = [
  [
    /(json parse error: |converting YAML to JSON: yaml: |(?:\)|encoding patch): yaml: |continue key is not valid: )[\s\S]*/,
    "$1<words>",
  ],
  [/(patch: |^)Invalid value: "(\{|map\[)[\s\S]*?[^\\]": /, "$1Invalid value: <patched>: "],
  [/parsing time "[\s\S]*/, "parsing time <words>"],
  [/in scheme "[^"]*"/, "in scheme <scheme>"],
  [/Key: [^,]*, /, "Key: <key>, "],
  [/requested object is (a list|not a list).*/, "requested object is $1"],
  [/Available representations: [\s\S]*/, "Available representations: <list>"],
  [/ResourceVersion in record \(\d+\)/, "ResourceVersion in record (<n>)"],
];
const tooLarge = /Too large resource version: \d+, current: \d+/g;
const tooOld = /too old resource version: \d+ \(\d+\)/g;

/** Ages in tables: the embedded cluster of a case reads its clock from the real server's answers. */
const age = /^(\d+[smhdy]){1,2}$/;

/** A JSON value as both servers must answer it. */
export function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value === "string") {
    const plain = value
      .replace(ids, "<uid>")
      .replace(times, "<time>")
      .replace(tooLarge, "Too large resource version: <n>, current: <n>")
      .replace(tooOld, "too old resource version: <n> (<n>)");
    return inner.reduce((text, [words, instead]) => text.replace(words, instead), plain);
  }
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(ids, "<uid>"),
      pickedHere(key, inner) ? "<set>" : normalised(inner),
    ]),
  );
  if (copy.kind === "Table") return withoutWords(copy);
  return copy.kind === "Status" ? inOneOrder(copy) : copy;
}

/** A table without the prose of its columns, which the embedded cluster does not keep. */
function withoutWords(table: Record<string, unknown>): Record<string, unknown> {
  const columns = (table.columnDefinitions ?? []) as { description: string }[];
  const rows = (table.rows ?? []) as { cells: unknown[] }[];
  return {
    ...table,
    columnDefinitions: columns.map((column) => ({ ...column, description: "<words>" })),
    rows: rows.map((row) => ({
      ...row,
      cells: row.cells.map((cell) => (typeof cell === "string" && age.test(cell) ? "<age>" : cell)),
    })),
  };
}

function pickedHere(key: string, value: unknown): boolean {
  const first = Array.isArray(value) ? value[0] : value;
  return picked.has(key) && (typeof first === "string" || typeof first === "number") && !meant.has(first);
}

/** A real server tells violations and conflicts in the order of its maps, which is none. */
function inOneOrder(status: Record<string, unknown>): Record<string, unknown> {
  const details = status.details as { causes?: unknown[] } | undefined;
  if ((details?.causes?.length ?? 0) < 2) return status;
  const causes = details!.causes!.map((cause) => JSON.stringify(cause)).sort();
  const words = String(status.message)
    .split(/\n|, |\[|\]/)
    .sort();
  return { ...status, message: words, details: { ...details, causes: causes.map((cause) => JSON.parse(cause)) } };
}

/** Where controllers write in their own time the owners of an object come in any order: by the second of their writes. */
export function withOwnersInOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withOwnersInOneOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== "managedFields" || !Array.isArray(inner)) return [key, withOwnersInOneOrder(inner)];
      return [key, inner.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))];
    }),
  );
}
