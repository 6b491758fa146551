import type { Finding } from "../../core/manifest/finding.ts";
import { standardInput } from "../files/find-files.ts";

/** What a file is called in findings. */
export function nameOfFile(path: string): string {
  return path === standardInput ? "stdin" : path.replaceAll("\\", "/");
}

/** Findings as one reads files: in their order, from the first line on; those of other files come first. */
export function inReadingOrder(findings: readonly Finding[], paths: readonly string[]): Finding[] {
  const order = new Map(paths.map((path, index) => [nameOfFile(path), index]));
  const fileOf = ({ file }: Finding) => order.get(file) ?? -1;
  return findings.toSorted(
    (one, other) => fileOf(one) - fileOf(other) || one.line - other.line || one.column - other.column,
  );
}
