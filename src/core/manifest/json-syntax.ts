import type { Finding } from "./finding.ts";
import { positionsIn } from "./text-position.ts";

/** What `JSON.parse` says against a text, for what YAML would let pass: comments, trailing commas, bare words. */
export function jsonSyntaxFinding(file: string, text: string): Finding | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const offset = Number(/at position (\d+)/.exec(reason)?.[1] ?? 0);
    const message = `JSON syntax: ${reason.replace(/,? (?:\.\.\.|"|in JSON at position).*$/s, "")}. JSON has no comments, trailing commas or single quotes; a .yaml file may have them.`;
    return { file, ...positionsIn(text)(offset), severity: "error", rule: "json-syntax", message, pointer: "" };
  }
}
