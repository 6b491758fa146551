import type { SystemConfig } from "../../core/config/system.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import { groupOf } from "../../core/manifest/kube-object.ts";
import type { SourceObject } from "../../core/manifest/source-object.ts";
import type { Validator } from "../../core/schema/validator.ts";
import type { Mirror } from "../../git/mirror.ts";
import { renderSystem } from "../../render/render-system.ts";

/** A manifest of more than this is a finding, not a manifest. */
const largestFile = 10 * 1024 * 1024;

/**
 * What is wrong with the files of these systems in a commit or tree, system by system. Custom resources that no definition beside
 * them describes are left to the agent, who knows what its cluster serves.
 */
export async function validateSystems(
  validator: Validator,
  mirror: Mirror,
  treeish: string,
  systems: readonly SystemConfig[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const system of systems) {
    const files = await mirror.readFiles(await mirror.files(treeish, system.path), largestFile);
    const rendered = renderSystem({ files, system, validator });
    const custom = new Set(
      rendered.objects.filter(isCustom).map((source) => place(source.file, source.locate("/kind"))),
    );
    findings.push(
      ...rendered.findings.filter(
        (finding) => finding.rule !== "unknown-kind" || !custom.has(place(finding.file, finding)),
      ),
    );
  }
  return findings;
}

/** Kubernetes' own groups have no dot or end in `.k8s.io`, which is reserved for them. */
function isCustom({ object }: SourceObject): boolean {
  const group = groupOf(object.apiVersion);
  return group.includes(".") && !group.endsWith(".k8s.io");
}

function place(file: string, { line, column }: { line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}
