import type { Finding } from "./finding.ts";
import { identityKey, refOf } from "./kube-object.ts";
import { quoted } from "./quoted.ts";
import type { SourceObject } from "./source-object.ts";

/**
 * Remembers where objects are described, one after the other.
 * @returns a finding for an object that was described before, naming both places
 */
export function createDuplicateCheck(): (source: SourceObject) => Finding | undefined {
  const places = new Map<string, SourceObject>();
  return (source) => {
    const key = identityKey(refOf(source.object));
    const before = places.get(key);
    if (before !== undefined) return duplicateFinding(source, `${before.file}:${before.line}`);
    places.set(key, source);
    return undefined;
  };
}

/** @param before where the same object is described first, as `file:line` */
export function duplicateFinding(source: SourceObject, before: string): Finding {
  const { kind, name: own, namespace } = refOf(source.object);
  const name = namespace === undefined ? own : `${namespace}/${own}`;
  const pointer = "/metadata/name";
  const message = `${kind} ${quoted(name)} is described here and in ${quoted(before)}; keep one of them.`;
  const { line, column } = source.locate(pointer);
  return { file: source.file, line, column, severity: "error", rule: "duplicate-object", message, pointer };
}

/**
 * Which object would win depends on the order of files, so that two descriptions of one object are refused.
 * @returns the first description of each object, and a finding for each further one
 */
export function withoutDuplicates(objects: readonly SourceObject[]): { objects: SourceObject[]; findings: Finding[] } {
  const check = createDuplicateCheck();
  const findings: Finding[] = [];
  const first = objects.filter((source) => {
    const finding = check(source);
    if (finding !== undefined) findings.push(finding);
    return finding === undefined;
  });
  return { objects: first, findings };
}
