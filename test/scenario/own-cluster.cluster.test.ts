import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { checkout } from "../cli/plan/checkout.ts";
import { trueupAside } from "../cli/trueup.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { ownCluster } from "../harness/own-cluster.ts";
import { startSandboxProcess } from "../harness/sandbox-process.ts";

let server: ControlPlane;
let kubectl: ReturnType<typeof ownCluster>["kubectl"];
let sandbox: ReturnType<typeof ownCluster>["sandbox"];
let dump: ReturnType<typeof ownCluster>["dump"];
let dir: string;
beforeAll(async () => {
  server = await startControlPlane({ controllers: true });
  ({ kubectl, sandbox, dump } = ownCluster(server));
});
afterAll(() => server?.stop());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "trueup-own-"));
  return () => rmSync(dir, { recursive: true, force: true });
});

test("the tour on a cluster of one's own leaves it as it was", async () => {
  await kubectl("create", "namespace", "somebodys");
  await kubectl("create", "configmap", "theirs", "--namespace", "somebodys");
  const before = await dump();
  const { code, said } = await sandbox("--tour");
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).toMatch(/Namespace trueup-demo, and everything in it/);
  expect(said).toMatch(/CustomResourceDefinition shapes\.demo\.trueup\.dev/);
  expect(said).toContain("cannot be pulled");
  expect(await dump()).toEqual(before);
});

test("a namespace that somebody has is not moved into unasked, and nothing is made", async () => {
  await kubectl("create", "namespace", "trueup-demo");
  const before = await dump();
  const { code, said } = await sandbox("--dir", dir);
  expect(code).toBe(2);
  expect(said).toMatch(/has already: Namespace trueup-demo.*--namespace/);
  expect(await dump()).toEqual(before);
  await kubectl("delete", "namespace", "trueup-demo");
});

test("an object that is there already is not taken over, but named", async () => {
  await kubectl("create", "namespace", "shared");
  await kubectl("create", "deployment", "nginx", "--image", "theirs:1", "--namespace", "shared");
  const { code, said } = await sandbox("--dir", dir, "--namespace", "shared");
  expect(code).toBe(2);
  expect(said).toMatch(/has already: Deployment shared\/nginx/);
  await kubectl("delete", "namespace", "shared");
});

test("in a namespace that was there before, only the story's own objects go when it is cleaned up", async () => {
  await kubectl("create", "namespace", "lent");
  await kubectl("create", "configmap", "kept", "--namespace", "lent");
  const before = await dump();
  const own = ["--kubeconfig", server.kubeconfig, "--namespace", "lent"];
  const running = await startSandboxProcess(dir, own);
  await expect
    .poll(
      () => kubectl("get", "deployment", "nginx", "--namespace", "lent", "-o", "jsonpath={.status.readyReplicas}"),
      {
        timeout: 60_000,
      },
    )
    .toBe("3");
  const mona = checkout(running.info.clone);
  const { status, stdout, stderr } = await trueupAside(["plan", mona.dir, "--base", "main", ...own.slice(0, 2)]);
  mona.dispose();
  // Of what a sandbox made under its mark, from its own branch, nothing is to be changed.
  expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: "", stdout: expect.stringMatching(/nothing/i) });
  await running.end("SIGTERM");
  expect(await dump()).not.toEqual(before);
  const { code } = await sandbox("--dir", dir, "--namespace", "lent", "--clean-up");
  expect(code).toBe(0);
  // What the controllers make of what is gone goes a little later.
  await expect.poll(dump, { timeout: 60_000 }).toEqual(before);
});

test("a context that the kubeconfig does not have is named with those that it has", async () => {
  const { code, said } = await sandbox("--dir", dir, "--context", "nowhere");
  expect({ code, said }).toMatchObject({ code: 2, said: expect.stringMatching(/no context "nowhere".*\breal\b/s) });
});

test("a file that is no kubeconfig, and an API server that does not answer, are told as such", async () => {
  const file = join(dir, "kubeconfig");
  writeFileSync(file, "nonsense: [");
  const broken = await sandbox("--dir", dir, "--kubeconfig", file);
  expect(broken).toMatchObject({ code: 2, said: expect.stringContaining("cannot be read as a kubeconfig") });
  const away = (await kubectl("config", "view", "--raw", "-o", "json")).replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1");
  writeFileSync(file, away);
  const silent = await sandbox("--dir", dir, "--kubeconfig", file);
  expect(silent).toMatchObject({ code: 2, said: expect.stringContaining("cannot be reached") });
});
