import {
  type Cell,
  type Cells,
  cellsOf,
  describing,
  holdersOf,
  isEmpty,
  itemsOfManifest,
  nameOf,
  sayingNull,
} from "./cells.ts";
import type { ListSchema } from "./list-schema.ts";
import { same, type Thing, type Value } from "./values.ts";

/** One object before anybody drifted, as it is then, and what has become of it in the end. */
export interface States {
  /** As Git had it applied. */
  settled: Thing;
  /** What applying the pull request to that would have made. */
  merged: Thing;
  live: Thing;
  after: Thing;
  /** What Git says, and what it says after merging. */
  base: Thing;
  merge: Thing;
}

/** What has to be told of a cell. */
export interface Expected {
  cell: Cell;
  /** Any of them is right; the first where it is told of the cell as a whole. */
  causes: readonly Told[];
  /** Any of them is right; `undefined`: nobody may be named. */
  managers: readonly string[] | undefined;
  before: Value | undefined;
  after: Value | undefined;
  /** May go without saying. */
  isOptional?: true;
  /** What Git says now: told of the pull request's where somebody has changed that. */
  overDrift?: { base: Value | undefined };
}

type Told = "drift" | "pull-request" | "already-live" | "foreign";

export interface Verdict {
  expected: Expected[];
  /** What has become of the object and should not have. */
  wrong: string[];
}

/** What nobody is blamed for: https://kubernetes.io/docs/concepts/architecture/controller/ */
const officers = new Set(["kube-apiserver", "kube-controller-manager", "clusterrole-aggregation-controller"]);
/** What the server puts in for whom it does not know: names of no writer. */
const nobody = new Set(["before-first-apply", "ancient-changes"]);

/** @param wroteOf who wrote a cell's value last, by our own books */
export function verdictOf(states: States, wroteOf: (name: string) => string | undefined, lists: ListSchema): Verdict {
  const { settled, merged, live, after, base, merge } = states;
  const cells = [settled, merged, live, after].map((object) => cellsOf(object, lists));
  const [isOfBase, isOfMerge] = [describing(base, lists), describing(merge, lists)];
  const verdict: Verdict = { expected: [], wrong: [] };
  const isNull = (cell: Cell) => [base, merge].some((manifest) => sayingNull(manifest, lists)(cell));
  const [itemsOfBase, itemsOfMerge] = [itemsOfManifest(base, lists), itemsOfManifest(merge, lists)];
  // An item that Git drops goes with what others put into it.
  const isOfDropped = (cell: Cell) => itemsOfBase(cell).length > itemsOfMerge(cell).length;
  const isPutRight = changedCells(settled, live, lists).some((name) =>
    isOfBase((cells[0]!.get(name) ?? cells[2]!.get(name))!),
  );
  for (const [name, cell] of new Map(cells.flatMap((one) => [...one]))) {
    const [s, asked, l, r] = cells.map((one) => one.get(name)?.value);
    // What another added can let the server keep what it would else have dropped.
    const isKept = asked === undefined && r !== undefined && isOfMerge(cell) && !isOfBase(cell);
    // Whoever held it with Git may have lost it to who drifted, so that nobody keeps what Git drops.
    const isFreed = isOfBase(cell) && !isOfMerge(cell) && !alike(l, s) && r === undefined;
    const m = isKept || isFreed ? r : asked;
    const others = holdersOf(live, cell, lists).filter(
      ({ manager, operation, subresource }) =>
        !(manager === "trueup" && operation === "Apply") && subresource !== "status",
    );
    const holders = others.map(({ manager }) => manager).filter((manager) => !nobody.has(manager));
    const managers = alike(l, s) ? undefined : writers(l, holders, wroteOf(name));
    const tell = (causes: Told[], more: Partial<Expected> = {}) =>
      verdict.expected.push({ cell, causes, managers, before: l, after: r, ...more });
    const show = (value: Value | undefined) => JSON.stringify(value);
    const where = cell.steps.join(".");
    if (isOfBase(cell) || isOfMerge(cell)) {
      if (!alike(r, m))
        verdict.wrong.push(`${where}: Git makes it ${show(m)}, was ${show(l)}, and in the end it is ${show(r)}`);
      const staysOthers = !isOfMerge(cell) && holders.length > 0 && l !== undefined && alike(l, r);
      if (alike(l, s) && alike(s, m)) {
        const takesOver = isOfMerge(cell) && !isOfBase(cell) && holders.length > 0 && l !== undefined;
        if (takesOver) tell(["already-live"], { managers: writers(l, holders, wroteOf(name)) });
        if (staysOthers) tell(["foreign"], { managers: writers(l, holders, wroteOf(name)) });
        continue;
      }
      // What Git did not describe, and does now, nobody would have put right.
      if (alike(s, m) && isOfBase(cell)) tell(["drift"]);
      else if (alike(s, m) && others.length === 0) tell(["pull-request", "drift"]);
      else if (alike(l, m)) tell(["already-live"], l === undefined && !isOfBase(cell) ? { isOptional: true } : {});
      // A part of what is one value may have drifted, and another be the pull request's.
      else if (isScalar(l ?? m) || alike(l, s))
        tell(["pull-request"], alike(l, s) || !isOfBase(cell) ? {} : { overDrift: { base: s } });
      else tell(["pull-request", "drift", "already-live"]);
    } else if (others.length > 0 && l !== undefined && !isEmpty(l)) {
      if (others.every(({ manager }) => officers.has(manager))) continue;
      // Without what it went with, the server may not keep it; nor two items of one name.
      const goesAlong =
        r === undefined && (isPutRight || isOfDropped(cell) || isNamedAgain(cell, cells[2]!, cells[3]!));
      if (!alike(r, l) && !goesAlong && !isNull(cell))
        verdict.wrong.push(`${where}: another's ${show(l)} was to stay, and is ${show(r)}`);
      const by = writers(l, holders, wroteOf(name));
      // What they put into an item that the pull request brings is the item's.
      const staying: Told[] = same(base, merge) ? ["foreign"] : ["foreign", "already-live"];
      tell(alike(r, l) ? staying : ["drift", "pull-request"], { managers: by });
    } else if (!alike(l, r)) {
      // What the server makes of other fields by itself.
      const drift = alike(s, m) ? [] : (["pull-request"] as const);
      tell([...drift, ...(alike(l, s) ? [] : (["drift"] as const))], { managers: managers && ["unknown"] });
    } else if (!alike(s, m) && alike(l, m)) tell(["already-live"], { isOptional: true });
  }
  return verdict;
}

