import { GitError } from "./git-error.ts";

/** Object ids are only ever whole: an abbreviated one can be made ambiguous, and a name can look like one. */
const objectId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** What `git check-ref-format` allows, narrower: full names only, nothing that begins with a dash. */
const fullRef =
  /^refs\/(?:[A-Za-z0-9_@#+=,()!%&'][A-Za-z0-9._@#+=,()!%&'-]*|[\u00a1-\uffff][^\s~^:?*[\\]*)(?:\/[^\s~^:?*[\\/.-][^\s~^:?*[\\/]*)*$/u;

export function isObjectId(text: string): boolean {
  return objectId.test(text);
}

export function assertObjectId(text: string): string {
  if (!isObjectId(text)) throw new GitError("refused", `${JSON.stringify(text)} is no full commit id`);
  return text;
}

export function assertRef(name: string): string {
  const bad =
    !fullRef.test(name) || name.includes("..") || name.includes("@{") || name.endsWith(".lock") || /\p{Cc}/u.test(name);
  if (bad || name.length > 300)
    throw new GitError("refused", `${JSON.stringify(name.slice(0, 300))} is no full ref name (refs/heads/…)`);
  return name;
}

/**
 * Whatever git takes for a revision (https://git-scm.com/docs/gitrevisions: `main`, `v1.2`, `HEAD~1`), written by a person: no
 * option in disguise, and nothing that a terminal or a log would obey.
 */
export function assertRevision(text: string): string {
  if (text === "" || text.length > 300 || text.startsWith("-") || /\p{Cc}/u.test(text))
    throw new GitError("refused", `${JSON.stringify(text.slice(0, 300))} is no revision; main, v1.2 and HEAD~1 are`);
  return text;
}

/** A path inside a tree: relative, canonical; `""` is the root. */
export function assertTreePath(path: string): string {
  if (path === "") return path;
  const bad = path
    .split("/")
    .some((part) => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git");
  if (bad || path.includes("\0"))
    throw new GitError("refused", `${JSON.stringify(path)} is no path inside the repository`);
  return path;
}

export type Transport = "https" | "ssh" | "http" | "file";

/**
 * The URL's transport, when it is one of those allowed. Anything that git would hand to a remote helper (`ext::…`), an option
 * in disguise or a credential in the URL is refused.
 */
export function assertUrl(url: string, allowed: readonly Transport[]): Transport {
  const scp = /^[A-Za-z0-9._-]+@[A-Za-z0-9][A-Za-z0-9.-]*:(?!:)[^\s]+$/.test(url);
  const scheme = scp ? "ssh" : /^(https|http|ssh|file):\/\/[^\s]+$/.exec(url)?.[1];
  if (scheme === undefined || url.includes("::") || /\/\/-/.test(url) || /\p{Cc}/u.test(url)) {
    throw new GitError("refused", `${JSON.stringify(url)} is no repository URL; https:// and ssh:// ones are`);
  }
  const transport = scheme as Transport;
  if (!allowed.includes(transport)) {
    throw new GitError("refused", `the transport ${transport} is not allowed here, only ${allowed.join(" and ")}`);
  }
  if (!scp && transport !== "file") {
    const { username, password } = new URL(url);
    if (password !== "" || (username !== "" && transport !== "ssh")) {
      throw new GitError("refused", "a repository URL must not carry a credential; configure it apart");
    }
  }
  return transport;
}
