import type { GitProgram } from "./git-program.ts";
import { guardedSha } from "./safe-names.ts";

export interface Signature {
  name: string;
  email: string;
  /** ISO 8601, UTC. */
  date: string;
}

export interface CommitInfo {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

export type NewCommit = Omit<CommitInfo, "sha">;

/** Reads a commit object as git stores it. */
export function parseCommit(sha: string, content: Buffer): CommitInfo {
  const text = content.toString();
  const end = text.indexOf("\n\n");
  const headers = (end < 0 ? text : text.slice(0, end)).split("\n");
  const of = (name: string): string[] =>
    headers.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  return {
    sha,
    tree: of("tree")[0] ?? "",
    parents: of("parent"),
    author: parseSignature(of("author")[0]),
    committer: parseSignature(of("committer")[0]),
    message: end < 0 ? "" : text.slice(end + 2).replace(/\n+$/, ""),
  };
}

function parseSignature(line = ""): Signature {
  const [, name = "", email = "", seconds = "0"] = /^(.*?) ?<(.*)> (-?\d+) [+-]\d+$/.exec(line) ?? [];
  const at = new Date(Number(seconds) * 1000);
  const date = Number.isNaN(at.getTime()) ? "1970-01-01T00:00:00Z" : `${at.toISOString().slice(0, 19)}Z`;
  return { name, email, date };
}

/** Writes a commit object; no ref knows it yet. */
export async function commitTree(git: GitProgram, made: NewCommit): Promise<string> {
  const env = {
    GIT_AUTHOR_NAME: plainName(made.author.name),
    GIT_AUTHOR_EMAIL: plainName(made.author.email),
    GIT_AUTHOR_DATE: made.author.date,
    GIT_COMMITTER_NAME: plainName(made.committer.name),
    GIT_COMMITTER_EMAIL: plainName(made.committer.email),
    GIT_COMMITTER_DATE: made.committer.date,
  };
  const parents = made.parents.flatMap((parent) => ["-p", guardedSha(parent)]);
  const args = ["commit-tree", guardedSha(made.tree), ...parents, "-F", "-"];
  return (await git.text(args, { input: `${made.message.trimEnd()}\n`, env })).trim();
}

function plainName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these would break git's header lines
  const plain = name.replaceAll(/[\x00-\x1f<>]/g, "").trim();
  return plain === "" ? "unknown" : plain;
}
