import { spawn } from "node:child_process";

/** Runs git in one bare repository. */
export interface GitProgram {
  readonly dir: string;
  /** @throws GitFailed when git exits with anything but 0 */
  run(args: string[], options?: RunOptions): Promise<Buffer>;
  text(args: string[], options?: RunOptions): Promise<string>;
  /** Like `run`, but the exit code is the answer. */
  attempt(args: string[], options?: RunOptions): Promise<{ code: number; stdout: Buffer; stderr: string }>;
}

export interface RunOptions {
  input?: string | Uint8Array;
  env?: Record<string, string>;
}

export class GitFailed extends Error {}

/** Nothing of the machine's or the user's configuration, no prompts, no hooks. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    LC_ALL: "C.UTF-8",
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
  };
}

const mostOutput = 256 * 1024 * 1024;

export function gitProgram(dir: string): GitProgram {
  const attempt: GitProgram["attempt"] = (args, { input, env } = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn("git", ["-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", ...args], {
        cwd: dir,
        env: { ...gitEnvironment(), GIT_DIR: dir, ...env },
        stdio: ["pipe", "pipe", "pipe"],
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      let size = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > mostOutput) child.kill("SIGKILL");
        else out.push(chunk);
      });
      child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
      child.on("error", reject);
      child.on("close", (code) => {
        if (size > mostOutput) reject(new GitFailed(`git ${args[0]} said more than ${mostOutput} bytes`));
        else resolve({ code: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() });
      });
      // git may end before it has read everything; its exit code tells then.
      child.stdin.on("error", () => {});
      child.stdin.end(input ?? "");
    });
  const run: GitProgram["run"] = async (args, options) => {
    const { code, stdout, stderr } = await attempt(args, options);
    if (code !== 0) throw new GitFailed(`git ${args[0]} in ${dir} ended with ${code}: ${stderr.trim().slice(0, 2000)}`);
    return stdout;
  };
  return { dir, attempt, run, text: async (args, options) => (await run(args, options)).toString() };
}
