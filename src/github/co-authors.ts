/**
 * Logins of whom a commit's message names as co-authors, by the addresses that GitHub gives out: those name the account. Anywhere in the
 * message, for one too many keeps somebody from approving what is theirs, and one too few does not.
 */
export function coAuthorsOf(message: string): string[] {
  return [...message.matchAll(trailer)].map(([, login = ""]) => login);
}

/** `Co-authored-by: Mona <1234+mona@users.noreply.github.com>`; the host is the server's own. */
const trailer = /^[ \t]*co-authored-by:[^<\n]*<(?:\d+\+)?([^\s<>@+]+)@users\.noreply\.[^\s<>@]+>/gim;
