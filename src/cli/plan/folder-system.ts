import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configFile, parseConfig } from "../../core/config/parse-config.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import { findingLines } from "./print-plan.ts";

export interface SystemChoice {
  /** Which of several, by name. */
  system?: string | undefined;
  /** Of objects that name none, instead of the system's. */
  namespace?: string | undefined;
}

/** What a folder is enacted as. */
export interface FolderSystem {
  system: SystemConfig;
  /** Whether a `.trueup.yaml` says so; otherwise the folder is a system of its own. */
  isConfigured: boolean;
  /** The others that it describes on the same cluster. */
  neighbours: readonly SystemConfig[];
}

/** @throws when it is not said which of several systems, or the `.trueup.yaml` is wrong */
export function folderSystem(path: string, choice: SystemChoice): FolderSystem {
  const file = join(path, configFile);
  const content = contentOf(file);
  if (content === undefined) {
    const { systems } = parseConfig(configFile, "systems: {local: {cluster: local, path: .}}");
    const system = inNamespace({ ...systems[0]!, name: choice.system ?? "local" }, choice);
    return { system, isConfigured: false, neighbours: [] };
  }
  const { systems, findings } = parseConfig(file, content);
  if (systems.length === 0) throw new Error(findingLines(findings).join("\n") || `${file} has no systems`);
  const only = choice.system === undefined && systems.length === 1 ? systems[0]!.name : choice.system;
  const system = systems.find(({ name }) => name === only);
  const names = systems.map(({ name }) => name).join(", ");
  if (system === undefined) throw new Error(`name one of the systems with --system: ${names}`);
  const neighbours = systems.filter((other) => other !== system && other.cluster === system.cluster);
  return { system: inNamespace(system, choice), isConfigured: true, neighbours };
}

/** With the namespace that was asked for. */
export function inNamespace(system: SystemConfig, { namespace }: SystemChoice): SystemConfig {
  return namespace === undefined ? system : { ...system, namespace, namespaceGiven: true };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
