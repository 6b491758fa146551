import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
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
  /** What holds the `.trueup.yaml`, and all files of the system: the folder that was named, or one above it in its repository. */
  path: string;
  system: SystemConfig;
  /** Whether a `.trueup.yaml` says so; otherwise the folder is a system of its own. */
  isConfigured: boolean;
  /** The others that it describes on the same cluster. */
  neighbours: readonly SystemConfig[];
  /** What could surprise whoever named the folder. */
  notes: string[];
}

/**
 * The system that a folder is, or is a part of.
 *
 * @throws when it is not said which of several systems, or the `.trueup.yaml` is wrong
 */
export function folderSystem(path: string, choice: SystemChoice): FolderSystem {
  const root = configuredAbove(path);
  const { systems: all, findings } = root === undefined ? none : parsed(root);
  if (root !== undefined && all.length === 0)
    throw new Error(findingLines(findings).join("\n") || `${join(root, configFile)} has no systems`);
  const folder = root === undefined ? "" : relative(realpathSync(root), realpathSync(path)).split(sep).join("/");
  const systems = choice.system === undefined ? systemsOf(folder, all) : all;
  if (root === undefined || systems.length === 0) return ofItsOwn(path, choice);
  const only = choice.system === undefined && systems.length === 1 ? systems[0]!.name : choice.system;
  const system = systems.find(({ name }) => name === only);
  const names = systems.map(({ name }) => name).join(", ");
  if (system === undefined) throw new Error(`name one of the systems with --system: ${names}`);
  return {
    path: root,
    system: inNamespace(system, choice),
    isConfigured: true,
    neighbours: all.filter((other) => other !== system && other.cluster === system.cluster),
    notes: isWithin(system.path, folder)
      ? []
      : [`planned as the whole system ${system.name}, of which ${path} is a part`],
  };
}

const none: ReturnType<typeof parseConfig> = { systems: [], findings: [] };

function parsed(root: string): ReturnType<typeof parseConfig> {
  const file = join(root, configFile);
  return parseConfig(file, readFileSync(file, "utf8"));
}

function ofItsOwn(path: string, choice: SystemChoice): FolderSystem {
  const { systems } = parseConfig(configFile, "systems: {local: {cluster: local, path: .}}");
  const system = inNamespace({ ...systems[0]!, name: choice.system ?? "local" }, choice);
  return { path, system, isConfigured: false, neighbours: [], notes: [] };
}

/** Those of the very folder, else those below it and those that it is a part of. */
function systemsOf(folder: string, all: readonly SystemConfig[]): SystemConfig[] {
  const own = all.filter(({ path }) => folder !== "" && path === folder);
  return own.length > 0 ? own : all.filter(({ path }) => isWithin(path, folder) || isWithin(folder, path));
}

export const isWithin = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);

/** The folder itself, or the nearest one above it in its repository, that has a `.trueup.yaml`. */
const configuredAbove = (path: string): string | undefined =>
  [path, ...aboveInRepository(path)].find((folder) => existsSync(join(folder, configFile)));

/** Up to its repository's root; none for a folder that is in no repository. */
function aboveInRepository(path: string): string[] {
  const above: string[] = [];
  for (let at = realpathSync(path); !existsSync(join(at, ".git")); above.push(at)) {
    if (dirname(at) === at) return [];
    at = dirname(at);
  }
  return above;
}

/** With the namespace that was asked for. */
export function inNamespace(system: SystemConfig, { namespace }: SystemChoice): SystemConfig {
  return namespace === undefined ? system : { ...system, namespace, namespaceGiven: true };
}
