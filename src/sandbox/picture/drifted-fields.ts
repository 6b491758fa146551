import type { Json, JsonObject, KubeObject } from "../../core/manifest/kube-object.ts";
import { writerOf } from "../../core/plan/field-ownership.ts";
import { type Segment, showPath } from "../../core/plan/field-path.ts";

/** A field that Git names and the cluster has otherwise. */
export interface DriftedField {
  /** As people read it: `spec.template.spec.containers[nginx].image`. */
  path: string;
  wanted: string;
  /** undefined: the field is not there. */
  actual: string | undefined;
  /** The field manager that holds it now, as it names itself; undefined when none does. */
  writer: string | undefined;
}

const mostFields = 50;

/**
 * Fields of `wanted` that are otherwise in `live`. What only `live` has (defaults, status, other writers' fields) is no
 * drift, as with server-side apply. Values of Secrets are never shown.
 */
export function driftedFields(wanted: KubeObject, live: KubeObject): DriftedField[] {
  const found: DriftedField[] = [];
  const secret = wanted.kind === "Secret";
  const differ = (path: Segment[], want: Json | undefined, have: Json | undefined): void => {
    if (want === null || want === undefined || found.length >= mostFields) return;
    if (Array.isArray(want)) {
      if (!Array.isArray(have)) {
        if (want.length > 0) add(path, want, have);
        return;
      }
      if (want.every(isNamed)) {
        for (const item of want as NamedItem[]) {
          const match = have.find((other) => isNamed(other) && other.name === item.name);
          const key: Segment = { type: "key", keys: { name: item.name }, index: have.indexOf(match ?? null) };
          differ([...path, key], item, match);
        }
      } else if (want.length !== have.length) add(path, want, have);
      else for (const [index, item] of want.entries()) differ([...path, { type: "index", index }], item, have[index]);
      return;
    }
    if (typeof want === "object") {
      if (have === undefined || have === null || typeof have !== "object" || Array.isArray(have)) {
        if (Object.keys(want).length > 0) add(path, want, have);
        return;
      }
      for (const [key, value] of Object.entries(want))
        differ([...path, { type: "field", name: key }], value, have[key]);
      return;
    }
    if (!sameScalar(want, have)) add(path, want, have);
  };
  const add = (path: Segment[], want: Json, have: Json | undefined): void => {
    const masked = secret && path[0]?.type === "field" && path[0].name === "data";
    const { manager } = writerOf(live, path, "");
    found.push({
      path: showPath(path),
      writer: manager === "unknown" ? undefined : manager,
      wanted: masked ? "(secret)" : shown(want),
      actual: have === undefined || have === null ? undefined : masked ? "(another secret)" : shown(have),
    });
  };
  for (const [key, value] of Object.entries(comparable(wanted))) {
    if (key === "apiVersion" || key === "kind" || key === "status") continue;
    differ([{ type: "field", name: key }], value, (live as unknown as JsonObject)[key]);
  }
  return found;
}

/** What Git can ask for: of the metadata labels and annotations; a Secret's `stringData` as the data it becomes. */
function comparable(object: KubeObject): JsonObject {
  const { metadata, ...rest } = object as unknown as JsonObject & KubeObject;
  const { labels, annotations } = metadata;
  const plain: JsonObject = { ...(rest as unknown as JsonObject), metadata: {} };
  if (labels) (plain.metadata as JsonObject).labels = labels;
  if (annotations) (plain.metadata as JsonObject).annotations = annotations;
  const { stringData } = plain;
  if (object.kind === "Secret" && typeof stringData === "object" && stringData !== null && !Array.isArray(stringData)) {
    const data: JsonObject = { ...(plain.data as JsonObject | undefined) };
    for (const [key, value] of Object.entries(stringData)) data[key] = Buffer.from(String(value)).toString("base64");
    plain.data = data;
    delete plain.stringData;
  }
  return plain;
}

type NamedItem = JsonObject & { name: string };

const isNamed = (item: Json): item is NamedItem =>
  typeof item === "object" && item !== null && !Array.isArray(item) && typeof item.name === "string";

function sameScalar(want: Json, have: Json | undefined): boolean {
  if (want === have) return true;
  // The empty string, false and 0 are what an absent field means, and servers leave them out.
  if (have === undefined || have === null) return want === "" || want === false || want === 0;
  const [a, b] = [quantity(want), quantity(have)];
  return a !== undefined && a === b;
}

const units: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** Servers write `0.5` as `500m` and `1024Mi` as `1Gi`; both are one amount. */
function quantity(value: Json): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const match = /^([+-]?\d+(?:\.\d+)?)([numkMGTP]|[KMGTP]i)?$/.exec(value);
  return match === null ? undefined : Number((Number(match[1]) * units[match[2] ?? ""]!).toPrecision(12));
}

function shown(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
