import { pointerTo } from "../schema/field-path.ts";
import { decodeText } from "./decode-text.ts";
import { withoutDuplicates } from "./duplicate-objects.ts";
import type { Finding } from "./finding.ts";
import { readJsonSequence } from "./json-sequence.ts";
import { jsonSyntaxFinding } from "./json-syntax.ts";
import type { KubeObject } from "./kube-object.ts";
import { objectShapeProblem } from "./object-shape.ts";
import { placedFinding } from "./placed-finding.ts";
import type { SourceObject } from "./source-object.ts";
import { readYamlDocuments } from "./yaml-documents.ts";

export interface ManifestFile {
  /** With forward slashes; comes back in findings. */
  path: string;
  content: Uint8Array | string;
}

export interface ReadManifests {
  objects: SourceObject[];
  findings: Finding[];
}

/** Only these are manifests; whatever else lies beside them is not looked at. */
export function isManifestPath(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path);
}

/**
 * Reads files as `kubectl apply -f` does: many documents to a file, lists unrolled, YAML with kubectl's own ideas of
 * what is a boolean. Whoever wrote the files may be hostile: nothing here throws because of what they hold, and what
 * cannot be read becomes a finding. Schemas are not consulted; every object returned has `apiVersion`, `kind` and
 * `metadata.name`, and stands there once.
 */
export function readManifests(files: readonly ManifestFile[]): ReadManifests {
  const read = files.filter(({ path }) => isManifestPath(path)).map(readManifestFile);
  const { objects, findings } = withoutDuplicates(read.flatMap((file) => file.objects));
  return { objects, findings: [...read.flatMap((file) => file.findings), ...findings] };
}

/** What is told of one file; more helps nobody, and a file made to hurt could have hundreds of thousands. */
const mostFindings = 100;

/** One file; objects described twice are both returned. */
export function readManifestFile(file: ManifestFile): ReadManifests {
  const { objects, findings } = readWholeFile(file);
  if (findings.length <= mostFindings) return { objects, findings };
  const message = `${findings.length - mostFindings} more findings about this file are left out; mend these first.`;
  const rest: Finding = {
    file: file.path,
    line: 1,
    column: 1,
    severity: "error",
    rule: "too-many-findings",
    message,
    pointer: "",
  };
  return { objects, findings: [...findings.slice(0, mostFindings), rest] };
}

function readWholeFile({ path: file, content }: ManifestFile): ReadManifests {
  const text = decodeText(file, content);
  if (typeof text !== "string") return { objects: [], findings: [text] };
  const { documents, findings } = readDocuments(file, text);
  const objects: SourceObject[] = [];
  const add = (value: unknown, prefix: string, document: Pick<SourceObject, "locate" | "written">): void => {
    const inside = {
      file,
      locate: (pointer: string) => document.locate(prefix + pointer),
      written: (pointer: string) => document.written(prefix + pointer),
    };
    const problem = objectShapeProblem(value);
    if (problem === undefined)
      objects.push({ object: value as KubeObject, line: document.locate(prefix).line, ...inside });
    else findings.push(placedFinding(inside, { severity: "error", ...problem }));
  };
  for (const { value, start, locate, written } of documents) {
    // The place of a document is known already; looking inside one costs reading it again.
    const place = { locate: (pointer: string) => (pointer === "" ? start : locate(pointer)), written };
    for (const inside of unrolled(value)) add(inside.value, inside.pointer, place);
  }
  return { objects, findings };
}

function readDocuments(file: string, text: string): ReturnType<typeof readYamlDocuments> {
  const read = readYamlDocuments(file, text);
  if (read.documents.length === 0) return readJsonSequence(file, text) ?? read;
  const finding = /\.json$/i.test(file) ? jsonSyntaxFinding(file, text) : undefined;
  return finding === undefined ? read : { documents: [], findings: [finding] };
}

/** What a document describes: itself, or the items of a list, each with the pointer to it. */
export function* unrolled(value: unknown, pointer = ""): Generator<{ value: unknown; pointer: string }> {
  if (!isList(value)) yield { value, pointer };
  else {
    for (const [index, item] of value.items.entries()) {
      yield* unrolled(namedByList(value, item), pointerTo(`${pointer}/items`, index));
    }
  }
}

/** `List`, and lists of one kind such as `ConfigMapList`. */
function isList(value: unknown): value is { apiVersion?: unknown; kind: string; items: unknown[] } {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("items" in value)) return false;
  return typeof value.kind === "string" && value.kind.endsWith("List") && Array.isArray(value.items);
}

/** As kubectl does: an item of a `ConfigMapList` that says nothing else is a ConfigMap. */
function namedByList({ apiVersion, kind }: { apiVersion?: unknown; kind: string }, item: unknown): unknown {
  if (kind === "List" || typeof item !== "object" || item === null || Array.isArray(item)) return item;
  if (Object.hasOwn(item, "apiVersion") || Object.hasOwn(item, "kind")) return item;
  return { apiVersion, kind: kind.slice(0, -"List".length), ...item };
}
