import type { GitProgram } from "./git-program.ts";
import { guardedSha } from "./safe-names.ts";

/** A file that differs, as `status` says; `previousFilename` is where a renamed one was. */
export interface ChangedName {
  filename: string;
  previousFilename: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "changed";
}

export interface ChangedFile extends ChangedName {
  /** Blob it is now; null when it is gone. */
  sha: string | null;
  additions: number;
  deletions: number;
  /** Hunks without the file header; null for binary and very large changes. */
  patch: string | null;
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const longestPatch = 100_000;
const common = ["-r", "-M", "-z", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv"];

/** What differs between two commits or trees; `from` null: all there is. */
export async function changedFiles(git: GitProgram, from: string | null, to: string): Promise<ChangedFile[]> {
  const range = [from === null ? emptyTree : guardedSha(from), guardedSha(to)];
  const parts = (await git.text(["diff-tree", "--numstat", "-p", ...common, ...range])).split("\0");
  const reader = { parts, at: 0 };
  const raw = readRaw(reader);
  const counts = raw.map(() => readCounts(reader));
  // An empty field parts the numbers from the patches.
  const patches = splitPatches(parts.slice(reader.at + 1).join("\0"));
  let next = 0;
  return raw.map(({ newMode, sha, letter, ...name }, index) => {
    // A file that becomes a link is told as two patches: gone, and made anew.
    const text = letter === "T" ? [patches[next++], patches[next++]].join("\n") : (patches[next++] ?? "");
    return {
      ...name,
      sha: newMode === "000000" ? null : sha,
      additions: counts[index]![0],
      deletions: counts[index]![1],
      patch: text === "" || text.length > longestPatch ? null : text,
    };
  });
}

/** The names that differ between trees (not commits; `from` null: the empty one), pair by pair; one process for all. */
export async function changedNames(
  git: GitProgram,
  pairs: readonly { from: string | null; to: string }[],
): Promise<ChangedName[][]> {
  if (pairs.length === 0) return [];
  const lines = pairs.map(({ from, to }) => `${from === null ? emptyTree : guardedSha(from)} ${guardedSha(to)}`);
  const parts = (await git.text(["diff-tree", "--stdin", ...common], { input: `${lines.join("\n")}\n` })).split("\0");
  const reader = { parts, at: 0 };
  const found = new Map<string, ChangedName[]>();
  while (reader.at < parts.length - 1) {
    const [, pair, first] = /^([0-9a-f]{40} [0-9a-f]{40})\n(.*)$/s.exec(parts[reader.at]!) ?? [];
    if (pair === undefined || first === undefined) break;
    parts[reader.at] = first;
    found.set(
      pair,
      readRaw(reader).map(({ filename, previousFilename, status }) => ({ filename, previousFilename, status })),
    );
  }
  return lines.map((line) => found.get(line) ?? []);
}

interface Reader {
  parts: string[];
  at: number;
}

function readRaw(reader: Reader): (ChangedName & { newMode: string; sha: string; letter: string })[] {
  const files = [];
  while (reader.parts[reader.at]?.startsWith(":")) {
    const [, newMode = "", , sha = "", score = ""] = reader.parts[reader.at++]!.split(" ");
    const letter = score.slice(0, 1);
    const first = reader.parts[reader.at++]!;
    const moved = letter === "R" || letter === "C";
    const filename = moved ? reader.parts[reader.at++]! : first;
    files.push({ newMode, sha, letter, filename, previousFilename: moved ? first : null, status: statusOf(letter) });
  }
  return files;
}

function statusOf(letter: string): ChangedName["status"] {
  switch (letter) {
    case "A":
      return "added";
    case "D":
      return "removed";
    case "R":
      return "renamed";
    case "T":
      return "changed";
    default:
      return "modified";
  }
}

function readCounts(reader: Reader): [added: number, removed: number] {
  const [added, removed, path] = (reader.parts[reader.at++] ?? "").split("\t");
  // A rename has an empty path here and its two names in the next two fields.
  if (path === "") reader.at += 2;
  return [Number(added) || 0, Number(removed) || 0];
}

/** Hunks per file, in the order of git's output. A line of content never starts with a letter, so these marks are git's. */
function splitPatches(patch: string): string[] {
  return `\n${patch}`
    .split("\ndiff --git ")
    .slice(1)
    .map((part) => {
      const hunk = part.indexOf("\n@@ ");
      return hunk < 0 ? "" : part.slice(hunk + 1).replace(/\n$/, "");
    });
}
