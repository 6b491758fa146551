import { availableParallelism } from "node:os";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { isManifestPath, readManifestFile } from "../../core/manifest/read-manifests.ts";
import { createValidator } from "../../core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../render/kubernetes-schemas.ts";
import { findFiles, readContent, standardInput } from "../files/find-files.ts";
import { type CheckOptions, checkFiles, type ValidateReport } from "./check-files.ts";
import { checkInParallel, threadsFor } from "./check-in-parallel.ts";

/**
 * Checks what lies at these paths of this machine.
 * @param schemaFolder holds CustomResourceDefinitions of further kinds
 * @throws UnreadablePath
 */
export function validatePaths(
  paths: readonly string[],
  schemaFolder?: string,
  options: Omit<CheckOptions, "definitions"> = {},
): ValidateReport {
  const files = paths.flatMap((path) => [...findFiles(path)]);
  const definitions = schemaFolder === undefined ? [] : definitionsIn(schemaFolder);
  return checkFiles(files, createValidator(loadKubernetesSchemas()), { ...options, definitions });
}

/** The same, on as many processors as are worth it for so many files. */
export async function validatePathsInParallel(
  paths: readonly string[],
  schemaFolder?: string,
): Promise<ValidateReport> {
  const files = [...new Set(paths.flatMap((path) => [...findFiles(path)]))];
  const threads = files.includes(standardInput) ? 1 : threadsFor(files.length, availableParallelism());
  const definitions = schemaFolder === undefined ? [] : definitionsIn(schemaFolder);
  if (threads > 1) return checkInParallel(files, definitions, threads);
  return checkFiles(files, createValidator(loadKubernetesSchemas()), { definitions });
}

function definitionsIn(folder: string): KubeObject[] {
  return [...findFiles(folder)]
    .filter(isManifestPath)
    .flatMap((path) => readManifestFile({ path, content: readContent(path) }).objects)
    .map(({ object }) => object);
}
