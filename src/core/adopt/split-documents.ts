import { Parser } from "yaml";
import { hasErrors } from "../manifest/finding.ts";
import type { Json } from "../manifest/kube-object.ts";
import { positionsIn } from "../manifest/text-position.ts";
import { readYamlDocuments } from "../manifest/yaml-documents.ts";

/** One document of a file. */
export interface DocumentText {
  /** In the file. */
  start: number;
  text: string;
  /** 1-based, in the file. */
  firstLine: number;
  /** As kubectl reads it; null when nothing is in it. */
  value: Json;
}

/**
 * The documents of a file with their texts, which together with what stands between them (comments, `...`) are the file.
 * @returns undefined when one of them cannot be read by itself
 */
export function splitDocuments(file: string, text: string): DocumentText[] | undefined {
  const starts: { start: number; end: number }[] = [];
  let directives: number | undefined;
  let last: { start: number; end: number } | undefined;
  for (const token of new Parser().parse(text)) {
    if (last !== undefined) last.end = token.offset;
    last = undefined;
    if (token.type === "directive") directives ??= token.offset;
    else if (token.type === "document") {
      last = { start: directives ?? token.offset, end: text.length };
      starts.push(last);
      directives = undefined;
    }
  }
  const documents: DocumentText[] = [];
  const at = positionsIn(text);
  for (const { start, end } of starts) {
    const inside = text.slice(start, end);
    const value = readDocument(file, inside);
    if (value === undefined) return undefined;
    documents.push({ start, text: inside, firstLine: at(start).line, value });
  }
  return documents;
}

/** @returns undefined for anything but one document at most */
export function readDocument(file: string, text: string): Json | undefined {
  const { documents, findings } = readYamlDocuments(file, text);
  if (documents.length > 1 || (documents.length === 0 && hasErrors(findings))) return undefined;
  return (documents[0]?.value ?? null) as Json;
}
