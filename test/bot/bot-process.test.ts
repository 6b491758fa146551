import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Forge, startForge } from "../../src/sandbox/forge/start-forge.ts";
import { unknownDeliveries } from "../../src/store/deliveries.ts";
import { openStore } from "../../src/store/open-store.ts";

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

test("killed right after it answered 2xx, it has stored what it was told", async () => {
  const child = startProcess({ TRUEUP_DATA_DIR: join(dir, "killed") });
  const url = await listening(child);
  child.stdout?.resume();
  const body = JSON.stringify({ ref: "refs/heads/killed", repository: { id: 4711 }, installation: { id: 1 } });
  const signature = createHmac("sha256", forge.app.webhookSecret).update(body).digest("hex");
  const headers = {
    "x-github-event": "push",
    "x-github-delivery": "guid-of-the-last-one",
    "x-hub-signature-256": `sha256=${signature}`,
  };
  const answer = await fetch(`${url}/api/github/webhooks`, { method: "POST", body, headers });
  child.kill("SIGKILL");
  expect(answer.status).toBe(200);
  await once(child, "exit");
  const store = await openStore({ dir: join(dir, "killed", "store") });
  expect(await unknownDeliveries(store.db, ["guid-of-the-last-one"])).toEqual([]);
  await store.close();
}, 60_000);

test("an environment that is wrong ends it with 2 and the reason on standard error", async () => {
  const child = startProcess({ WEBHOOK_SECRET: "" });
  const told = createInterface(child.stderr!)[Symbol.asyncIterator]();
  expect((await told.next()).value).toMatch(/cannot start with this environment/);
  expect(await once(child, "exit")).toEqual([2, null]);
});
