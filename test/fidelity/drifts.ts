import { randomBy } from "../agreement/slips.ts";
import { cellsOf, isAlong, nameOf, stepsTo } from "./cells.ts";
import type { Sent } from "./cluster-eyes.ts";
import { requestFor, ways } from "./drift-requests.ts";
import { type Edit, editor, fieldOf, placesOf, setAt, staysThere } from "./edits.ts";
import type { ListSchema } from "./list-schema.ts";
import { otherValue } from "./other-value.ts";
import { type Steps, same, type Thing, type Value } from "./values.ts";

/** What another manager does to one object. */
export interface Drift {
  /** For whoever reads that it went wrong. */
  what: string;
  manager: string;
  /** One after the other, each made of the object as it is by then; one that is `undefined` cannot be said. */
  requests: ((current: Thing) => Sent | undefined)[];
  isDeletion: boolean;
}

export interface Drifter {
  /**
   * @param live as it is in the cluster
   * @param merged what a pull request makes of it, when one edits it at the same time
   */
  next(live: Thing, merged: Thing | undefined): Drift;
  /** What a pull request may ask of the same object. */
  edit(described: Thing): Edit;
  random: () => number;
}

const scaled = new Set(["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"]);

/** Random drifts; the same seed makes the same ones of the same objects. */
export function drifter(all: readonly Thing[], lists: ListSchema, seed: number): Drifter {
  const random = randomBy(seed);
  const edits = editor(all, seed + 1);
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let made = 0;

  /** A write in one of the ways that there are. */
  function written(live: Thing, wanted: Thing, what: string): Drift {
    const manager = `someone-${++made}`;
    const way = oneOf(ways);
    const to = (object: Thing) => (current: Thing) =>
      signed(requestFor(way, current, itsSystems(object, live), lists), manager);
    // Nobody can apply away what another has.
    const isBack = way !== "apply" && random() < 0.1;
    return {
      what: `${way} of ${what}${isBack ? ", and back" : ""}`,
      manager,
      requests: isBack ? [to(wanted), to(live)] : [to(wanted)],
      isDeletion: false,
    };
  }

  function scale(): Drift {
    const manager = `someone-${++made}`;
    const replicas = oneOf([0, 1, 2, 3]);
    const contentType = "application/merge-patch+json";
    const sent = { method: "PATCH", contentType, body: { spec: { replicas } }, subresource: "scale" } as const;
    return { what: `scale to ${replicas}`, manager, requests: [() => signed(sent, manager)], isDeletion: false };
  }

  function deletion(): Drift {
    const sent = { method: "DELETE", query: { propagationPolicy: "Background" } } as const;
    return { what: "deletion", manager: "unknown", requests: [() => sent], isDeletion: true };
  }

  /** What the pull request changes too: to the very same, to something else, or taken out. */
  function onTheSame(live: Thing, merged: Thing): { wanted: Thing; what: string } | undefined {
    const [now, then] = [cellsOf(live, lists), cellsOf(merged, lists)];
    const changed = [...new Map([...now, ...then]).values()].filter(
      ({ steps }) => !same(now.get(nameOf(steps))?.value, then.get(nameOf(steps))?.value),
    );
    const dice = random();
    if (dice < 0.3) return { wanted: merged, what: "just what the pull request asks for" };
    const from = dice < 0.75 ? merged : live;
    const places = placesOf(from).filter(({ steps }) =>
      changed.some((cell) => isAlong(cell.steps, stepsTo(from, steps, lists))),
    );
    const wanted = structuredClone(from);
    const scalars = places.filter(({ value }) => typeof value !== "object");
    const place = oneOf(from === merged ? scalars : places);
    if (place === undefined) return undefined;
    const value = from === merged ? otherValue(place.steps, place.value, [], random) : undefined;
    if (value === undefined) takeOut(wanted, place.steps);
    else setAt(wanted, place.steps, value);
    return { wanted, what: `${fieldOf(place.steps)} as the pull request's field = ${JSON.stringify(value)}` };
  }

  return {
    random,
    edit: (described) => edits.changed(described),
    next(live, merged) {
      const dice = random();
      if (dice < 0.07 && !staysThere.has(live.kind)) return deletion();
      if (dice > 0.85 && scaled.has(live.kind)) return scale();
      const asMerged = merged !== undefined && random() < 0.5 ? onTheSame(live, merged) : undefined;
      if (asMerged !== undefined && !isForGood(asMerged.wanted, live))
        return written(live, asMerged.wanted, asMerged.what);
      for (;;) {
        const { object, what } = edits.changed(withoutStatus(live));
        if (!isForGood(object!, live)) return written(withoutStatus(live), object!, what);
      }
    },
  };
}

function takeOut(object: Thing, steps: Steps): void {
  let place = object as unknown as { [step: string]: Value } | Value[];
  for (const step of steps.slice(0, -1)) place = (place as { [step: string]: Value })[step] as typeof place;
  if (Array.isArray(place)) place.splice(Number(steps.at(-1)), 1);
  else delete place[steps.at(-1)!];
}

function signed(sent: Sent | undefined, manager: string): Sent | undefined {
  return sent && { ...sent, query: { ...sent.query, fieldManager: manager } };
}

function withoutStatus({ status: _, ...object }: Thing): Thing {
  return structuredClone(object);
}

/** Nobody can make it changeable again; what a controller adds up is the controller's. */
const isForGood = (wanted: Thing, live: Thing): boolean =>
  (wanted.immutable === true && live.immutable !== true) ||
  (live.aggregationRule !== undefined && (!wanted.aggregationRule || !same(wanted.rules, live.rules)));

/** Whose object it is stays: of another's nothing would be planned. */
function itsSystems(wanted: Thing, { metadata }: Thing): Thing {
  const name = "applyset.kubernetes.io/part-of";
  const labels = { ...wanted.metadata.labels, [name]: metadata.labels![name]! };
  return { ...wanted, metadata: { ...wanted.metadata, labels } };
}
