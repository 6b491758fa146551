import { createHash } from "node:crypto";

/**
 * What to look at again. A key says where to look and nothing of what was seen there: the reconciler reads that from the truth.
 * Written as `kind:repository:rest`, so that the same place is the same job however often it is hinted at.
 */
export type JobKey =
  | { kind: "pull-request"; repositoryId: number; number: number }
  | { kind: "branch"; repositoryId: number; branch: string }
  /** A merge queue's candidate; `ref` is `gh-readonly-queue/<base branch>/pr-<number>-<base SHA>`. */
  | { kind: "merge-group"; repositoryId: number; sha: string; ref: string }
  /** `words` names what the comment said when it was written, by {@link wordsOf}. */
  | { kind: "command"; repositoryId: number; number: number; commentId: number; words?: string }
  /** What a comment's author sees of that a command was read. */
  | { kind: "reaction"; repositoryId: number; commentId: number; content: Reaction }
  /** Somebody asked to run the check on this commit again. */
  | { kind: "rerun"; repositoryId: number; sha: string }
  /** A pause is over, and what it held says so no more. */
  | { kind: "paused"; repositoryId: number }
  /** Everything that is open in a repository. */
  | { kind: "repository"; repositoryId: number }
  /** Every repository of every installation. */
  | { kind: "sweep" }
  /** GitHub's log of what it could not deliver. */
  | { kind: "lost-deliveries" };

export type Reaction = "eyes" | "-1" | "confused";

export function formatJobKey(key: JobKey): string {
  switch (key.kind) {
    case "pull-request":
      return `pull-request:${key.repositoryId}:${key.number}`;
    case "branch":
      return `branch:${key.repositoryId}:${key.branch}`;
    case "merge-group":
      return `merge-group:${key.repositoryId}:${key.sha}:${key.ref}`;
    case "command":
      return `command:${key.repositoryId}:${key.number}:${key.commentId}${key.words === undefined ? "" : `:${key.words}`}`;
    case "reaction":
      return `reaction:${key.repositoryId}:${key.commentId}:${key.content}`;
    case "rerun":
      return `rerun:${key.repositoryId}:${key.sha}`;
    case "paused":
      return `paused:${key.repositoryId}`;
    case "repository":
      return `repository:${key.repositoryId}`;
    case "sweep":
    case "lost-deliveries":
      return key.kind;
  }
}

const forms: [RegExp, (...parts: string[]) => JobKey][] = [
  [/^pull-request:(\d+):(\d+)$/, (id, number) => ({ kind: "pull-request", repositoryId: +id!, number: +number! })],
  [/^branch:(\d+):(.+)$/s, (id, branch) => ({ kind: "branch", repositoryId: +id!, branch: branch! })],
  [
    /^merge-group:(\d+):([0-9a-f]+):(.+)$/s,
    (id, sha, ref) => ({ kind: "merge-group", repositoryId: +id!, sha: sha!, ref: ref! }),
  ],
  [
    /^command:(\d+):(\d+):(\d+)(?::([0-9a-f]{16}))?$/,
    (id, number, comment, words) => ({
      ...({ kind: "command", repositoryId: +id!, number: +number!, commentId: +comment! } as const),
      ...(words === undefined ? {} : { words }),
    }),
  ],
  [
    /^reaction:(\d+):(\d+):(eyes|-1|confused)$/,
    (id, comment, content) => ({
      kind: "reaction",
      repositoryId: +id!,
      commentId: +comment!,
      content: content as Reaction,
    }),
  ],
  [/^rerun:(\d+):([0-9a-f]+)$/, (id, sha) => ({ kind: "rerun", repositoryId: +id!, sha: sha! })],
  [/^paused:(\d+)$/, (id) => ({ kind: "paused", repositoryId: +id! })],
  [/^repository:(\d+)$/, (id) => ({ kind: "repository", repositoryId: +id! })],
  [/^sweep$/, () => ({ kind: "sweep" })],
  [/^lost-deliveries$/, () => ({ kind: "lost-deliveries" })],
];

/** @returns undefined for a key that another version wrote */
export function parseJobKey(text: string): JobKey | undefined {
  for (const [form, read] of forms) {
    const match = form.exec(text);
    if (match !== null) return read(...match.slice(1));
  }
  return undefined;
}

/** The first line of a comment, which is the command, in short. */
export function wordsOf(comment: string): string {
  const line = comment.trim().split("\n", 1)[0]!.trim();
  return createHash("sha256").update(line).digest("hex").slice(0, 16);
}
