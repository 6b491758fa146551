import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { kubeconfigWith, tokenOf } from "../harness/control-plane/service-account.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { ownCluster } from "../harness/own-cluster.ts";
import { edit } from "../harness/sandbox.ts";
import { startSandboxProcess } from "../harness/sandbox-process.ts";

let server: ControlPlane;
let own: ReturnType<typeof ownCluster>;
let before: string[];
let dir: string;
beforeAll(async () => {
  server = await startControlPlane({ controllers: true });
  own = ownCluster(server);
});
afterAll(() => server?.stop());
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "trueup-own-"));
  before = await own.dump();
  return () => rmSync(dir, { recursive: true, force: true });
});

const patience = { timeout: 90_000, interval: 250 };
async function start(...args: string[]) {
  const running = await startSandboxProcess(dir, ["--kubeconfig", server.kubeconfig, ...args]);
  onTestFinished(() => running.end("SIGKILL"));
  return running;
}
const nginx = (namespace: string) => () =>
  own.kubectl("get", "deployment", "nginx", "--namespace", namespace, "-o", "jsonpath={.status.readyReplicas}");
const cleanUp = (...args: string[]) => own.sandbox("--dir", dir, "--clean-up", ...args);
const precious = (namespace: string) =>
  own.kubectl("get", "configmap", "precious", "--namespace", namespace, "-o", "jsonpath={.data.mine}");
async function makePrecious(namespace: string): Promise<void> {
  await own.kubectl("create", "namespace", namespace);
  await own.kubectl("create", "configmap", "precious", "--namespace", namespace, "--from-literal=mine=yes");
}
/** What the controllers make of what is gone goes a little later. */
const asBefore = () => expect.poll(own.dump, patience).toEqual(before);

test("a namespace that somebody makes after a start that failed is not the sandbox's to delete", async () => {
  await own.kubectl("create", "serviceaccount", "reader", "--namespace", "default");
  await own.kubectl("create", "clusterrolebinding", "reader", "--clusterrole=view", "--serviceaccount=default:reader");
  await own.kubectl("create", "clusterrole", "looks", "--verb=get,list", "--resource=namespaces,crds");
  await own.kubectl("create", "clusterrolebinding", "looks", "--clusterrole=looks", "--serviceaccount=default:reader");
  const reader = kubeconfigWith(server, await tokenOf(server, "default", "reader"), dir);
  const { code, said } = await own.sandbox("--dir", dir, "--kubeconfig", reader);
  expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining("namespaces") });
  await makePrecious("trueup-demo");
  await cleanUp();
  expect(await precious("trueup-demo")).toBe("yes");
  await own.kubectl("delete", "namespace", "trueup-demo");
});

test.each(["to take it away again", "starting the bot", "starting the agent"])(
  "killed when it says %j, it is taken away wholly by --clean-up",
  async (words) => {
    await own.sandboxKilledAt(words, "--dir", dir);
    expect(await cleanUp()).toMatchObject({ code: 0 });
    await asBefore();
  },
);

test("what a killed sandbox left is named at once, with the command that takes it away", async () => {
  const running = await start();
  await expect.poll(nginx("trueup-demo"), patience).toBe("3");
  await running.end("SIGKILL");
  const other = mkdtempSync(join(tmpdir(), "trueup-own-other-"));
  const { code, said } = await own.sandbox("--dir", other);
  rmSync(other, { recursive: true, force: true });
  expect({ code, said }).toMatchObject({ code: 2, said: expect.stringMatching(/Namespace trueup-demo, .*shapes/) });
  expect(said).toContain(`--dir ${dir} --clean-up`);
  expect(await cleanUp()).toMatchObject({ code: 0 });
  await asBefore();
});

test("of two that start at the same moment one is refused, and takes nothing of the other's away", async () => {
  const other = mkdtempSync(join(tmpdir(), "trueup-own-other-"));
  const folders = [dir, other];
  const both = await Promise.allSettled(folders.map((folder) => own.sandboxKilledAt("ready after", "--dir", folder)));
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const [winner, loser] = both[0]!.status === "fulfilled" ? folders : folders.reverse();
  await own.sandbox("--dir", loser!, "--clean-up");
  await own.kubectl("get", "namespace", "trueup-demo");
  await own.sandbox("--dir", winner!, "--clean-up");
  rmSync(other, { recursive: true, force: true });
  await asBefore();
});

