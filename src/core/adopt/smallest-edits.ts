import { isMapping, type Json } from "../manifest/kube-object.ts";
import { equalJson } from "../plan/equal.ts";
import type { Edit, Place } from "./edit.ts";

/**
 * An edit as the smallest ones that lead to the same, so that what stays the same in a mapping or a list is not written anew.
 * @param before the value at its path now; undefined when nothing is there
 */
export function smallestEdits(edit: Edit, before: Json | undefined): Edit[] {
  if (edit.type !== "set" || before === undefined) return [edit];
  const { shown } = edit;
  const set = (path: Place, to: Json): Edit => ({ type: "set", path, to, shown });
  const between = (path: Place, from: Json, to: Json): Edit[] => {
    if (equalJson(from, to)) return [];
    if (isMapping(from) && isMapping(to) && Object.keys(to).length > 0) return betweenMappings(path, from, to);
    if (Array.isArray(from) && Array.isArray(to) && from.length > 0 && to.length > 0)
      return betweenLists(path, from, to);
    return [set(path, to)];
  };
  const betweenMappings = (path: Place, from: { [name: string]: Json }, to: { [name: string]: Json }): Edit[] => {
    const kept = Object.keys(from).filter((name) => Object.hasOwn(to, name));
    if (kept.length === 0) return [set(path, to)];
    return [
      ...kept.flatMap((name) => between([...path, name], from[name]!, to[name]!)),
      ...Object.keys(to)
        .filter((name) => !Object.hasOwn(from, name))
        .map((name) => set([...path, name], to[name]!)),
      ...Object.keys(from)
        .filter((name) => !Object.hasOwn(to, name))
        .map((name): Edit => ({ type: "remove", path: [...path, name], shown })),
    ];
  };
  const betweenLists = (path: Place, from: readonly Json[], to: readonly Json[]): Edit[] => {
    const shorter = Math.min(from.length, to.length);
    let head = 0;
    while (head < shorter && equalJson(from[head], to[head])) head++;
    let tail = 0;
    while (tail < shorter - head && equalJson(from.at(-1 - tail), to.at(-1 - tail))) tail++;
    const common = shorter - head - tail;
    const at = head + common;
    const edits = from
      .slice(head, at)
      .flatMap((item, index) => between([...path, head + index], item, to[head + index]!));
    const added = to
      .slice(at, to.length - tail)
      .map((item): Edit => ({ type: "insert", path: [...path, at], to: item, shown }));
    const gone = from
      .slice(at, from.length - tail)
      .map((_, index): Edit => ({ type: "remove", path: [...path, at + index], shown }));
    return [...edits, ...added, ...gone];
  };
  return between(edit.path, before, edit.to);
}
