/**
 * What is wrong with a user's file, told so that they can mend it. A finding is a user's mistake, never a fault of ours:
 * faults are thrown as errors.
 */
export interface Finding {
  /** Path inside the repository (or as given on the command line), with forward slashes. */
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 code units. */
  column: number;
  severity: "error" | "warning";
  /** Short stable kebab-case name, for example `unknown-field`, `yaml-syntax`, `duplicate-object`. */
  rule: string;
  /** One sentence: what is wrong and how to mend it. Hostile text inside it is not yet escaped. */
  message: string;
  /** JSON pointer (RFC 6901) into the object that it is about, or into the document when that holds none. */
  pointer: string;
}

/** A finding before it is known in which file and on which line its pointer lies. */
export type UnplacedFinding = Pick<Finding, "pointer" | "rule" | "message" | "severity"> & {
  /** The value that the message advises to put in quotes, as we read it: its author may have written it otherwise. */
  quoted?: string;
};

/** Whether something stands in the way; warnings do not. */
export function hasErrors(findings: readonly Pick<Finding, "severity">[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}
