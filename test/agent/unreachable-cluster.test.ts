import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { config, configMap } from "./harness/manifests.ts";
import { prepareAgent } from "./harness/run-agent.ts";

test("an agent whose cluster cannot be reached says so, and can be stopped", async () => {
  const folder = mkdtempSync(join(tmpdir(), "trueup-unreachable-"));
  const kubeconfig = join(folder, "kubeconfig");
  // Port 9 is the discard service's: nothing listens there.
  const cluster = { server: "https://127.0.0.1:9", "insecure-skip-tls-verify": true };
  const content = {
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  writeFileSync(kubeconfig, JSON.stringify(content));
  const agent = await prepareAgent({ kubeconfig, repositoryId: 1 });
  try {
    const sha = agent.repository.commit({ ".trueup.yaml": config("far"), "state/a.json": configMap("a", {}) });
    await agent.start();
    agent.command({ type: "sync", id: "sync", repositoryId: 1, system: "far", sha });
    await expect
      .poll(() => agent.of("sync-result").at(-1), { timeout: 20_000 })
      .toMatchObject({ outcome: "failed", error: { kind: "fault", message: expect.stringContaining("cannot reach") } });
  } finally {
    await agent.close();
    rmSync(folder, { recursive: true });
  }
});
