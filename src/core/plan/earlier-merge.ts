import type { EarlierMerge } from "./plan.ts";

/** What a branch got at once: a commit of its own line, with all that it brought. */
export interface Landed {
  sha: string;
  subject: string;
  /** Paths that it changed. */
  files: readonly string[];
}

/**
 * Which merge made each file what it is: the newest that changed it, or else the newest of all.
 *
 * @param landed newest first
 */
export function mergeByFile(landed: readonly Landed[]): (file: string) => EarlierMerge | undefined {
  const newest = new Map<string, Landed>();
  for (const one of landed) for (const file of one.files) if (!newest.has(file)) newest.set(file, one);
  return (file) => {
    const found = newest.get(file) ?? landed[0];
    return found && mergeOf(found);
  };
}

/** What GitHub itself writes when it merges, and when it squashes. */
const merged = /^Merge pull request #([1-9]\d{0,8}) from /;
const squashed = / \(#([1-9]\d{0,8})\)$/;

/** The subject is somebody's text, and nothing but the number in it is told. */
function mergeOf({ sha, subject }: Landed): EarlierMerge {
  const number = (merged.exec(subject) ?? squashed.exec(subject))?.[1];
  return { sha, ...(number === undefined ? {} : { pullRequest: Number(number) }) };
}
