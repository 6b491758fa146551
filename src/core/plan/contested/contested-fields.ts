import { isMapping, type Json, type JsonObject } from "../../manifest/kube-object.ts";
import { equalJson } from "../equal.ts";
import { holds } from "../field-ownership.ts";
import { pointerTo, type Segment, valueAt } from "../field-path.ts";
import type { SchemaPlace } from "../list-keys.ts";
import { type Contested, namesIn, namesOn, type Swap, type SwapStates, visitBoth } from "./swap.ts";

/**
 * Fields of which a mapping may have only one: a probe's handlers, a volume's sources, `rollingUpdate` beside the type `Recreate`.
 * Where somebody put another in the place of ours, applying brings ours back beside theirs, which is refused; so is what the server
 * itself put beside the former value, and nobody wrote.
 *
 * @returns mappings of which a field is not as Git says, with the fields that Git does not have and nobody applies
 */
export function contestedFields(states: SwapStates, schema: SchemaPlace | undefined): Contested[] {
  const { live, before, manifest, manager, named } = states;
  const found: Contested[] = [];
  const holders = (live.metadata.managedFields ?? []).filter(
    (entry) => !(entry.operation === "Apply" && entry.manager === manager),
  );
  visitBoth(live, manifest, schema, {
    mapping(now, wanted, path) {
      const names = namesOn(path);
      if (names.length === 0 || names[0] === "metadata") return;
      const told = named.map(namesIn).filter((one) => isSame(one, names) || isSame(one.slice(0, -1), names));
      const ours = Object.keys(wanted).filter((name) => isOff(now[name], wanted[name]));
      if (told.length === 0 || ours.length === 0) return;
      const wasPut = isPutAway(now, valueAt(before as Json, path));
      const theirs = Object.keys(now).filter((name) => {
        if (Object.hasOwn(wanted, name)) return false;
        const by = holders.filter(({ fieldsV1 }) => holds(fieldsV1, [...path, { type: "field", name }]));
        if (by.some(({ operation }) => operation === "Apply")) return false;
        return by.length > 0 ? wasPut : told.some((one) => isSame(one, [...names, name]));
      });
      if (theirs.length === 0) return;
      const at = (name: string): Segment[] => [...path, { type: "field", name }];
      found.push({ theirs: theirs.map(at), swap: (gone) => swapOf(path, wanted, ours.map(at), gone) });
    },
  });
  return found;
}

function swapOf(path: Segment[], manifest: JsonObject, ours: Segment[][], gone: readonly Segment[][]): Swap {
  const nameOf = (field: Segment[]) => (field.at(-1) as Segment & { type: "field" }).name;
  const missing = ours.map(nameOf);
  const said = (field: Segment[]) => manifest[nameOf(field)] as Json;
  return {
    path,
    manifest,
    meanwhile: Object.fromEntries(Object.entries(manifest).filter(([name]) => !missing.includes(name))) as Json,
    steps: [
      ...gone.map((field) => ({ op: "remove" as const, path: pointerTo(field) })),
      ...ours.map((field) => ({ op: "add" as const, path: pointerTo(field), value: said(field) })),
    ],
    takeOver(applied, swapped) {
      const [into, from] = [valueAt(applied, path), valueAt(swapped, path)];
      if (!isMapping(into) || !isMapping(from)) return;
      for (const name of gone.map(nameOf)) delete into[name];
      for (const name of missing) into[name] = from[name] as Json;
    },
  };
}

const isSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((name, at) => name === other[at]);

/** Whether a field is not there, or is another value; what differs inside of it is applied as everywhere. */
function isOff(now: unknown, wanted: unknown): boolean {
  if (now === undefined) return wanted !== null;
  return (typeof now !== "object" || typeof wanted !== "object") && !equalJson(now as Json, wanted as Json);
}

const isPutAway = (now: JsonObject, before: Json | undefined): boolean =>
  isMapping(before) && Object.keys(before).some((name) => isOff(now[name], before[name]));
