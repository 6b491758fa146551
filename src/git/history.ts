import type { LocalGit } from "./local-git.ts";
import type { Commit, Mirror } from "./mirror.ts";
import type { ObjectReader } from "./object-reader.ts";
import { hasNear } from "./read-objects.ts";
import { assertObjectId, assertTreePath } from "./safe-names.ts";

export function historyOf(git: LocalGit, objects: ObjectReader): Pick<Mirror, "isAncestor" | "mergeBase" | "log"> {
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
    async log(from, { limit, since, path }) {
      const format = "%H%x1f%P%x1f%T%x1f%an%x1f%aI%x1f%s";
      const { stdout } = await git([
        ...["log", "-z", `--format=${format}`, `--max-count=${Math.trunc(limit)}`, assertObjectId(from)],
        ...(since === undefined ? [] : [`^${assertObjectId(since)}`]),
        "--",
        ...(path === undefined || path === "" ? [] : [assertTreePath(path)]),
      ]);
      return stdout.toString().split("\0").filter(Boolean).map(commitOf);
    },
  };
}

function commitOf(line: string): Commit {
  const [sha = "", parents = "", tree = "", author = "", at = "", subject = ""] = line.split("\x1f");
  return { sha, parents: parents.split(" ").filter(Boolean), tree, author, at, subject };
}
