import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openMirror } from "../../src/git/open-mirror.ts";

/** A bare repository to fetch from, a work tree to write in, and a folder for mirrors; gone with `dispose`. */
export function remoteRepository() {
  const dir = mkdtempSync(join(tmpdir(), "trueup-git-"));
  const bare = join(dir, "remote.git");
  const work = join(dir, "work");
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: work, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"], env: identity }).trim();
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
  for (const setting of ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"]) {
    execFileSync("git", ["-C", bare, "config", setting, "true"]);
  }
  mkdirSync(work);
  git("init", "--quiet", "--initial-branch=main");
  git("remote", "add", "origin", bare);
  return {
    dir,
    bare,
    workTree: work,
    url: `file://${bare}`,
    git,
    /** Writes files (null deletes, `{link}` is a symlink), commits on the branch checked out, pushes. @returns the SHA */
    commit(files: { [path: string]: string | Buffer | { link: string } | null }, message = "change"): string {
      for (const [path, content] of Object.entries(files)) {
        const file = join(work, path);
        rmSync(file, { force: true, recursive: true });
        if (content === null) continue;
        mkdirSync(dirname(file), { recursive: true });
        if (typeof content === "object" && "link" in content) symlinkSync(content.link, file);
        else writeFileSync(file, content);
      }
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "-m", message);
      git("push", "--quiet", "--force", "origin", "HEAD");
      return git("rev-parse", "HEAD");
    },
    branch: (name: string, from = "main") => git("checkout", "--quiet", "-B", name, from),
    mirror: (name = "mirror.git", url = `file://${bare}`) =>
      openMirror({ dir: join(dir, name), url, transports: ["file"], credential: async () => undefined }),
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export type RemoteRepository = ReturnType<typeof remoteRepository>;

const identity = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Mona",
  GIT_AUTHOR_EMAIL: "mona@example.com",
  GIT_COMMITTER_NAME: "Mona",
  GIT_COMMITTER_EMAIL: "mona@example.com",
};
