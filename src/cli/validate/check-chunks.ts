import { dirname } from "node:path";
import type { Finding } from "../../core/manifest/finding.ts";
import { identityKey, type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import { placedFinding } from "../../core/manifest/placed-finding.ts";
import { createValidator } from "../../core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../render/kubernetes-schemas.ts";
import { readFile } from "./check-files.ts";

/** What threads share: the files, cut into chunks, and which chunk nobody has taken yet. */
export interface Work {
  files: readonly string[];
  definitions: readonly KubeObject[];
  /** One counter, in shared memory. */
  next: Int32Array;
}

/** What is known of some files by themselves. */
export interface CheckedChunk {
  chunk: number;
  objects: number;
  findings: Finding[];
  /** Each object's folder and identity, and where it stands. */
  described: { key: string; path: string; line: number }[];
  definitions: KubeObject[];
  /** Files with objects of kinds that a definition elsewhere may describe. */
  waiting: string[];
}

/** Few enough to share the work out evenly, and enough to make taking them cheap. */
export const chunkSize = 64;

/**
 * Takes chunks until none is left.
 * @throws UnreadablePath
 */
export function checkChunks({ files, definitions, next }: Work): CheckedChunk[] {
  const known = createValidator(loadKubernetesSchemas()).withCustomResources(definitions);
  const checked: CheckedChunk[] = [];
  for (;;) {
    const chunk = Atomics.add(next, 0, 1);
    const paths = files.slice(chunk * chunkSize, (chunk + 1) * chunkSize);
    if (paths.length === 0) return checked;
    const result: CheckedChunk = { chunk, objects: 0, findings: [], described: [], definitions: [], waiting: [] };
    for (const path of paths) {
      const { objects, findings } = readFile(path);
      result.objects += objects.length;
      result.findings.push(...findings);
      let waits = false;
      for (const source of objects) {
        const { object, file, line } = source;
        result.described.push({ key: `${dirname(file)} ${identityKey(refOf(object))}`, path, line });
        if (object.kind === "CustomResourceDefinition") result.definitions.push(object);
        if (known.kindOf(object.apiVersion, object.kind) === undefined) waits = true;
        else {
          for (const finding of known.validate(object)) {
            result.findings.push(placedFinding(source, finding));
          }
        }
      }
      if (waits) result.waiting.push(path);
    }
    checked.push(result);
  }
}
