import type { SystemConfig } from "../../core/config/system.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import type { Validator } from "../../core/schema/validator.ts";
import type { Mirror } from "../../git/mirror.ts";
import { renderSystem } from "../../render/render-system.ts";

/** A manifest of more than this is a finding, not a manifest. */
const largestFile = 10 * 1024 * 1024;

/** What is wrong with the files of these systems in a commit or tree, system by system. */
export async function validateSystems(
  validator: Validator,
  mirror: Mirror,
  treeish: string,
  systems: readonly SystemConfig[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const system of systems) {
    const files = await mirror.readFiles(await mirror.files(treeish, system.path), largestFile);
    findings.push(...renderSystem({ files, system, validator }).findings);
  }
  return findings;
}