test("what somebody makes in the place of what the sandbox had is neither taken over nor deleted", async () => {
  const running = await start();
  await expect.poll(nginx("trueup-demo"), patience).toBe("3");
  await running.end("SIGTERM");
  await own.kubectl("delete", "namespace", "trueup-demo");
  await makePrecious("trueup-demo");
  await own.kubectl("create", "deployment", "nginx", "--image", "theirs:1", "--namespace", "trueup-demo");
  const again = await start();
  // The agent has looked at everything once what can be made again is there.
  await expect
    .poll(() => own.kubectl("get", "service", "--namespace", "trueup-demo", "-o", "name"), patience)
    .toMatch(/nginx/);
  await again.end("SIGTERM");
  expect(await cleanUp()).toMatchObject({ code: 0 });
  const image = "jsonpath={.spec.template.spec.containers[0].image}";
  expect(await own.kubectl("get", "deployment", "nginx", "--namespace", "trueup-demo", "-o", image)).toBe("theirs:1");
  expect(await precious("trueup-demo")).toBe("yes");
  await own.kubectl("delete", "namespace", "trueup-demo");
  await asBefore();
});

test("what is merged later takes nothing over either, and a namespace made for it goes with the rest", async () => {
  await makePrecious("lent");
  before = await own.dump();
  const configMap = (name: string) =>
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { mine: "no" } });
  const from = join(dir, "from");
  mkdirSync(join(from, "one"), { recursive: true });
  writeFileSync(join(from, "one/first.yaml"), configMap("first"));
  writeFileSync(join(from, ".trueup.yaml"), "systems:\n  one: {cluster: sandbox, path: one, namespace: lent}\n");
  const namesIn = (namespace: string) => own.kubectl("get", "configmaps", "--namespace", namespace, "-o", "name");
  const running = await start("--from", from, "--namespace", "lent");
  await expect.poll(() => namesIn("lent"), patience).toContain("first");
  await running.contributor.branch("take");
  await edit(running.github, "take", {
    "one/precious.yaml": configMap("precious"),
    "two/settings.yaml": configMap("settings"),
    ".trueup.yaml": (text) => `${text}  two: {cluster: sandbox, path: two, namespace: later}\n`,
  });
  const number = await running.contributor.openPullRequest("take", "take");
  await expect.poll(() => running.contributor.comment(number), patience).toContain("nothing is taken over here");
  await running.contributor.merge(number);
  await expect.poll(() => namesIn("later"), patience).toContain("settings");
  await expect.poll(() => running.contributor.comment(number), patience).toContain("**held**");
  await running.end("SIGTERM");
  expect(await cleanUp()).toMatchObject({ code: 0 });
  expect(await precious("lent")).toBe("yes");
  await asBefore();
  await own.kubectl("delete", "namespace", "lent");
});

test("a definition stays as long as somebody else has objects of it, and --clean-up says so", async () => {
  await own.kubectl("create", "namespace", "team");
  before = await own.dump();
  const running = await start();
  await expect.poll(nginx("trueup-demo"), patience).toBe("3");
  const star = await running.kubernetes<{ spec: object }>(
    "/apis/demo.trueup.dev/v1/namespaces/trueup-demo/shapes/star",
  );
  const theirs = { apiVersion: "demo.trueup.dev/v1", kind: "Shape", metadata: { name: "theirs", namespace: "team" } };
  await running.kube.create({ ...theirs, spec: star!.spec } as never);
  await running.end("SIGTERM");
  const { code, said } = await cleanUp();
  expect({ code, said }).toMatchObject({ said: expect.stringMatching(/shapes\.demo.* stays: Shape team\/theirs/) });
  expect(code).not.toBe(0);
  await own.kubectl("delete", "shape", "theirs", "--namespace", "team");
  expect(await cleanUp()).toMatchObject({ code: 0 });
  await asBefore();
  await own.kubectl("delete", "namespace", "team");
});

test("a folder whose cluster was made anew at the same address is refused, and nothing there is touched", async () => {
  await own.sandboxKilledAt("ready after", "--dir", dir);
  const file = join(dir, "remembered.json");
  const remembered = readFileSync(file, "utf8");
  const parsed = JSON.parse(remembered);
  writeFileSync(file, JSON.stringify({ ...parsed, own: { ...parsed.own, cluster: "of-a-cluster-that-is-gone" } }));
  const there = await own.dump();
  for (const args of [[], ["--clean-up"]]) {
    const { code, said } = await own.sandbox("--dir", dir, ...args);
    expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining("lives on another cluster") });
  }
  expect(await own.kubectl("get", "namespace", "-o", "name")).toContain("trueup-demo");
  expect(there.length).toBeGreaterThan(before.length);
  writeFileSync(file, remembered);
  expect(await cleanUp()).toMatchObject({ code: 0 });
  await asBefore();
});

test("a clean-up on a folder that made nothing makes nothing", async () => {
  const nowhere = join(dir, "nowhere");
  const { code, said } = await own.sandbox("--dir", nowhere, "--clean-up");
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining("has made nothing") });
  expect(() => readFileSync(join(nowhere, "remembered.json"))).toThrow("ENOENT");
  await asBefore();
});
