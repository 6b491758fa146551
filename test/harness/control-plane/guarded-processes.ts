import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Reads process ids from its standard input until that closes, which the kernel does however our process ends, then
 * kills them, newest first (an API server whose etcd is gone first would hang), and removes the folder.
 */
const guardScript = `
pids=
while read -r pid; do pids="$pid $pids"; done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
sleep 0.2
rm -rf "$1"
`;

export type GuardedProcesses = {
  /** Starts a program; its output goes to `<name>.log` in the folder. */
  start(name: string, program: string, args: string[]): void;
  /** Kills one of them and waits until it is gone; it may be started again. */
  end(name: string): Promise<void>;
  /** What stopped early, with the end of its log; undefined while all of them run. */
  failure(): string | undefined;
  /** Kills all of them, newest first, waits until they are gone, and removes the folder. */
  stop(): Promise<void>;
};

/**
 * Child processes that end with this process, however it ends: by `stop()`, by an exit, by a crash or by `kill -9`.
 * @param folder a temporary folder of their own, removed at the end
 */
export function guardProcesses(folder: string): GuardedProcesses {
  // Detached, or a Ctrl-C in the terminal would reach the guard and the programs in no order at all.
  const guard = spawn("sh", ["-c", guardScript, "guard", folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  const children: { name: string; child: ChildProcess }[] = [];
  const running = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

  async function kill(child: ChildProcess): Promise<void> {
    if (child.pid === undefined || !running(child)) return;
    const gone = once(child, "exit");
    child.ref();
    // Nothing of it is to be kept, and the API server takes its time over a graceful end.
    child.kill("SIGKILL");
    await gone;
  }

  return {
    start(name, program, args) {
      const log = openSync(join(folder, `${name}.log`), "a");
      const child = spawn(program, args, { cwd: folder, detached: true, stdio: ["ignore", log, log] });
      closeSync(log);
      // A program that cannot be started at all has no exit code, and `failure` looks for its missing pid instead.
      child.on("error", () => {});
      child.unref();
      children.push({ name, child });
      if (child.pid !== undefined) guard.stdin?.write(`${child.pid}\n`);
    },
    async end(name) {
      const at = children.findIndex((one) => one.name === name);
      const [ended] = at < 0 ? [] : children.splice(at, 1);
      if (ended !== undefined) await kill(ended.child);
    },
    failure() {
      const failed = children.find(({ child }) => child.pid === undefined || !running(child));
      if (failed === undefined) return undefined;
      const how = failed.child.signalCode ?? failed.child.exitCode ?? "could not be started";
      const log = readFileSync(join(folder, `${failed.name}.log`), "utf8")
        .trim()
        .split("\n")
        .slice(-15)
        .join("\n");
      return `${failed.name} stopped (${how}):\n${log}`;
    },
    async stop() {
      for (const { child } of children.toReversed()) await kill(child);
      if (!running(guard)) return;
      const gone = once(guard, "exit");
      guard.ref();
      guard.stdin?.end();
      await gone;
    },
  };
}
