import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A person's own checkout. */
export interface Checkout {
  dir: string;
  git(...args: string[]): string;
  /** Writes these files (undefined removes one), and leaves committing to whoever wants it. */
  write(files: Record<string, string | undefined>): void;
  /** Commits all that there is. @returns the commit's SHA */
  commit(files: Record<string, string | undefined>): string;
  dispose(): void;
}

/** @param url to clone; a new repository without one */
export function checkout(url?: string, ...cloneOptions: string[]): Checkout {
  const dir = mkdtempSync(join(tmpdir(), "trueup-checkout-"));
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=Mona", "-c", "user.email=mona@example.com", ...args], {
      cwd: dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    }).trim();
  if (url === undefined) git("init", "--quiet", "-b", "main");
  else git("clone", "--quiet", ...cloneOptions, url, ".");
  const write: Checkout["write"] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      const file = join(dir, path);
      mkdirSync(dirname(file), { recursive: true });
      if (content === undefined) rmSync(file);
      else writeFileSync(file, content);
    }
  };
  return {
    dir,
    git,
    write,
    commit(files) {
      write(files);
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "-m", "change");
      return git("rev-parse", "HEAD");
    },
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
}
