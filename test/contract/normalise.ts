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
  "storageVersionHash",
]);

/** Values of those fields that mean something, and are compared. */
const meant = new Set<unknown>(["None", "", 0]);

const ids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const tooOld = /too old resource version: \d+ \(\d+\)/g;

/** A JSON value as both servers must answer it. */
export function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value === "string") {
    return value.replace(ids, "<uid>").replace(times, "<time>").replace(tooOld, "too old resource version: <n> (<n>)");
  }
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, pickedHere(key, inner) ? "<set>" : normalised(inner)]),
  );
  return copy.kind === "Status" ? inOneOrder(copy) : copy;
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
