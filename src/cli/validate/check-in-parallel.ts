import { Worker } from "node:worker_threads";
import { duplicateFinding } from "../../core/manifest/duplicate-objects.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { placedFinding } from "../../core/manifest/placed-finding.ts";
import { createValidator } from "../../core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../render/kubernetes-schemas.ts";
import { UnreadablePath } from "../files/find-files.ts";
import { type CheckedChunk, checkChunks, type Work } from "./check-chunks.ts";
import { readFile, type ValidateReport } from "./check-files.ts";

/** A thread costs a third of a second to start, in which so many files are checked. */
const filesForThread = 1_000;
const mostThreads = 8;

export function threadsFor(files: number, processors: number): number {
  return Math.max(1, Math.min(processors, mostThreads, Math.floor(files / filesForThread)));
}

/**
 * Checks files as `checkFiles` does, on several threads, of which this one is the first. What concerns several files (an object
 * described twice, a kind defined elsewhere) is looked at here once all of them have been read.
 * @param files each once
 * @throws UnreadablePath
 */
export async function checkInParallel(
  files: readonly string[],
  definitions: readonly KubeObject[],
  threads: number,
): Promise<ValidateReport> {
  const work: Work = { files, definitions, next: new Int32Array(new SharedArrayBuffer(4)) };
  const others = Array.from({ length: threads - 1 }, () => startThread(work));
  // Told only once it is waited for, and by then somebody listens.
  for (const { chunks } of others) chunks.catch(() => {});
  try {
    const own = checkChunks(work);
    const checked = [own, ...(await Promise.all(others.map(({ chunks }) => chunks)))].flat();
    return together(
      checked.sort((one, other) => one.chunk - other.chunk),
      files.length,
      definitions,
    );
  } finally {
    await Promise.all(others.map(({ worker }) => worker.terminate()));
  }
}

function startThread(work: Work): { worker: Worker; chunks: Promise<CheckedChunk[]> } {
  const name = import.meta.url.endsWith(".ts") ? "./check-thread.ts" : "./check-thread.js";
  const worker = new Worker(new URL(name, import.meta.url), { workerData: work });
  const chunks = new Promise<CheckedChunk[]>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", (thrown) => {
      const unreadable = thrown instanceof Error && thrown.name === "UnreadablePath";
      reject(unreadable ? new UnreadablePath(thrown.message) : thrown);
    });
  });
  return { worker, chunks };
}

function together(checked: readonly CheckedChunk[], files: number, definitions: readonly KubeObject[]): ValidateReport {
  const findings = checked.flatMap((chunk) => [...chunk.findings]);
  findings.push(...duplicates(checked), ...ofWaiting(checked, definitions));
  return { files, objects: checked.reduce((sum, { objects }) => sum + objects, 0), findings };
}

function duplicates(checked: readonly CheckedChunk[]): Finding[] {
  const places = new Map<string, string>();
  const found: Finding[] = [];
  for (const { key, path, line } of checked.flatMap(({ described }) => described)) {
    const before = places.get(key);
    if (before === undefined) places.set(key, `${path}:${line}`);
    else {
      const source = readFile(path).objects.find((one) => one.line === line);
      if (source !== undefined) found.push(duplicateFinding(source, before));
    }
  }
  return found;
}

function ofWaiting(checked: readonly CheckedChunk[], definitions: readonly KubeObject[]): Finding[] {
  const waiting = checked.flatMap((chunk) => chunk.waiting);
  if (waiting.length === 0) return [];
  const builtIn = createValidator(loadKubernetesSchemas());
  const known = builtIn.withCustomResources(definitions);
  const knowing = builtIn.withCustomResources([...definitions, ...checked.flatMap((chunk) => chunk.definitions)]);
  return waiting.flatMap((path) =>
    readFile(path)
      .objects.filter(({ object }) => known.kindOf(object.apiVersion, object.kind) === undefined)
      .flatMap((source) => knowing.validate(source.object).map((finding) => placedFinding(source, finding))),
  );
}
