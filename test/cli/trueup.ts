import { execFile, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Runs the command line as a person does. */
export function trueup(args: string[], input?: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", timeout: 60_000, ...(input && { input }) });
}

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The same beside a cluster that lives in this process. Standard output is no terminal. */
export function trueupAside(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...own } = process.env;
  return new Promise((resolve) => {
    const options = { env: { ...own, ...env }, timeout: 60_000, maxBuffer: 64 * 2 ** 20 };
    const child = execFile(process.execPath, [main, ...args], options, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}
