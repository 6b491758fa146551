import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Finding } from "../../core/manifest/finding.ts";
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
  const { definitions, findings } = definitionsIn(schemaFolder, files);
  const report = checkFiles(files, createValidator(loadKubernetesSchemas()), { ...options, definitions });
  return { ...report, findings: [...findings, ...report.findings] };
}

/** The same, on as many processors as are worth it for so many files. */
export async function validatePathsInParallel(
  paths: readonly string[],
  schemaFolder?: string,
): Promise<ValidateReport> {
  const files = [...new Set(paths.flatMap((path) => [...findFiles(path)]))];
  const threads = files.includes(standardInput) ? 1 : threadsFor(files.length, availableParallelism());
  const { definitions, findings } = definitionsIn(schemaFolder, files);
  const report =
    threads > 1
      ? await checkInParallel(files, definitions, threads)
      : checkFiles(files, createValidator(loadKubernetesSchemas()), { definitions });
  return { ...report, findings: [...findings, ...report.findings] };
}

/** What keeps a file from being read; whatever else lies beside definitions is nobody's concern. */
const unreadable = new Set(["yaml-syntax", "json-syntax"]);

/**
 * What a folder describes further kinds with.
 * @param checked files that are checked anyway, so that what is wrong with them is told there
 */
function definitionsIn(
  folder: string | undefined,
  checked: readonly string[],
): { definitions: KubeObject[]; findings: Finding[] } {
  if (folder === undefined) return { definitions: [], findings: [] };
  const others = new Set(checked.map((path) => resolve(path)));
  const read = [...findFiles(folder)].filter(isManifestPath).map((path) => ({
    ...readManifestFile({ path: path.replaceAll("\\", "/"), content: readContent(path) }),
    isChecked: others.has(resolve(path)),
  }));
  const definitions = read
    .flatMap(({ objects }) => objects.map(({ object }) => object))
    .filter(({ kind }) => kind === "CustomResourceDefinition");
  const findings = read.flatMap((file) =>
    file.isChecked ? [] : file.findings.filter(({ rule }) => unreadable.has(rule)),
  );
  if (definitions.length === 0 && findings.every(({ severity }) => severity !== "error")) {
    const message = "No CustomResourceDefinition lies here, so that no further kinds are known.";
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
