import { GitFailed } from "./git-program.ts";

/** Full object name in hexadecimal. */
export function isSha(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** What git-check-ref-format allows for a branch, and nothing that could be read as an option. */
export function isBranchName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= 244 &&
    name !== "@" &&
    name !== "HEAD" &&
    !name.startsWith("-") &&
    !name.startsWith("/") &&
    !name.endsWith("/") &&
    !name.endsWith(".") &&
    !/\.\.|@\{|\/\//.test(name) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what git forbids in names
    !/[\x00-\x20\x7f~^:?*[\\]/.test(name) &&
    name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"))
  );
}

/** A file's path inside a repository: relative, no way up, never `.git`. */
export function isFilePath(path: string): boolean {
  return (
    path.length > 0 &&
    path.length <= 4096 &&
    !path.includes("\0") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git")
  );
}

/** Owner and repository names as they may stand in a URL and in a folder's name. */
export function isOwnerName(name: string): boolean {
  return /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,38})$/.test(name);
}

export function isRepositoryName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,100}$/.test(name) && !/^\.+$/.test(name) && !name.endsWith(".git");
}

/** What git is about to read on a command line; @throws GitFailed for anything but a full object name */
export function guardedSha(sha: string): string {
  if (!isSha(sha)) throw new GitFailed(`not an object name: ${JSON.stringify(sha.slice(0, 60))}`);
  return sha;
}

export function guardedPath(path: string): string {
  if (!isFilePath(path)) throw new GitFailed(`not a path inside a repository: ${JSON.stringify(path.slice(0, 100))}`);
  return path;
}

export function guardedRef(ref: string): string {
  if (!/^refs\/[a-z]+\/./.test(ref) || !isBranchName(ref)) throw new GitFailed(`not a ref: ${JSON.stringify(ref)}`);
  return ref;
}
