import type { Json, JsonObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { holds } from "./field-ownership.ts";
import { type Segment, valueAt } from "./field-path.ts";
import type { SchemaPlace } from "./list-keys.ts";
import { isMapping, namesIn, namesOn, pointerWithin, type Swap, type SwapStates, visitBoth, within } from "./swap.ts";

/** A mapping in which something may have to go for what Git says of it. */
export interface ExclusiveFields {
  /** To the mapping, as it is live. */
  path: Segment[];
  /** What Git says of it, and which of its fields are not there as it says. */
  wanted: JsonObject;
  ours: string[];
  /** What may have to go. */
  theirs: string[];
}

/**
 * Fields of which a mapping may have only one: a probe's handlers, a volume's sources, `rollingUpdate` beside the type `Recreate`.
 * Where somebody put another in the place of ours, applying brings ours back beside theirs, which is refused; so is what the server
 * itself put beside the former value, and nobody wrote.
 *
 * @returns more than has to go: only the server knows what it will have beside ours
 */
export function exclusiveFields(states: SwapStates, schema: SchemaPlace | undefined): ExclusiveFields[] {
  const { live, before, manifest, manager, named } = states;
  const found: ExclusiveFields[] = [];
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
        const by = holders.filter(({ fieldsV1 }) => holds(fieldsV1, within(path, name)));
        if (by.some(({ operation }) => operation === "Apply")) return false;
        return by.length > 0 ? wasPut : told.some((one) => isSame(one, [...names, name]));
      });
      if (theirs.length > 0) found.push({ path, wanted, ours, theirs });
    },
  });
  return found;
}

export function exclusiveSwap({ path, wanted, ours, theirs }: ExclusiveFields): Swap {
  return {
    path,
    manifest: wanted,
    meanwhile: Object.fromEntries(Object.entries(wanted).filter(([name]) => !ours.includes(name))),
    steps: [
      ...theirs.map((name) => ({ op: "remove" as const, path: pointerWithin(path, name) })),
      ...ours.map((name) => ({ op: "add" as const, path: pointerWithin(path, name), value: wanted[name] as Json })),
    ],
    theirs: theirs.map((name) => within(path, name)),
    takeOver(applied, swapped) {
      const [into, from] = [valueAt(applied, path), valueAt(swapped, path)];
      if (!isMapping(into) || !isMapping(from)) return;
      for (const name of theirs) delete into[name];
      for (const name of ours) into[name] = from[name] as Json;
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
