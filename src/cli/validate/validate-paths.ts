import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { isManifestPath, readManifestFile } from "../../core/manifest/read-manifests.ts";
import { createValidator } from "../../core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../render/kubernetes-schemas.ts";
import { findFiles, readContent } from "../files/find-files.ts";
import { type CheckOptions, checkFiles, type ValidateReport } from "./check-files.ts";

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

function definitionsIn(folder: string): KubeObject[] {
  return [...findFiles(folder)]
    .filter(isManifestPath)
    .flatMap((path) => readManifestFile({ path, content: readContent(path) }).objects)
    .map(({ object }) => object);
}
