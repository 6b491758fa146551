import { basename, dirname } from "node:path";
import { configFile, parseConfig } from "../../core/config/parse-config.ts";
import { createDuplicateCheck } from "../../core/manifest/duplicate-objects.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { placedFinding } from "../../core/manifest/placed-finding.ts";
import { type ReadManifests, readManifestFile } from "../../core/manifest/read-manifests.ts";
import type { SourceObject } from "../../core/manifest/source-object.ts";
import type { Validator } from "../../core/schema/validator.ts";
import { readContent } from "../files/find-files.ts";
import { nameOfFile } from "./reading-order.ts";

/** Printed as it is by `--output json`; `schemas/validate-report.schema.json` describes it. */
export interface ValidateReport {
  files: number;
  objects: number;
  findings: Finding[];
}

/** What else is known, and who else wants to know. */
export interface CheckOptions {
  /** Of further kinds, which are not checked themselves; a kind that the files define too is theirs. */
  definitions: readonly KubeObject[];
  /** Definitions that count only for kinds that nothing else describes. */
  otherwise?: readonly KubeObject[];
  /** Called with each object and what was found in it, warnings of its file apart. */
  each?: (source: SourceObject, findings: readonly Finding[]) => void;
}

/**
 * Reads and checks files one after the other. Only objects of kinds that are not known yet wait for the end, when all
 * definitions among the files are; others are dropped, so that memory does not grow with the number of files.
 * @throws UnreadablePath
 */
export function checkFiles(
  paths: Iterable<string>,
  validator: Validator,
  { definitions, otherwise = [], each }: CheckOptions,
): ValidateReport {
  const report: ValidateReport = { files: 0, objects: 0, findings: [] };
  const found: KubeObject[] = [...definitions];
  const waiting: SourceObject[] = [];
  const duplicates = duplicatesByFolder();
  const known = validator.withCustomResources(definitions);

  const check = (source: SourceObject, by: Validator): void => {
    const found = by.validate(source.object);
    if (found.length === 0 && each === undefined) return;
    const told = found.map((finding) => placedFinding(source, finding));
    report.findings.push(...told);
    each?.(source, told);
  };
  for (const path of new Set(paths)) {
    const { objects, findings } = readFile(path);
    report.files++;
    report.objects += objects.length;
    report.findings.push(...findings);
    for (const source of objects) {
      const twice = duplicates(source);
      if (twice !== undefined) report.findings.push(twice);
      const { apiVersion, kind } = source.object;
      if (kind === "CustomResourceDefinition") found.push(source.object);
      if (known.kindOf(apiVersion, kind) === undefined) waiting.push(source);
      else check(source, known);
    }
  }
  const knowing = validator.withCustomResources([...otherwise, ...found]);
  for (const source of waiting) check(source, knowing);
  return report;
}

/**
 * The objects that a file describes; a `.trueup.yaml` describes none, and is checked as what it is.
 * @throws UnreadablePath
 */
export function readFile(path: string): ReadManifests {
  const content = readContent(path);
  const file = nameOfFile(path);
  if (basename(path) === configFile) return { objects: [], findings: parseConfig(file, content).findings };
  return readManifestFile({ path: file, content });
}

/** One object in two folders may be meant for two clusters; in one folder `kubectl apply -f` would take both. */
function duplicatesByFolder(): (source: SourceObject) => Finding | undefined {
  const checks = new Map<string, ReturnType<typeof createDuplicateCheck>>();
  return (source) => {
    const folder = dirname(source.file);
    const check = checks.get(folder) ?? createDuplicateCheck();
    checks.set(folder, check);
    return check(source);
  };
}
