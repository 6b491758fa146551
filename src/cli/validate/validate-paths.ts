import { availableParallelism } from "node:os";
import type { Finding } from "../../core/manifest/finding.ts";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { isManifestPath, readManifestFile } from "../../core/manifest/read-manifests.ts";
import { createValidator } from "../../core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../render/kubernetes-schemas.ts";
import { findFiles, readContent, standardInput } from "../files/find-files.ts";
import { type CheckOptions, checkFiles, type ValidateReport } from "./check-files.ts";
import { checkInParallel, threadsFor } from "./check-in-parallel.ts";
import { inReadingOrder, nameOfFile } from "./reading-order.ts";

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
  const { definitions, findings } = definitionsIn(schemaFolder, files);
  const report = checkFiles(files, createValidator(loadKubernetesSchemas()), { ...options, definitions });
  return { ...report, findings: inReadingOrder([...findings, ...report.findings], files) };
}

/** The same, on as many processors as are worth it for so many files. */
export async function validatePathsInParallel(
  paths: readonly string[],
  schemaFolder?: string,
): Promise<ValidateReport> {
  const files = [...new Set(paths.flatMap((path) => [...findFiles(path)]))];
  const threads = files.includes(standardInput) ? 1 : threadsFor(files.length, availableParallelism());
  if (threads === 1) return validatePaths(files, schemaFolder);
  const { definitions, findings } = definitionsIn(schemaFolder, files);
  const report = await checkInParallel(files, definitions, threads);
  return { ...report, findings: inReadingOrder([...findings, ...report.findings], files) };
}

/**
 * What a folder defines, and why it may define less than was meant.
 * @param checked files whose findings are told anyway
 */
function definitionsIn(
  folder: string | undefined,
  checked: readonly string[],
): { definitions: KubeObject[]; findings: Finding[] } {
  if (folder === undefined) return { definitions: [], findings: [] };
  const told = new Set(checked);
  const paths = [...findFiles(folder)].filter(isManifestPath);
  const read = paths.map((path) => readManifestFile({ path: nameOfFile(path), content: readContent(path) }));
  const definitions = read.flatMap(({ objects }) => objects.map(({ object }) => object));
  const findings = read.flatMap((one, index) => (told.has(paths[index]!) ? [] : one.findings));
  const isWhole = read.every((one) => one.findings.length === 0);
  if (isWhole && !definitions.some(({ kind }) => kind === "CustomResourceDefinition")) {
    const message = "No CustomResourceDefinition is in this folder, so that it describes no further kind.";
    findings.push({
      file: folder,
      line: 1,
      column: 1,
      severity: "warning",
      rule: "no-definitions",
      message,
      pointer: "",
    });
  }
  return { definitions, findings };
}
