import type { Finding } from "./finding.ts";
import { identityKey, refOf } from "./kube-object.ts";
import type { SourceObject } from "./source-object.ts";

/**
 * Which object would win depends on the order of files, so that two descriptions of one object are refused.
 * @returns the first description of each object, and a finding for each further one that names both places
 */
export function withoutDuplicates(objects: readonly SourceObject[]): { objects: SourceObject[]; findings: Finding[] } {
  const first = new Map<string, SourceObject>();
  const findings: Finding[] = [];
  for (const source of objects) {
    const ref = refOf(source.object);
    const key = identityKey(ref);
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, source);
      continue;
    }
    const name = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
    const { line, column } = source.locate("/metadata/name");
    findings.push({
      file: source.file,
      line,
      column,
      severity: "error",
      rule: "duplicate-object",
      message: `${ref.kind} \`${name}\` is described here and in \`${before.file}:${before.line}\`; keep one of them.`,
      pointer: "/metadata/name",
    });
  }
  return { objects: [...first.values()], findings };
}
