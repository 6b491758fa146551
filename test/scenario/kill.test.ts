import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administrator } from "../../src/sandbox/story/administrator.ts";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { edit } from "../harness/sandbox.ts";
import { type SandboxProcess, startSandboxProcess } from "../harness/sandbox-process.ts";
import { startTestCluster, type TestCluster } from "../harness/test-cluster.ts";

let dir: string;
let own: TestCluster | undefined;
let sandbox: SandboxProcess;
const start = () => startSandboxProcess(dir, own ? ["--kubeconfig", own.kubeconfig, "--namespace", "demo"] : []);
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "trueup-kill-"));
  own = await startTestCluster();
  sandbox = await start();
  await waitFor("nginx runs", nginx, (found) => found?.ready === 3);
});
afterAll(async () => {
  await sandbox?.end("SIGKILL");
  await own?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const nginx = () => administrator(sandbox.kube, "demo").deployment("nginx");
const ownComments = async (number: number) =>
  (await sandbox.github<{ body: string; user: { type: string } }[]>(`/issues/${number}/comments`))?.filter(
    ({ user }) => user.type === "Bot",
  ) ?? [];

async function proposeReplicas(branch: string, replicas: number): Promise<number> {
  await sandbox.contributor.branch(branch);
  await edit(sandbox.github, branch, {
    "deployment.yaml": (text) => text.replace(/replicas: \d+/, `replicas: ${replicas}`),
  });
  return sandbox.contributor.openPullRequest(branch, branch);
}

// How long after the trigger the process is killed: before, in and after the work.
test.each([0, 20, 60, 150, 400])(
  "killed %i ms into a plan, it is planned after the next start, in one comment",
  async (delay) => {
    const number = await proposeReplicas(`plan-${delay}`, 20 + delay);
    await sleep(delay);
    await sandbox.end("SIGKILL");
    sandbox = await start();
    await waitFor(
      "it is planned",
      () => sandbox.contributor.comment(number),
      (text) => text?.includes(`\`${20 + delay}\``),
    );
    await waitFor(
      "the check is green",
      () => sandbox.contributor.check(number),
      (check) => check === "success",
    );
    expect(await ownComments(number)).toHaveLength(1);
    await sandbox.github(`/pulls/${number}`, { method: "PATCH", body: { state: "closed" } });
  },
);

test.each([0, 30, 100, 300])(
  "killed %i ms into a sync, it is finished after the next start, and told once",
  async (delay) => {
    const replicas = ((await nginx())?.ready ?? 3) === 4 ? 2 : 4;
    const number = await proposeReplicas(`sync-${delay}`, replicas);
    await waitFor(
      "it is planned",
      () => sandbox.contributor.check(number),
      (check) => check === "success",
    );
    await sandbox.contributor.merge(number);
    await sleep(delay);
    await sandbox.end("SIGKILL");
    sandbox = await start();
    await waitFor("it is live", nginx, (found) => found?.ready === replicas);
    await waitFor(
      "it is told",
      () => sandbox.contributor.comment(number),
      (text) => text?.includes("deployed"),
    );
    await waitFor(
      "the Deployment succeeded",
      () => sandbox.contributor.deploymentState(),
      (state) => state === "success",
    );
    expect(await ownComments(number)).toHaveLength(1);
    const deployments = await sandbox.github<{ sha: string }[]>("/deployments");
    const shas = deployments?.map(({ sha }) => sha) ?? [];
    expect(new Set(shas).size).toBe(shas.length);
  },
);
