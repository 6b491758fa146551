import { configFile, parseConfig } from "../../core/config/parse-config.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import type { Mirror } from "../../git/mirror.ts";
import { remembering } from "./remembering.ts";

/** `.trueup.yaml` of one commit or tree. */
export interface ReadConfig {
  /** False when there is no such file; a symlink is none. */
  present: boolean;
  /** None when the file has errors. */
  systems: SystemConfig[];
  findings: Finding[];
}

/** A configuration of more than this is none. */
const largestConfig = 1024 * 1024;

const configsKept = 64;

/** The configuration that stands in a commit or tree. */
export const readConfig = remembering(configsKept, async (mirror: Mirror, treeish: string): Promise<ReadConfig> => {
  const content = await mirror.readFile(treeish, configFile, largestConfig);
  if (content === undefined) return { present: false, systems: [], findings: [] };
  if (content.length <= largestConfig) return { present: true, ...parseConfig(configFile, content) };
  const message = "This file is larger than 1 MB; name the systems alone in it.";
  const finding: Finding = {
    file: configFile,
    line: 1,
    column: 1,
    severity: "error",
    rule: "file-too-large",
    message,
    pointer: "",
  };
  return { present: true, systems: [], findings: [finding] };
});

/** The systems that this branch feeds. */
export function systemsOnBranch(
  systems: readonly SystemConfig[],
  branch: string,
  defaultBranch: string,
): SystemConfig[] {
  return systems.filter((system) => (system.branch ?? defaultBranch) === branch);
}
