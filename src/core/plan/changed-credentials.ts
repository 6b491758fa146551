import { diffArrays } from "diff";
import { MASK } from "../manifest/credentials-in-text.ts";
import { isMapping, type Json, type JsonObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { jsonInOneLine, parsedJson } from "./json-in-one-line.ts";

/** Of one length as the mask is, so that it tells no more than that. */
const CHANGED = `${MASK} (changed)`;

/** A value, and what is shown of it. */
export interface Told<Value extends Json = Json> {
  clear: Value;
  shown: Value;
}

/**
 * What is shown of a value, where something else of it changes than credentials alone: those that do are marked, since among what
 * stays they would read like it.
 */
export function withChangesMarked(before: Told | undefined, after: Told): Json {
  return before === undefined || equalJson(before.shown, after.shown) ? after.shown : marked(before, after);
}

/** The same as it is shown for itself, beside nothing that was before. */
export function withoutMarks(shown: Json): Json;
export function withoutMarks(shown: Json | undefined): Json | undefined;
export function withoutMarks(shown: Json | undefined): Json | undefined {
  const text = shown === undefined ? "" : JSON.stringify(shown);
  return text.includes(CHANGED) ? (JSON.parse(text.replaceAll(CHANGED, MASK)) as Json) : shown;
}

function marked(before: Told, after: Told): Json {
  const { clear, shown } = after;
  if (equalJson(before.clear, clear)) return shown;
  const sides = [before.clear, before.shown, clear, shown];
  if (sides.every((side) => typeof side === "string")) return markedText(before as Line, after as Line);
  if (sides.every(Array.isArray)) {
    const lines = withFormer(itemsOf(before as Told<Json[]>), itemsOf(after as Told<Json[]>));
    return lines.map(({ item, former }) => (former === undefined ? item.shown : marked(former, item)));
  }
  if (sides.every(isMapping)) return markedFields(before as Told<JsonObject>, after as Told<JsonObject>);
  return equalJson(before.shown, shown) ? (JSON.parse(JSON.stringify(shown).replaceAll(MASK, CHANGED)) as Json) : shown;
}

/** In a text one mask may stand for several items. */
const itemsOf = ({ clear, shown }: Told<Json[]>): Told[] =>
  shown.map((item, index) => ({ clear: clear[index] ?? item, shown: item }));

function markedFields(before: Told<JsonObject>, { clear, shown }: Told<JsonObject>): Json {
  const fields = Object.entries(shown).map(([name, inner]) => {
    const isBoth = [before.clear, before.shown, clear].every((side) => Object.hasOwn(side, name));
    const former = { clear: before.clear[name]!, shown: before.shown[name]! };
    return [name, isBoth ? marked(former, { clear: clear[name]!, shown: inner }) : inner];
  });
  return Object.fromEntries(fields);
}

function markedText(before: Line, after: Line): string {
  if (![before, after].every(({ shown }) => shown.includes(MASK))) return after.shown;
  const values = [before, after].map(({ clear, shown }) => ({ clear: parsedJson(clear), shown: jsonInOneLine(shown) }));
  if (values.every((value) => value.clear !== undefined && value.shown !== undefined))
    return JSON.stringify(marked(values[0] as Told, values[1] as Told));
  return withFormer(linesOf(before), linesOf(after))
    .map(({ item: { clear, shown }, former }) =>
      former?.shown === shown && former.clear !== clear ? shown.replaceAll(MASK, CHANGED) : shown,
    )
    .join("\n");
}

/** Beyond so many edits a text is too different to be told line by line. */
const mostEdits = 2_000;
/** That are looked through for one that has moved up. */
const mostBeside = 100;

/**
 * Each with what a reader sees in its place before, if anything. Among those side by side that read the same, one that was there has
 * only moved up.
 */
function withFormer<Item extends Told>(was: Item[], is: Item[]): { item: Item; former?: Item | undefined }[] {
  const [old, now] = [was, is].map((all) => all.map(({ shown }) => JSON.stringify(shown))) as [string[], string[]];
  const formers = new Map<Item, Item | undefined>();
  let [from, to, removed] = [0, 0, 0];
  for (const { value, added, removed: isGone } of diffArrays(old, now, { maxEditLength: mostEdits }) ?? []) {
    const { length } = value;
    for (let index = 0; index < length && !isGone; index++) {
      const item = is[to + index]!;
      const former = index < removed ? was[from - removed + index] : undefined;
      formers.set(item, added ? former : (sameBeside(from + index, item) ?? was[from + index]));
    }
    removed = isGone ? length : 0;
    if (!added) from += length;
    if (!isGone) to += length;
  }
  return is.map((item) => ({ item, former: formers.get(item) }));

  function sameBeside(at: number, { clear }: Item): Item | undefined {
    if (equalJson(was[at]!.clear, clear)) return was[at];
    let [first, end] = [at, at];
    while (at - first < mostBeside && old[first - 1] === old[at]) first--;
    while (end - at < mostBeside && old[end] === old[at]) end++;
    return was.slice(first, end).find((one) => equalJson(one.clear, clear));
  }
}

type Line = Told<string>;

/**
 * A text by the lines that are shown of it, each with what it stands for: a mask may stand for several lines. From where that cannot be
 * told any more, each stands for all that is left.
 */
function linesOf({ clear, shown }: Line): Line[] {
  const [whole, told] = [clear.split("\n"), shown.split("\n")];
  const lines: Line[] = [];
  let at = 0;
  for (const [index, line] of told.entries()) {
    const isAlone = whole.length === told.length || !line.includes(MASK);
    const end = isAlone ? at + 1 : endOf(at, index, whole, told);
    if (end === undefined) {
      const rest = whole.slice(at).join("\n");
      return [...lines, ...told.slice(index).map((one) => ({ clear: one.includes(MASK) ? rest : one, shown: one }))];
    }
    lines.push({ clear: whole.slice(at, end).join("\n"), shown: line });
    at = end;
  }
  return lines;
}

/** Where in the text what a line stands for ends: where the next two are found. */
function endOf(from: number, index: number, whole: readonly string[], told: readonly string[]): number | undefined {
  const [next, afterNext] = [told[index + 1], told[index + 2]];
  if (next === undefined) return whole.length;
  for (let at = from + 1; at < whole.length; at++)
    if (shows(next, whole[at]!) && (afterNext === undefined || shows(afterNext, whole[at + 1] ?? ""))) return at;
  return undefined;
}

/** Whether a line may be shown like that. */
function shows(shown: string, clear: string): boolean {
  const first = shown.indexOf(MASK);
  if (first < 0) return shown === clear;
  return clear.startsWith(shown.slice(0, first)) && clear.endsWith(shown.slice(shown.lastIndexOf(MASK) + MASK.length));
}
