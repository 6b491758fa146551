import type { Finding } from "./finding.ts";
import type { TextPosition } from "./text-position.ts";

/**
 * Characters that nobody sees and that make a text read otherwise than it is: bidirectional controls ("Trojan source",
 * CVE-2021-42574), zero-width spaces, tag characters, line breaks
 * that only YAML 1.1 knows (kubectl reads what follows them as a line of its own). Joiners (U+200C, U+200D) belong to scripts and emoji.
 */
const invisible = /[\u0085\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

const mostTold = 10;

export function invisibleCharacters(file: string, text: string, at: (offset: number) => TextPosition): Finding[] {
  const findings: Finding[] = [];
  invisible.lastIndex = 0;
  for (let found = invisible.exec(text); found !== null; found = invisible.exec(text)) {
    const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    const message = `The invisible character U+${code} stands here, so that this line may not mean what it looks like; remove it, or write it as an escape.`;
    const rule = "invisible-character";
    findings.push({ file, ...at(found.index), severity: "warning", rule, message, pointer: "" });
    if (findings.length === mostTold) break;
  }
  invisible.lastIndex = 0;
  return findings;
}
