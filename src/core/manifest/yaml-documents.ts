import { constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from "js-yaml";
import { pointerTokens } from "../schema/field-path.ts";
import { isConfidential } from "./confidential.ts";
import { expandAliases, TooManyNodesError } from "./expand-aliases.ts";
import type { Finding } from "./finding.ts";
import { kubectlYaml } from "./kubectl-yaml.ts";
import { indexDocuments, offsetOf, scalarOffset } from "./pointer-index.ts";
import { quoted } from "./quoted.ts";
import { invisibleCharacters } from "./suspect-characters.ts";
import { suspectScalars } from "./suspect-scalars.ts";
import { positionsIn, type TextPosition } from "./text-position.ts";
import { unclosedAt } from "./unclosed.ts";
import { explainYamlError, templateAt } from "./yaml-error.ts";

/** One document of a YAML stream. */
export interface YamlDocument {
  /** As kubectl reads it; never with values shared between two places. */
  value: unknown;
  /** Where its content begins. */
  start: TextPosition;
  /** Where the value at a JSON pointer stands, or the nearest thing around it that does. */
  locate(pointer: string): TextPosition;
  /** A value as it is written, when it stands there without quotes: `1.10`. */
  written(pointer: string): string | undefined;
}

const deepestNesting = 100;
const mostEvents = 1_000_000;
const mostAliases = 1_000;

/**
 * Reads a stream of YAML (or JSON) documents the way kubectl does. Empty documents are left out. A stream that cannot
 * be read gives no document and one finding.
 */
export function readYamlDocuments(file: string, text: string): { documents: YamlDocument[]; findings: Finding[] } {
  const at = positionsIn(text);
  const told = (position: TextPosition, rule: string, message: string): Finding => ({
    file,
    ...position,
    severity: "error",
    rule,
    message,
    pointer: "",
  });
  const unreadable = (finding: Finding) => ({ documents: [], findings: [finding] });

  let events: Event[];
  let values: unknown[];
  let repeatedKeys = false;
  try {
    events = parseEvents(text, { maxDepth: deepestNesting });
    if (events.length > mostEvents) {
      const message = "This file has more values than are read from one file; split it.";
      return unreadable(told({ line: 1, column: 1 }, "too-many-values", message));
    }
    const options = { source: text, schema: kubectlYaml, maxAliases: mostAliases };
    try {
      values = constructFromEvents(events, options);
    } catch (thrown) {
      if (!(thrown instanceof YAMLException) || thrown.reason !== "duplicated mapping key") throw thrown;
      repeatedKeys = true;
      values = constructFromEvents(events, { ...options, json: true });
    }
    if (events.some(({ type }) => type === EVENT_ID.ALIAS)) values = expandAliases(values);
  } catch (thrown) {
    if (thrown instanceof TooManyNodesError) {
      return unreadable(told({ line: 1, column: 1 }, "yaml-aliases", thrown.message));
    }
    if (!(thrown instanceof YAMLException)) throw thrown;
    const offset = thrown.mark?.position ?? 0;
    const unclosed = unclosedAt(text, thrown.reason, offset);
    if (unclosed !== undefined) {
      const message =
        "A quote or bracket that opens on this line is never closed, or not before its text ends; close it.";
      return unreadable(told(at(unclosed), "yaml-syntax", message));
    }
    const { rule, message } = explainYamlError(thrown.reason);
    return unreadable(told(at(templateAt(text, thrown.reason) ?? Math.min(offset, text.length)), rule, message));
  }

  const findings: Finding[] = [...invisibleCharacters(file, text, at)];
  const documents: YamlDocument[] = [];
  const starts = documentStarts(events);
  const suspects = Map.groupBy(suspectScalars(text, events), ({ document }) => document);
  // Places are rarely asked for, and then often for many documents.
  const indexes = lazily(() => indexDocuments(text, parseEvents(text, { maxDepth: deepestNesting })));
  for (const [number, value] of values.entries()) {
    const start = starts[number]!;
    const index = () => indexes()[number]!;
    for (const { offset, explain } of suspects.get(number) ?? []) {
      const scalar = index().scalars.get(offset);
      const finding =
        scalar && explain({ ...scalar, confidential: isConfidential(value, pointerTokens(scalar.pointer)) });
      if (finding) findings.push({ file, ...at(offset), ...finding, pointer: scalar.pointer });
    }
    if (repeatedKeys) for (const repeated of index().repeated) findings.push(repeatedKeyFinding(file, repeated, at));
    if (value === null || value === undefined) continue;
    documents.push({
      value,
      start: at(start),
      locate: (pointer) => at(offsetOf(index(), pointer)),
      written(pointer) {
        const range = index().plain.get(pointer);
        return range && text.slice(...range);
      },
    });
  }
  return { documents, findings };
}

function repeatedKeyFinding(
  file: string,
  { pointer, offset }: { pointer: string; offset: number },
  at: (offset: number) => TextPosition,
): Finding {
  const key = pointer.slice(pointer.lastIndexOf("/") + 1);
  const message = `The key ${quoted(key)} stands here a second time, and only the last one counts; remove one of them.`;
  return { file, ...at(offset), severity: "warning", rule: "duplicate-key", message, pointer };
}

function documentStarts(events: readonly Event[]): number[] {
  const starts: number[] = [];
  let first = false;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) first = true;
    else if (first) {
      first = false;
      starts.push(eventOffset(event));
    }
  }
  return starts;
}

function eventOffset(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return scalarOffset(event);
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return 0;
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
