import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rounded } from "../statistics.ts";

const files = 10_000;

/** `trueup validate` on 10,000 Deployments, start of the process included. */
export function validate(): object {
  const dir = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  try {
    const deployment = readFileSync(new URL("../../src/sandbox/seed/deployment.yaml", import.meta.url), "utf8");
    for (let n = 0; n < files; n++) {
      const folder = join(dir, String(n % 100));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${n}.yaml`), deployment.replaceAll(/name: nginx\b/g, `name: nginx-${n}`));
    }
    const began = performance.now();
    const main = new URL("../../src/main.ts", import.meta.url).pathname;
    const { status, stderr, stdout } = spawnSync(process.execPath, [main, "validate", dir], { encoding: "utf8" });
    if (status !== 0) throw new Error(`validate exited ${status}: ${stderr}${stdout.slice(0, 2000)}`);
    const seconds = (performance.now() - began) / 1000;
    return {
      measure: "validate",
      unit: "files/s",
      of: files,
      perSecond: Math.round(files / seconds),
      seconds: rounded(seconds),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
