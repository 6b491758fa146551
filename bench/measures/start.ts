import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rounded } from "../statistics.ts";

/** From the start of `trueup sandbox` on an empty folder, and again on the same one, to `sandbox.json`. */
export async function start(): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  try {
    const first = await once(dir);
    const again = await once(dir);
    return { measure: "sandbox start → ready", unit: "s", first, again };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function once(dir: string): Promise<number> {
  const began = performance.now();
  const main = new URL("../../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "sandbox", "--dir", dir], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  try {
    while (!existsSync(join(dir, "sandbox.json"))) {
      if (child.exitCode !== null) throw new Error(`the sandbox exited ${child.exitCode}`);
      await sleep(10);
    }
    return rounded((performance.now() - began) / 1000);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}
