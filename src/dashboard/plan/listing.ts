import { nameInNamespace } from "../../core/manifest/kube-object.ts";
import type { Plan, PlannedObject } from "../../core/plan/plan.ts";
import { riskiestFirst } from "../../core/report/object-details.ts";

/** A plan's objects as they are read: system by system, each riskiest first, on as many pages as they need. */
export interface Listing {
  pages: Listed[][];
  /** How many objects there are, whatever is looked for. */
  of: number;
  /** How many of them are listed. */
  count: number;
  /** Where each object stands. */
  placeOf: ReadonlyMap<PlannedObject, Place>;
}

export interface Listed {
  plan: Plan;
  object: PlannedObject;
  /** Of its element. */
  id: string;
}

export interface Place {
  /** From 1. */
  page: number;
  id: string;
}

/** A page that a phone can show, and that is made in no time. */
const mostObjects = 100;
const mostCharacters = 300_000;

/** @param find what an object's kind or name must have in it; empty for all */
export function listingOf(plans: readonly Plan[], find: string): Listing {
  const wanted = find.toLowerCase();
  const all = plans.flatMap((plan) => riskiestFirst(plan.objects).map((object) => ({ plan, object })));
  const found = wanted === "" ? all : all.filter(({ object }) => titleOf(object).includes(wanted));
  const pages: Listed[][] = [[]];
  const placeOf = new Map<PlannedObject, Place>();
  let room = mostCharacters;
  found.forEach(({ plan, object }, index) => {
    const size = JSON.stringify(object.fields).length;
    const last = pages.at(-1)!;
    // What is larger than a page has one for itself: nothing is cut.
    const isFull = last.length > 0 && (last.length === mostObjects || size > room);
    if (isFull) room = mostCharacters;
    room -= size;
    const listed = { plan, object, id: `object-${index + 1}` };
    if (isFull) pages.push([listed]);
    else last.push(listed);
    placeOf.set(object, { page: pages.length, id: listed.id });
  });
  return { pages, of: all.length, count: found.length, placeOf };
}

const titleOf = (object: PlannedObject): string => `${object.kind} ${nameInNamespace(object)}`.toLowerCase();
