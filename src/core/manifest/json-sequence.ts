import { positionsIn, type TextPosition } from "./text-position.ts";
import { readYamlDocuments } from "./yaml-documents.ts";

/**
 * Reads JSON objects that follow one another without `---`, as kubectl does in a file that begins with `{`.
 * @returns undefined for anything but two or more of them
 */
export function readJsonSequence(file: string, text: string): ReturnType<typeof readYamlDocuments> | undefined {
  const ranges = objectRanges(text);
  if (ranges.length < 2) return undefined;
  const at = positionsIn(text);
  const read = ranges.map(([start, end]) => {
    const first = at(start);
    const moved = ({ line, column }: TextPosition): TextPosition =>
      line === 1 ? { line: first.line, column: first.column + column - 1 } : { line: first.line + line - 1, column };
    const { documents, findings } = readYamlDocuments(file, text.slice(start, end));
    return {
      documents: documents.map((document) => ({
        ...document,
        start: moved(document.start),
        locate: (pointer: string) => moved(document.locate(pointer)),
      })),
      findings: findings.map((finding) => ({ ...finding, ...moved(finding) })),
    };
  });
  return {
    documents: read.flatMap(({ documents }) => documents),
    findings: read.flatMap(({ findings }) => findings),
  };
}

/** Where each object of a sequence begins and ends; empty when anything else stands in the text. */
function objectRanges(text: string): [start: number, end: number][] {
  if (!/^\s*\{/.test(text)) return [];
  const ranges: [number, number][] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
        break;
      case "{":
        if (depth++ === 0) start = at;
        break;
      case "}":
        if (--depth === 0) ranges.push([start, at + 1]);
        break;
    }
  }
  const ends = [0, ...ranges.map(([, end]) => end)];
  const starts = [...ranges.map(([start]) => start), text.length];
  const isApart = starts.every((start, at) => text.slice(ends[at], start).trim() === "");
  return isApart && ranges.every(([start, end]) => isJson(text.slice(start, end))) ? ranges : [];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
