import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";
import { kubeconformProgram, writeKubeconformSchemas } from "../../test/agreement/kubeconform.ts";
import { rounded } from "../statistics.ts";

const files = 10_000;
const rounds = 3;

/**
 * `trueup validate` on 10,000 Deployments, and kubeconform on the same files by the same schemas: both strict, both offline, each
 * from the start of its process to its end, in turns; the best of three counts, as what else runs here only ever slows one down.
 * kubeconform runs with the number of workers that is best for it here.
 */
export function validate(): object {
  const dir = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  try {
    const manifests = join(dir, "manifests");
    const deployment = readFileSync(new URL("../../src/sandbox/seed/deployment.yaml", import.meta.url), "utf8");
    for (let n = 0; n < files; n++) {
      const folder = join(manifests, String(n % 100));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${n}.yaml`), deployment.replaceAll(/name: nginx\b/g, `name: nginx-${n}`));
    }
    const main = new URL("../../src/main.ts", import.meta.url).pathname;
    const ours = () => secondsOf(process.execPath, [main, "validate", manifests]);
    const program = kubeconformProgram();
    const workers = [...new Set([1, availableParallelism(), 2 * availableParallelism(), 4 * availableParallelism()])];
    const location = program && writeKubeconformSchemas(join(dir, "schemas"), loadKubernetesSchemas(), []);
    const theirs = (count: number) =>
      secondsOf(program!, ["-strict", "-n", String(count), "-schema-location", location!, manifests]);

    const own: number[] = [];
    const others = new Map<number, number[]>();
    for (let round = 0; round < rounds; round++) {
      own.push(ours());
      if (program === undefined) continue;
      for (const count of workers) others.set(count, [...(others.get(count) ?? []), theirs(count)]);
    }
    const seconds = Math.min(...own);
    const result = { measure: "validate", unit: "files/s", of: files, ...pace(seconds) };
    if (program === undefined) return { ...result, kubeconform: "not built (scripts/build-kubeconform.sh)" };
    const [best, taken] = [...others]
      .map(([count, samples]): [number, number] => [count, Math.min(...samples)])
      .sort(([, one], [, other]) => one - other)[0]!;
    return { ...result, kubeconform: { ...pace(taken), workers: best }, ratio: rounded(taken / seconds), goal: 2 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function pace(seconds: number) {
  return { perSecond: Math.round(files / seconds), seconds: Math.round(seconds * 100) / 100 };
}

function secondsOf(program: string, args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${program} exited ${status}: ${stderr}${stdout.slice(0, 2000)}`);
  return (performance.now() - began) / 1000;
}
