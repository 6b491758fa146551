import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { below, emptySet, type FieldNode, type FieldSet, FieldSetBuilder, has, isEmpty } from "./field-set.ts";
import { fieldElement, type Path, type PathElement, writeElement } from "./path-element.ts";
import { deduced, type Type } from "./type.ts";
import { asList, asMap, fieldType, formFor, handleForm, itemElement } from "./typed-value.ts";

/** Every leaf field and every item that a value mentions: what somebody who applies it comes to own. */
export function fieldsOf(value: JsonObject, type: Type): FieldSet {
  const set = new FieldSetBuilder();
  const walk = (value: Json, type: Type, path: Path): void =>
    handleForm(formFor(type.atom, value), {
      scalar: () => set.add(path),
      map(map) {
        if (map.merge === "atomic") return set.add(path);
        for (const [name, content] of Object.entries(asMap(value) ?? {})) {
          const at = [...path, fieldElement(name)];
          walk(content, fieldType(map, name) ?? deduced, at);
          const map2 = asMap(content);
          const hollow = content === null || (map2 !== undefined && Object.keys(map2).length === 0);
          if (hollow || !map.fields.has(name)) set.add(at);
        }
      },
      list(list) {
        if (list.merge === "atomic") return set.add(path);
        const items = (asList(value) ?? []).map((item) => ({ item, element: itemElement(list, item) }));
        const counts = new Map<string, number>();
        for (const { element } of items) {
          const key = writeElement(element);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        for (const { item, element } of items) {
          const at = [...path, element];
          if (counts.get(writeElement(element)) === 1) walk(item, list.items, at);
          set.add(at);
        }
      },
    });
  walk(value, type, []);
  return set.build();
}

/** A value without the fields and items of a set. */
export function removeFields(value: JsonObject, set: FieldSet, type: Type): JsonObject {
  return asMap(remove(value, set, type)) ?? {};
}

function remove(value: Json, set: FieldSet, type: Type): Json {
  let result: Json = null;
  handleForm(formFor(type.atom, value), {
    scalar: () => {
      result = value;
    },
    map(map) {
      const fields = Object.entries(asMap(value) ?? {});
      if (fields.length === 0 || map.merge === "atomic") return;
      const kept: JsonObject = {};
      for (const [name, content] of fields) {
        const element = fieldElement(name);
        if (has(set, [element])) continue;
        const inner = below(set, element);
        kept[name] = isEmpty(inner) ? content : remove(content, inner, fieldType(map, name) ?? deduced);
      }
      if (Object.keys(kept).length > 0) result = kept;
    },
    list(list) {
      const items = asList(value) ?? [];
      if (items.length === 0 || list.merge === "atomic") return;
      const kept = items.flatMap((item): Json[] => {
        const element = itemElement(list, item);
        if (has(set, [element])) return [];
        const inner = below(set, element);
        return [isEmpty(inner) ? item : remove(item, inner, list.items)];
      });
      if (kept.length > 0) result = kept;
    },
  });
  return result;
}

/** A set with the declared fields on the way to its paths as members too: so a field goes when all in it goes. */
export function withNamedFields(set: FieldSet, type: Type | undefined): FieldSet {
  const nodes = new Map<string, FieldNode>();
  const atom = type?.atom;
  for (const [key, { element, member, children }] of set.nodes) {
    const declared = element.type === "field" && atom?.map?.fields.has(element.name) === true;
    nodes.set(key, {
      element,
      member: member || (declared && !isEmpty(children)),
      children: withNamedFields(children, partType(type, element)),
    });
  }
  return { nodes };
}

/**
 * A set in which what has become atomic since it was written is owned as a whole. Deduced types are left as they are:
 * they say nothing about being atomic.
 */
export function reconcileWithSchema(set: FieldSet, type: Type): FieldSet {
  const nodes = new Map<string, FieldNode>();
  let changed = false;
  for (const [key, node] of set.nodes) {
    const inner = isEmpty(node.children) ? undefined : partType(type, node.element);
    let next = node;
    if (inner !== undefined && inner !== deduced) {
      const { map, scalar, list } = inner.atom;
      const form = map ?? (scalar === undefined ? list : undefined);
      if (form?.merge === "atomic") next = { element: node.element, member: true, children: emptySet };
      else if (form !== undefined) {
        const children = reconcileWithSchema(node.children, inner);
        if (children !== node.children) next = { ...node, children };
      }
    }
    if (next !== node) changed = true;
    nodes.set(key, next);
  }
  return changed ? { nodes } : set;
}

function partType(type: Type | undefined, element: PathElement): Type | undefined {
  const atom = type?.atom;
  if (element.type === "field") return atom?.map === undefined ? undefined : fieldType(atom.map, element.name);
  return element.type === "key" || element.type === "value" ? atom?.list?.items : undefined;
}
