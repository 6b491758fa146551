import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { fieldElement, writeElement } from "./path-element.ts";
import { deduced, type ListType, type MapType, type Type } from "./type.ts";
import {
  asList,
  asMap,
  fieldType,
  formFor,
  handleForm,
  listElements,
  type Maybe,
  TypeMismatch,
  within,
} from "./typed-value.ts";

/**
 * Lays one object over another: leaves from `over`, maps field by field, associative lists item by item, all else of
 * `base` kept. Items come in the order of `over`, with those that only `base` has at their place among the shared ones.
 * Throws TypeMismatch.
 */
export function mergeTyped(base: JsonObject, over: JsonObject, type: Type): JsonObject {
  return asMap(merge(base, over, type)) ?? {};
}

/** @returns undefined where nothing results, such as of a null laid over an empty map's items */
function merge(lhs: Maybe, rhs: Maybe, type: Type): Maybe {
  let result: Maybe;
  const keepOver = () => {
    result = rhs === undefined ? lhs : rhs;
  };
  // A change of form keeps what there is in the new form: what the old one cannot be read as does not count.
  handleForm(rhs === undefined ? formFor(type.atom, lhs) : formFor(type.atom, rhs), {
    scalar: keepOver,
    map(map: MapType) {
      const left = asMap(lhs);
      const right = asMap(rhs);
      const blank = Object.keys(left ?? {}).length === 0 && Object.keys(right ?? {}).length === 0;
      if (map.merge === "atomic" || blank) return keepOver();
      const merged: JsonObject = {};
      for (const name of new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])) {
        const value = within(fieldElement(name), () =>
          merge(left?.[name], right?.[name], fieldType(map, name) ?? deduced),
        );
        if (value !== undefined) merged[name] = value;
      }
      if (Object.keys(merged).length > 0) result = merged;
    },
    list(list: ListType) {
      const left = asList(lhs);
      const right = asList(rhs);
      if (list.merge === "atomic" || (!left?.length && !right?.length)) return keepOver();
      const merged = mergeItems(list, left ?? [], right ?? []);
      if (merged.length > 0) result = merged;
    },
  });
  return result;
}

function mergeItems(list: ListType, left: Json[], right: Json[]): Json[] {
  const rightElements = listElements(list, right);
  const leftElements = listElements(list, left);
  const rightKeys = rightElements.map(writeElement);
  const leftKeys = leftElements.map(writeElement);
  const over = new Map<string, Json>();
  for (const [index, key] of rightKeys.entries()) {
    if (over.has(key)) throw new TypeMismatch(`: duplicate entries for key ${key}`);
    over.set(key, right[index]!);
  }
  // Items that are there twice are not merged with a new value: it replaces them all.
  const base = new Map<string, Maybe>();
  for (const [index, key] of leftKeys.entries()) base.set(key, base.has(key) ? null : left[index]);

  const shared = rightKeys.filter((key) => base.has(key));
  let nextShared = shared.shift();
  const merged = new Set<string>();
  const out: Json[] = [];
  const take = (index: number, elements: typeof leftElements, lhs: Maybe, rhs: Maybe) => {
    const value = within(elements[index]!, () => merge(lhs, rhs, list.items));
    if (value !== undefined) out.push(value);
  };

  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const leftKey = leftKeys[l];
    const rightKey = rightKeys[r];
    if (leftKey !== undefined && rightKey !== undefined) {
      if (leftKey === rightKey) {
        merged.add(leftKey);
        take(l, leftElements, base.get(leftKey), over.get(leftKey));
        l++;
        r++;
        nextShared = shared.shift();
        continue;
      }
      // A shared item, but not the one whose turn it is: it comes where the other list has it.
      if (over.has(leftKey) && nextShared !== undefined && nextShared !== leftKey) {
        l++;
        continue;
      }
    }
    if (leftKey !== undefined) {
      if (!over.has(leftKey)) {
        take(l, leftElements, left[l], undefined);
        l++;
        continue;
      }
      if (merged.has(leftKey)) l++;
    }
    if (rightKey !== undefined) {
      merged.add(rightKey);
      take(r, rightElements, base.get(rightKey), over.get(rightKey));
      r++;
      if (nextShared === rightKey) nextShared = shared.shift();
    }
  }
  return out;
}
