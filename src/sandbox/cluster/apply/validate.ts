import type { Json } from "../../../core/manifest/kube-object.ts";
import { goText } from "../go-text.ts";
import { fieldElement, type PathElement, showElement, writeElement } from "./path-element.ts";
import type { Scalar, Type } from "./type.ts";
import { asList, asMap, fieldType, formFor, handleForm, itemElement, TypeMismatch, within } from "./typed-value.ts";

/**
 * Throws TypeMismatch when a value is not of its type: a field that the schema does not know, a scalar of another kind,
 * an item of a list map without keys, or, unless `duplicates` are allowed, one item twice.
 */
export function validateTyped(value: Json, type: Type, { duplicates }: { duplicates: boolean }): void {
  handleForm(formFor(type.atom, value), {
    scalar() {
      const scalar = type.atom.scalar;
      if (scalar !== undefined) validateScalar(value, scalar);
    },
    map(map) {
      if (value === null) return;
      const fields = asMap(value);
      if (fields === undefined) throw new TypeMismatch(`: expected map, got ${goValue(value)}`);
      for (const [name, content] of Object.entries(fields)) {
        const element = fieldElement(name);
        within(element, () => {
          const inner = fieldType(map, name);
          if (inner === undefined) throw new TypeMismatch(": field not declared in schema");
          validateTyped(content, inner, { duplicates });
        });
      }
    },
    list(list) {
      if (value === null) return;
      const items = asList(value);
      if (items === undefined) throw new TypeMismatch(`: expected list, got ${goValue(value)}`);
      const seen = new Set<string>();
      for (const [index, item] of items.entries()) {
        let element: PathElement = { type: "index", index };
        if (list.merge === "associative") {
          try {
            element = itemElement(list, item);
          } catch (error) {
            throw error instanceof TypeMismatch ? new TypeMismatch(`: element ${index}: ${error.message}`) : error;
          }
          const key = writeElement(element);
          if (seen.has(key) && !duplicates) {
            throw new TypeMismatch(`: duplicate entries for key ${showElement(element)}`);
          }
          seen.add(key);
        }
        within(element, () => validateTyped(item, list.items, { duplicates }));
      }
    },
  });
}

function validateScalar(value: Json, scalar: Scalar): void {
  if (value === null) return;
  switch (scalar) {
    case "numeric":
      if (typeof value !== "number") throw new TypeMismatch(`: expected numeric (int or float), got ${goType(value)}`);
      return;
    case "string":
      if (typeof value !== "string") {
        throw new TypeMismatch(`: expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
      }
      return;
    case "boolean":
      if (typeof value !== "boolean") throw new TypeMismatch(`: expected boolean, got ${goValue(value)}`);
      return;
    case "untyped":
      if (typeof value === "object") throw new TypeMismatch(`: expected any scalar, got ${goValue(value)}`);
  }
}

function goType(value: Json): string {
  if (typeof value === "object") return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : "string";
}

function goSyntax(value: Json): string {
  return typeof value === "object" ? `${goType(value)}{…}` : String(value);
}

/** As Go shows a value in a message: `&{[map[a:1]]}`. */
function goValue(value: Json): string {
  return `&{${goText(value)}}`;
}