const isScalar = (value: Value | undefined) => typeof value !== "object" || value === null;

/** Whether an item has the name that another item of its list has in the end. */
function isNamedAgain({ steps, fields }: Cell, live: Cells, after: Cells): boolean {
  const at = fields.lastIndexOf("[]");
  if (at < 0) return false;
  const name = live.get(nameOf([...steps.slice(0, at + 1), "name"]))?.value;
  const list = `${nameOf(steps.slice(0, at))}\t[`;
  return (
    name !== undefined &&
    [...after].some(([key, cell]) => key.startsWith(list) && cell.steps[at + 1] === "name" && cell.value === name)
  );
}

function writers(live: Value | undefined, holders: string[], wrote: string | undefined): string[] {
  // An empty list may be held, and not be there.
  if (live === undefined || holders.length === 0) return ["unknown", ...holders];
  return wrote !== undefined && holders.includes(wrote) ? [wrote] : holders;
}

/** What was Git's own before, and is not any more although Git still says it: then taking it out of Git would leave it. */
export function lostTo({ settled, after, base, merge }: States, lists: ListSchema): string[] {
  const isOurs = (object: Thing, cell: Cell) =>
    holdersOf(object, cell, lists).some(({ manager, operation }) => manager === "trueup" && operation === "Apply");
  const [isOfBase, isOfMerge] = [describing(base, lists), describing(merge, lists)];
  const before = cellsOf(settled, lists);
  return [...cellsOf(after, lists)].flatMap(([name, cell]) => {
    const was = before.get(name);
    const said = was !== undefined && isOfBase(cell) && isOfMerge(cell) && !isEmpty(cell.value);
    return said && isOurs(settled, was) && !isOurs(after, cell) ? [cell.steps.join(".")] : [];
  });
}

/** An empty list or mapping is told by nothing from one that is not there. */
const alike = (one: Value | undefined, other: Value | undefined): boolean =>
  same(one, other) || [one, other].every((value) => value === undefined || isEmpty(value));

/** Cells that are not the same in two states. */
export function changedCells(before: Thing, after: Thing, lists: ListSchema): string[] {
  const [one, other] = [cellsOf(before, lists), cellsOf(after, lists)];
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (name) => !same(one.get(name)?.value, other.get(name)?.value),
  );
}
