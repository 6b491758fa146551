import { decodeText } from "../manifest/decode-text.ts";
import { type Finding, hasErrors } from "../manifest/finding.ts";
import { placedFinding } from "../manifest/placed-finding.ts";
import { readYamlDocuments, type YamlDocument } from "../manifest/yaml-documents.ts";
import type { SchemaFinding } from "../schema/explain.ts";
import { pointerTo } from "../schema/field-path.ts";
import { type ConfigEntry, checkConfigShape } from "./config-schema.ts";
import { durationMs } from "./duration.ts";
import type { SystemConfig } from "./system.ts";
import { systemFindings } from "./system-rules.ts";

/** Where a repository says what is enacted. */
export const configFile = ".trueup.yaml";

/**
 * `.trueup.yaml` as written by anybody → systems that can be acted on, all defaults filled in.
 * @param file how findings call it
 * @returns no systems at all when anything is an error: half a configuration is not what was meant
 */
export function parseConfig(
  file: string,
  content: Uint8Array | string,
): { systems: SystemConfig[]; findings: Finding[] } {
  const text = decodeText(file, content);
  if (typeof text !== "string") return { systems: [], findings: [text] };
  const { documents, findings } = readYamlDocuments(file, text);
  // In a manifest the last of two equal keys counts, as for kubectl; here it would make a system vanish.
  const read = findings.map(
    (finding): Finding => (finding.rule === "duplicate-key" ? { ...finding, severity: "error" } : finding),
  );
  if (hasErrors(read)) return { systems: [], findings: read };

  const [document, second] = documents;
  if (document === undefined || second !== undefined) {
    const message =
      document === undefined
        ? "This file is empty; name at least one system under `systems:`, with its `cluster` and `path`."
        : "This file has a second document; put all systems under one `systems:`.";
    const place = second?.start ?? { line: 1, column: 1 };
    const finding: Finding = { file, ...place, severity: "error", rule: "config-documents", message, pointer: "" };
    return { systems: [], findings: [...read, finding] };
  }
  const { systems, findings: problems } = readSystems(document);
  const told = problems.map((problem) => placedFinding({ file, ...document }, problem));
  return { systems, findings: [...read, ...told] };
}

function readSystems({ value }: YamlDocument): { systems: SystemConfig[]; findings: SchemaFinding[] } {
  const shape = checkConfigShape(value);
  if ("findings" in shape) return { systems: [], findings: shape.findings };
  const systems = Object.entries(shape.config.systems).map(([name, entry]) => toSystem(name, entry));
  const findings = systemFindings(systems, (name) => pointerTo("/systems", name));
  return { systems: findings.length === 0 ? systems : [], findings };
}

function toSystem(name: string, { timeout, protect, path, branch, namespace, ...entry }: ConfigEntry): SystemConfig {
  return {
    name,
    ...entry,
    path: canonicalPath(path),
    branch,
    namespace: namespace ?? "default",
    namespaceGiven: namespace !== undefined,
    protect: { maxDeletions: deletionLimit(protect.maxDeletions) },
    timeoutMs: durationMs(timeout),
  };
}

/** The schema has refused what leads out of the repository. */
function canonicalPath(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** `20%` or a number, as the schema has checked it. */
export function deletionLimit(limit: string | number): SystemConfig["protect"]["maxDeletions"] {
  return typeof limit === "number" ? { count: limit } : { percent: Number(limit.slice(0, -1)) };
}
