import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Forge, startForge } from "../../src/sandbox/forge/start-forge.ts";

const dir = mkdtempSync(join(tmpdir(), "trueup-bot-process-"));
let forge: Forge;
beforeAll(async () => {
  forge = await startForge({ dir: join(dir, "forge") });
});
afterAll(async () => {
  await forge.stop();
  rmSync(dir, { recursive: true, force: true });
});

const main = new URL("../../src/main.ts", import.meta.url).pathname;

function startProcess(change: Record<string, string> = {}): ChildProcess {
  const { PATH } = process.env;
  return spawn(process.execPath, [main, "bot"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...(PATH === undefined ? {} : { PATH }),
      APP_ID: String(forge.app.id),
      PRIVATE_KEY: forge.app.privateKey,
      WEBHOOK_SECRET: forge.app.webhookSecret,
      GITHUB_API_URL: forge.apiUrl,
      TRUEUP_DATA_DIR: join(dir, "bot"),
      TRUEUP_AGENT_TOKENS: JSON.stringify({ prod: "t".repeat(64) }),
      PORT: "0",
      ...change,
    },
  });
}

/** The address in the log's line about listening. */
async function listening(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stdout!)) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url !== undefined) return url;
  }
  throw new Error("the bot ended before it listened");
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends it cleanly, and the next one goes on with its data",
  async (signal) => {
    const child = startProcess();
    const url = await listening(child);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    child.stdout?.resume();
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
  },
);

test("an environment that is wrong ends it with 2 and the reason on standard error", async () => {
  const child = startProcess({ WEBHOOK_SECRET: "" });
  const told = createInterface(child.stderr!)[Symbol.asyncIterator]();
  expect((await told.next()).value).toMatch(/cannot start with this environment/);
  expect(await once(child, "exit")).toEqual([2, null]);
});
