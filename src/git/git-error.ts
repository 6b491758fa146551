/**
 * What kept git from doing its work:
 * - `auth`: the remote refused the credential
 * - `not-found`: no such repository, ref or object there
 * - `unreachable`: no connection, or it broke; trying later may help
 * - `conflict`: the remote has moved on (a push that is no fast-forward)
 * - `limit`: more than we are willing to read; the message names the limit
 * - `refused`: a name, URL or transport that we do not hand to git
 * - `fault`: anything else, with git's own words
 */
export type GitErrorKind = "auth" | "not-found" | "unreachable" | "conflict" | "limit" | "refused" | "fault";

export class GitError extends Error {
  readonly kind: GitErrorKind;
  constructor(kind: GitErrorKind, message: string) {
    super(message);
    this.name = "GitError";
    this.kind = kind;
  }
}

/** The kind from what git said; git runs with `LC_ALL=C`, so the words are its own. */
export function classify(stderr: string): GitErrorKind {
  if (
    /Authentication failed|could not read Username|HTTP Basic: Access denied|returned error: 40[13]|Permission denied|remote: Write access|Permission to .* denied/i.test(
      stderr,
    )
  ) {
    return "auth";
  }
  if (
    /couldn't find remote ref|not our ref|Repository not found|repository '.*' not found|does not appear to be a git repository|returned error: 404|upload-pack: not our ref|does not exist/i.test(
      stderr,
    )
  ) {
    return "not-found";
  }
  if (/non-fast-forward|\[rejected\]|fetch first|stale info|cannot lock ref/i.test(stderr)) return "conflict";
  if (
    /Could not resolve host|Failed to connect|Couldn't connect|Connection (refused|reset|timed out)|early EOF|unexpected disconnect|hung up unexpectedly|returned error: (5\d\d|429)|RPC failed|SSL|Operation too slow|Empty reply/i.test(
      stderr,
    )
  ) {
    return "unreachable";
  }
  if (/transport '.*' not allowed|unable to update url base from redirection/i.test(stderr)) return "refused";
  return "fault";
}
