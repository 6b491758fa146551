import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A bare repository on disk and a checkout beside it, to be changed as a person would. */
export interface GitRepository {
  url: string;
  /** Commits these files (undefined removes one) on the branch and pushes. @returns the commit's SHA */
  commit(files: Record<string, string | undefined>, branch?: string, subject?: string): string;
  /** A pull request with these files, merged into the branch `main` as GitHub's first button does. @returns the merge's SHA */
  merge(number: number, files: Record<string, string | undefined>): string;
  /** The same as a pull request's head that is not merged. */
  pullRequest(number: number, files: Record<string, string | undefined>): string;
  /** The branch loses what came after this commit, as by a push with force. */
  setBack(sha: string): void;
}

export function makeGitRepository(folder: string): GitRepository {
  const bare = join(folder, "remote.git");
  const work = join(folder, "work");
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=Mona", "-c", "user.email=mona@example.com", ...args], {
      cwd: work,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    }).trim();
  mkdirSync(work, { recursive: true });
  execFileSync("git", ["init", "--quiet", "--bare", "-b", "main", bare]);
  execFileSync("git", ["-C", bare, "config", "uploadpack.allowAnySHA1InWant", "true"]);
  execFileSync("git", ["-C", bare, "config", "uploadpack.allowFilter", "true"]);
  git("init", "--quiet", "-b", "main");
  git("remote", "add", "origin", bare);

  const write = (files: Record<string, string | undefined>, subject = "change") => {
    for (const [path, content] of Object.entries(files)) {
      const file = join(work, path);
      if (content === undefined) rmSync(file);
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "-m", subject);
    return git("rev-parse", "HEAD");
  };
  return {
    url: `file://${bare}`,
    commit(files, branch = "main", subject = undefined) {
      const sha = write(files, subject);
      git("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
      return sha;
    },
    merge(number, files) {
      git("checkout", "--quiet", "-b", `topic-${number}`);
      write(files);
      git("checkout", "--quiet", "main");
      git("merge", "--quiet", "--no-ff", "-m", `Merge pull request #${number} from mona/topic`, `topic-${number}`);
      git("push", "--quiet", "origin", "HEAD:refs/heads/main");
      return git("rev-parse", "HEAD");
    },
    pullRequest(number, files) {
      const before = git("rev-parse", "HEAD");
      const sha = write(files);
      git("push", "--quiet", "--force", "origin", `HEAD:refs/pull/${number}/head`);
      git("reset", "--quiet", "--hard", before);
      return sha;
    },
    setBack(sha) {
      git("reset", "--quiet", "--hard", sha);
      git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main");
    },
  };
}
