import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { compareElements, type Path, type PathElement, readElement, writeElement } from "./path-element.ts";

/**
 * A set of paths to fields, as a tree: what `fieldsV1` of a managedFields entry holds. A path in the set says nothing
 * about the paths above and below it. Never changed once made; nodes that hold nothing are left out.
 */
export interface FieldSet {
  readonly nodes: ReadonlyMap<string, FieldNode>;
}

export interface FieldNode {
  readonly element: PathElement;
  /** Whether this path itself is in the set. */
  readonly member: boolean;
  readonly children: FieldSet;
}

export const emptySet: FieldSet = { nodes: new Map() };

export function isEmpty(set: FieldSet): boolean {
  return set.nodes.size === 0;
}

export function fieldSet(...paths: Path[]): FieldSet {
  return paths.reduce((set, path) => union(set, singlePath(path)), emptySet);
}

/** A set that is still being filled. */
export class FieldSetBuilder {
  readonly #nodes = new Map<string, { element: PathElement; member: boolean; children: FieldSetBuilder }>();

  /** The empty path, the whole object, belongs to nobody and is not added. */
  add(path: Path): void {
    let builder: FieldSetBuilder = this;
    for (const [depth, element] of path.entries()) {
      const key = writeElement(element);
      let node = builder.#nodes.get(key);
      if (node === undefined) {
        node = { element, member: false, children: new FieldSetBuilder() };
        builder.#nodes.set(key, node);
      }
      if (depth === path.length - 1) node.member = true;
      builder = node.children;
    }
  }

  build(): FieldSet {
    const nodes = new Map<string, FieldNode>();
    for (const [key, { element, member, children }] of this.#nodes) {
      nodes.set(key, { element, member, children: children.build() });
    }
    return { nodes };
  }
}

export function has(set: FieldSet, path: Path): boolean {
  const node = nodeAt(set, path);
  return node?.member ?? false;
}

/** What the set holds below an element, its path without that element. */
export function below(set: FieldSet, element: PathElement): FieldSet {
  return set.nodes.get(writeElement(element))?.children ?? emptySet;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const nodes = new Map(a.nodes);
  for (const [key, right] of b.nodes) {
    const left = a.nodes.get(key);
    nodes.set(
      key,
      left === undefined
        ? right
        : {
            element: left.element,
            member: left.member || right.member,
            children: union(left.children, right.children),
          },
    );
  }
  return { nodes };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (left, right) =>
    right === undefined
      ? undefined
      : {
          element: left.element,
          member: left.member && right.member,
          children: intersection(left.children, right.children),
        },
  );
}

/** The paths of `a` that are not in `b`; those below a path of `b` stay. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (left, right) =>
    right === undefined
      ? left
      : {
          element: left.element,
          member: left.member && !right.member,
          children: difference(left.children, right.children),
        },
  );
}

/** The paths of `a` that are neither in `b` nor below a path of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (left, right) => {
    if (right === undefined) return left;
    if (right.member) return undefined;
    return {
      element: left.element,
      member: left.member,
      children: recursiveDifference(left.children, right.children),
    };
  });
}

/** Every path of the set, in the order of FieldsV1. */
export function* paths(set: FieldSet, prefix: Path = []): Generator<Path> {
  const nodes = sorted(set);
  for (const { element, member } of nodes) if (member) yield [...prefix, element];
  for (const { element, children } of nodes) yield* paths(children, [...prefix, element]);
}

/** `fieldsV1`, with its keys in the API server's order. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const fields: JsonObject = {};
  for (const { element, member, children } of sorted(set)) {
    fields[writeElement(element)] = isEmpty(children) ? {} : { ...(member && { ".": {} }), ...toFieldsV1(children) };
  }
  return fields;
}

/** Throws when it is no FieldsV1. Elements of an unknown type are dropped, as the API server does. */
export function fromFieldsV1(fields: unknown): FieldSet {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) throw new Error("fieldsV1 is no object");
  const nodes = new Map<string, FieldNode>();
  for (const [text, content] of Object.entries(fields)) {
    if (text === ".") continue;
    const element = readElement(text);
    if (element === undefined) continue;
    const children = fromFieldsV1(content);
    const member = isEmpty(children) || Object.hasOwn(content as object, ".");
    nodes.set(writeElement(element), { element, member, children });
  }
  return { nodes };
}

function nodeAt(set: FieldSet, path: Path): FieldNode | undefined {
  let node: FieldNode | undefined;
  let children = set;
  for (const element of path) {
    node = children.nodes.get(writeElement(element));
    if (node === undefined) return undefined;
    children = node.children;
  }
  return node;
}

function singlePath(path: Path): FieldSet {
  const [element, ...rest] = path;
  if (element === undefined) return emptySet;
  const node = { element, member: rest.length === 0, children: singlePath(rest) };
  return { nodes: new Map([[writeElement(element), node]]) };
}

function combine(
  a: FieldSet,
  b: FieldSet,
  node: (left: FieldNode, right: FieldNode | undefined) => FieldNode | undefined,
): FieldSet {
  const nodes = new Map<string, FieldNode>();
  for (const [key, left] of a.nodes) {
    const result = node(left, b.nodes.get(key));
    if (result !== undefined && (result.member || !isEmpty(result.children))) nodes.set(key, result);
  }
  return { nodes };
}

function sorted(set: FieldSet): FieldNode[] {
  return [...set.nodes.values()].sort((a, b) => compareElements(a.element, b.element));
}
