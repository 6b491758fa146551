import type { Landed } from "../core/plan/earlier-merge.ts";
import type { LocalGit } from "./local-git.ts";
import type { Commit, Mirror } from "./mirror.ts";
import type { ObjectReader } from "./object-reader.ts";
import { hasNear } from "./read-objects.ts";
import { assertObjectId, assertTreePath } from "./safe-names.ts";

export function historyOf(
  git: LocalGit,
  objects: ObjectReader,
): Pick<Mirror, "isAncestor" | "mergeBase" | "log" | "landed"> {
  return {
    async isAncestor(ancestor, descendant) {
      if (await hasNear(objects, assertObjectId(descendant), assertObjectId(ancestor))) return true;
      // And history has no circles.
      if (await hasNear(objects, ancestor, descendant)) return false;
      const args = [
        "merge-base",
        "--is-ancestor",
        "--end-of-options",
        assertObjectId(ancestor),
        assertObjectId(descendant),
      ];
      return (await git(args, { answers: [1] })).code === 0;
    },
    async mergeBase(one, other) {
      const args = ["merge-base", "--end-of-options", assertObjectId(one), assertObjectId(other)];
      const { code, stdout } = await git(args, { answers: [1] });
      return code === 0 ? stdout.toString().trim() : undefined;
    },
    async log(from, { limit, since, path, firstParent = false }) {
      const format = "%H%x1f%P%x1f%T%x1f%an%x1f%aI%x1f%s";
      const { stdout } = await git([
        ...["log", "-z", `--format=${format}`, `--max-count=${Math.trunc(limit)}`],
        ...(firstParent ? ["--first-parent"] : []),
        assertObjectId(from),
        ...(since === undefined ? [] : [`^${assertObjectId(since)}`]),
        "--",
        ...(path === undefined || path === "" ? [] : [assertTreePath(path)]),
      ]);
      return stdout.toString().split("\0").filter(Boolean).map(commitOf);
    },
    async landed(tip, { limit, since, paths }) {
      const args = [
        ...["log", "-z", "--first-parent", "--diff-merges=first-parent", "--name-only", "--no-renames"],
        // A person's repository may configure that a program of its choice looks at signatures.
        ...["--no-show-signature", "--format=%H//%s", `--max-count=${Math.trunc(limit)}`, assertObjectId(tip)],
        ...(since === undefined ? [] : [`^${assertObjectId(since)}`]),
        "--",
        ...(paths.includes("") ? [] : paths.map(assertTreePath)),
      ];
      const { stdout } = await git(args, { maxOutput: mostBytesOfLanded, cut: true });
      return landedIn(stdout.toString());
    },
  };
}

/** Of very many files the newest commits are enough. */
const mostBytesOfLanded = 16 * 1024 * 1024;

/** Each commit is followed by its files, the first of them on a line of its own; two slashes stand in no path. */
function landedIn(text: string): Landed[] {
  const landed: (Landed & { files: string[] })[] = [];
  for (const part of text.split("\0").filter(Boolean)) {
    const [, sha, subject] = /^([0-9a-f]{40,64})\/\/(.*)$/s.exec(part) ?? [];
    if (sha !== undefined) landed.push({ sha, subject: subject ?? "", files: [] });
    else landed.at(-1)?.files.push(part.replace(/^\n/, ""));
  }
  return landed.filter(({ files }) => files.length > 0);
}

function commitOf(line: string): Commit {
  const [sha = "", parents = "", tree = "", author = "", at = "", subject = ""] = line.split("\x1f");
  return { sha, parents: parents.split(" ").filter(Boolean), tree, author, at, subject };
}
