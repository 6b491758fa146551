import { isMapping, type Json } from "../../manifest/kube-object.ts";

import { hasBlock, literalBlock } from "./block-text.ts";
import { type ScalarStyle, scalarText } from "./scalar-text.ts";

/** How a document is written where it does not say so by a value's neighbours. */
export interface WrittenStyle extends ScalarStyle {
  eol: string;
  /** Columns from a mapping to one inside it. */
  step: number;
  /** Columns from a key to the dashes of its list. */
  listStep: number;
  /** Names in double quotes, as in JSON. */
  json: boolean;
}

/** What stands on the line of a key or of a dash, and the lines below it. */
export interface ValueText {
  inline: string;
  below: string;
}

/** A field's value in a block mapping. */
export function fieldValue(value: Json, column: number, style: WrittenStyle): ValueText {
  if (isMapping(value) && Object.keys(value).length > 0) {
    return { inline: "", below: style.eol + blockMapping(value, column + style.step, style) };
  }
  if (Array.isArray(value) && value.length > 0) {
    return { inline: "", below: style.eol + blockList(value, column + style.listStep, style) };
  }
  return simpleValue(value, column + style.step, style);
}

/** An item's value in a block list, behind its dash. @param column of what stands behind the dash */
export function itemValue(value: Json, column: number, style: WrittenStyle): ValueText {
  const isFilled = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!isFilled) return simpleValue(value, column, style);
  const lines = Array.isArray(value) ? blockList(value, column, style) : blockMapping(value, column, style);
  return { inline: lines.trimStart(), below: "" };
}

function simpleValue(value: Json, column: number, style: WrittenStyle): ValueText {
  if (typeof value === "string" && style.quote === "plain" && hasBlock(value)) {
    const { header, body } = literalBlock(value, column, style.eol);
    return { inline: header, below: body };
  }
  return { inline: flowText(value, style), below: "" };
}

function blockMapping(value: { [name: string]: Json }, column: number, style: WrittenStyle): string {
  const line = ([name, inner]: [string, Json]): string => " ".repeat(column) + fieldText(name, inner, column, style);
  return Object.entries(value).map(line).join(style.eol);
}

function blockList(value: readonly Json[], column: number, style: WrittenStyle): string {
  return value.map((item) => " ".repeat(column) + itemText(item, column, 2, style)).join(style.eol);
}

/** @param column of the key */
export function fieldText(name: string, value: Json, column: number, style: WrittenStyle): string {
  const { inline, below } = fieldValue(value, column, style);
  return `${keyText(name, style)}:${inline === "" ? "" : ` ${inline}`}${below}`;
}

/** @param gap columns from the dash to the value */
export function itemText(value: Json, column: number, gap: number, style: WrittenStyle): string {
  const { inline, below } = itemValue(value, column + gap, style);
  return `-${" ".repeat(gap - 1)}${inline}${below}`;
}

export function keyText(name: string, style: WrittenStyle): string {
  return scalarText(name, { ...style, quote: style.json ? "double" : "plain" });
}

/** A value in brackets and braces, on one line. */
export function flowText(value: Json, style: WrittenStyle): string {
  if (value === null || typeof value !== "object") return scalarText(value, style);
  const inside = { ...style, flow: true };
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, inside)).join(", ")}]`;
  const fields = Object.entries(value).map(([name, inner]) => `${keyText(name, inside)}: ${flowText(inner, inside)}`);
  return `{${fields.join(", ")}}`;
}

/** As `JSON.stringify` prints a value over many lines. @param column of the line that it begins on */
export function jsonLines(value: Json, column: number, { step, eol }: WrittenStyle): string {
  return JSON.stringify(value, null, step).replaceAll("\n", eol + " ".repeat(column));
}
