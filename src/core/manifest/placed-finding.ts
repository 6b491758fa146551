import type { Finding, UnplacedFinding } from "./finding.ts";
import type { SourceObject } from "./source-object.ts";

/**
 * A finding at its place in the file. What it advises to put in quotes is quoted as it is written there: in quotes, `1.10` stays what
 * it is, while the number read from it is 1.1.
 */
export function placedFinding(
  { file, locate, written }: Pick<SourceObject, "file" | "locate" | "written">,
  { quoted, ...finding }: UnplacedFinding,
): Finding {
  const text = quoted === undefined ? undefined : written(finding.pointer);
  const message =
    text === undefined ? finding.message : finding.message.replace(`\`"${quoted}"\``, () => `\`"${text}"\``);
  return { file, ...locate(finding.pointer), ...finding, message };
}
