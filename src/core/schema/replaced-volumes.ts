import type { SchemaFinding } from "./explain.ts";
import { fields, list } from "./rules/rule.ts";

/** Volumes of this name must still be what a volume looks like. */
const always = new Set(["unknown-field", "wrong-type"]);

/**
 * A StatefulSet's claim template takes the place of a volume of the same name in its pods, which nobody looks at then.
 * @returns the findings that are left
 */
export function withoutReplacedVolumes(findings: SchemaFinding[], object: Record<string, unknown>): SchemaFinding[] {
  if (findings.length === 0 || object.kind !== "StatefulSet") return findings;
  const { volumeClaimTemplates, template } = fields(object.spec);
  const claims = list(volumeClaimTemplates).map((claim) => fields(fields(claim).metadata).name);
  const replaced = list(fields(fields(template).spec).volumes).flatMap((volume, index) =>
    claims.includes(fields(volume).name) ? [`/spec/template/spec/volumes/${index}`] : [],
  );
  return findings.filter(
    ({ rule, pointer }) =>
      always.has(rule) || !replaced.some((volume) => pointer === volume || pointer.startsWith(`${volume}/`)),
  );
}
