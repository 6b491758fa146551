import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { type FieldSet, FieldSetBuilder, recursiveDifference } from "./field-set.ts";
import { fieldElement, type Path, type PathElement, writeElement } from "./path-element.ts";
import { deduced, type ListType, type MapType, type Type } from "./type.ts";
import {
  asList,
  asMap,
  deepEqual,
  fieldType,
  formFor,
  handleForm,
  itemElement,
  listElements,
  type Maybe,
  sameForm,
  within,
} from "./typed-value.ts";

/** How two values of one type differ. No path is in more than one of the three. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

export function compareTyped(before: JsonObject, after: JsonObject, type: Type): Comparison {
  const removed = new FieldSetBuilder();
  const modified = new FieldSetBuilder();
  const added = new FieldSetBuilder();

  const compare = (lhs: Maybe, rhs: Maybe, type: Type, path: Path): void => {
    let leaf = false;
    const differAsLeaf = () => {
      leaf = true;
      if (lhs === undefined) added.add(path);
      else if (rhs === undefined) removed.add(path);
      else if (!deepEqual(lhs, rhs)) modified.add(path);
    };
    const handler = {
      scalar: differAsLeaf,
      map(map: MapType) {
        const left = asMap(lhs);
        const right = asMap(rhs);
        // Two that are empty, or null, are a leaf: the difference between empty and null counts.
        if (map.merge === "atomic" || (isBlank(left) && isBlank(right))) return differAsLeaf();
        for (const name of new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])) {
          const element = fieldElement(name);
          const inner = fieldType(map, name) ?? deduced;
          within(element, () => compare(left?.[name], right?.[name], inner, [...path, element]));
        }
      },
      list(list: ListType) {
        const left = asList(lhs);
        const right = asList(rhs);
        if (list.merge === "atomic" || (!left?.length && !right?.length)) return differAsLeaf();
        compareItems(list, left ?? [], right ?? [], path);
      },
    };
    const formBefore = formFor(type.atom, lhs);
    const formAfter = formFor(type.atom, rhs);
    if (rhs === undefined) handleForm(formBefore, handler);
    else {
      // A value that changes its form counts as both; whether it is a leaf is decided by the form that it has now.
      if (lhs !== undefined && !sameForm(formBefore, formAfter)) {
        handleForm(formBefore, handler);
        leaf = false;
      }
      handleForm(formAfter, handler);
    }
    if (leaf) return;
    if (lhs === undefined) added.add(path);
    else if (rhs === undefined) removed.add(path);
  };

  const compareItems = (list: ListType, left: Maybe[], right: Maybe[], path: Path): void => {
    const elements = new Map<string, { element: PathElement; left: Maybe[]; right: Maybe[] }>();
    const gather = (items: Maybe[], side: "left" | "right") => {
      listElements(
        list,
        items.map((item) => item ?? null),
      ); // tells which item has no key
      for (const item of items) {
        const element = itemElement(list, item ?? null);
        const key = writeElement(element);
        const entry = elements.get(key) ?? { element, left: [], right: [] };
        entry[side].push(item);
        elements.set(key, entry);
      }
    };
    gather(left, "left");
    gather(right, "right");
    for (const { element, left, right } of elements.values()) {
      const at = [...path, element];
      const one = (lhs: Maybe, rhs: Maybe) => within(element, () => compare(lhs, rhs, list.items, at));
      if (left.length <= 1 && right.length <= 1) one(left[0], right[0]);
      else if (left.length >= 2 && right.length >= 2) {
        // Items that are there twice are one leaf together.
        const same = left.length === right.length && left.every((item, index) => deepEqual(item, right[index]));
        if (!same) modified.add(at);
      } else if (left.length >= 2) {
        if (right.length > 0) one(undefined, right[0]);
        removed.add(at);
      } else {
        if (left.length > 0) one(left[0], undefined);
        added.add(at);
      }
    }
  };

  compare(before, after, type, []);
  return { removed: removed.build(), modified: modified.build(), added: added.build() };
}

/** A comparison without what is at or below some paths. */
export function withoutFields({ removed, modified, added }: Comparison, fields: FieldSet): Comparison {
  return {
    removed: recursiveDifference(removed, fields),
    modified: recursiveDifference(modified, fields),
    added: recursiveDifference(added, fields),
  };
}

function isBlank(map: JsonObject | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}
