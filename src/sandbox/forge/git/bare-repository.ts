import { existsSync, mkdirSync } from "node:fs";
import { gitProgram } from "./git-program.ts";

/** A push may be this large, in bytes. */
export const largestPush = 512 * 1024 * 1024;

/** Makes the bare repository when it is not there yet. */
export async function createBareRepository(dir: string, defaultBranch: string): Promise<void> {
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const git = gitProgram(dir);
  await git.run(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`]);
  const settings: [string, string][] = [
    ["http.receivepack", "true"],
    ["uploadpack.allowAnySHA1InWant", "true"],
    ["uploadpack.allowFilter", "true"],
    // Pull requests' refs belong to the forge: everyone may fetch them, nobody may push them.
    ["receive.hideRefs", "refs/pull"],
    ["receive.fsckObjects", "true"],
    ["receive.maxInputSize", String(largestPush)],
    ["core.fsync", "none"],
    ["gc.auto", "0"],
    ["receive.autogc", "false"],
  ];
  for (const [name, value] of settings) await git.run(["config", name, value]);
}
