import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Runs the command line as a person does. */
export function trueup(args: string[], input?: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", timeout: 60_000, ...(input && { input }) });
}
