import { spawn } from "node:child_process";
import { classify, GitError } from "./git-error.ts";
import type { Transport } from "./safe-names.ts";

export interface Credential {
  username: string;
  password: string;
}

export interface GitRun {
  cwd: string;
  args: readonly string[];
  input?: string | Uint8Array;
  /** Exit codes that are an answer and no failure; 0 always is. */
  answers?: readonly number[];
  /** Only for a command that talks to the remote. */
  remote?: { url: string; transports: readonly Transport[]; credential: Credential | undefined };
  env?: Record<string, string>;
  timeoutMs?: number;
  /** Most bytes on its standard output; what is more is a `limit` error, or with `cut` left off. */
  maxOutput?: number;
  cut?: boolean;
}

export interface GitOutput {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/**
 * Runs git with nothing but what we hand it: no system or user configuration, no hooks, filters, submodules, prompts,
 * pagers or background work, and no transport but those allowed. Nothing from a repository is ever an option: callers check
 * names first and put `--` or `--end-of-options` before them.
 *
 * @throws GitError for exit codes that are no answer, a timeout, or too much output
 */
export async function runGit(run: GitRun): Promise<GitOutput> {
  const { cwd, args, input, answers = [], timeoutMs = 120_000, maxOutput = 512 * 1024 * 1024, cut = false } = run;
  const child = spawn("git", ["--literal-pathspecs", ...args], {
    cwd,
    env: gitEnvironment(run),
    stdio: ["pipe", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const stdout: Buffer[] = [];
  let size = 0;
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    stdout.push(chunk.subarray(0, Math.max(0, chunk.length - Math.max(0, size - maxOutput))));
    if (size > maxOutput) child.kill("SIGKILL");
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    if (stderr.length < 64 * 1024) stderr += chunk;
  });
  // A git that ends early closes its input; its exit code says why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new GitError(
              "fault",
              "git was not found; install it (apt install git, brew install git) and see that it is on the PATH",
            )
          : error,
      ),
    );
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  if (size > maxOutput) {
    if (cut) return { code: 0, stdout: Buffer.concat(stdout), stderr };
    throw new GitError("limit", `git ${args[0]} gave more than ${maxOutput} bytes`);
  }
  if (code === null)
    throw new GitError("unreachable", `git ${args[0]} was ended by ${signal} after ${timeoutMs / 1000} s at most`);
  if (code !== 0 && !answers.includes(code)) {
    throw new GitError(classify(stderr), `git ${args[0]} failed (${code}): ${stderr.trim().slice(0, 2000)}`);
  }
  return { code, stdout: Buffer.concat(stdout), stderr };
}

/** Everything that git gets to know of this process and its machine. */
export function gitEnvironment({ remote, env }: Pick<GitRun, "remote" | "env">): Record<string, string> {
  const config: [string, string][] = [
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    ["core.attributesFile", "/dev/null"],
    ["core.protectNTFS", "true"],
    ["core.quotePath", "false"],
    ["protocol.allow", "never"],
    ["submodule.recurse", "false"],
    ["fetch.recurseSubmodules", "false"],
    ["transfer.fsckObjects", "false"],
    ["http.followRedirects", "false"],
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", "30"],
    ["credential.helper", ""],
    ["gc.autoDetach", "false"],
    ["maintenance.auto", "false"],
    ["advice.detachedHead", "false"],
  ];
  if (remote !== undefined) {
    for (const transport of remote.transports) config.push([`protocol.${transport}.allow`, "always"]);
    if (remote.credential !== undefined && /^https?:/.test(remote.url)) {
      const { username, password } = remote.credential;
      const basic = Buffer.from(`${username}:${password}`).toString("base64");
      // Only for this origin, and in the environment, where no process list shows it.
      config.push([`http.${new URL(remote.url).origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
    }
  }
  const passed = Object.fromEntries(
    [
      "PATH",
      "HOME",
      "SSH_AUTH_SOCK",
      "TMPDIR",
      "HTTPS_PROXY",
      "https_proxy",
      "NO_PROXY",
      "no_proxy",
      "GIT_SSL_CAINFO",
    ].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    ...passed,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CONFIG_COUNT: `${config.length}`,
    ...Object.fromEntries(
      config.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    ...env,
  };
}
