import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiAccess, apiRequest } from "./control-plane/api-request.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";

describe("with controllers", () => {
  let server: ControlPlane;
  beforeAll(async () => {
    server = await startControlPlane({ controllers: true });
  });
  afterAll(() => server?.stop());

  test("a deployment comes alive", async () => {
    await deploy(server, "good", "nginx:1.27");
    await eventually(async () => {
      const { status } = (await get(server, "good")) as { status: { readyReplicas?: number } };
      return status.readyReplicas === 2;
    });
  });

  test("a pod with an image under .invalid ends in ImagePullBackOff, and stays there", async () => {
    await deploy(server, "bad", "registry.invalid/web:1");
    const path = "/api/v1/namespaces/default/pods?labelSelector=app%3Dbad";
    const reasons = async () => {
      const pods = (await apiRequest(server, path)).json() as Pods;
      return pods.items.flatMap(
        ({ status }) => status.containerStatuses?.map(({ state }) => state.waiting?.reason) ?? [],
      );
    };
    await eventually(async () => (await reasons()).length === 2);
    expect(await reasons()).toEqual(["ImagePullBackOff", "ImagePullBackOff"]);
    const { status } = (await get(server, "bad")) as { status: { readyReplicas?: number } };
    expect(status.readyReplicas).toBeUndefined();
  });
});

test("kill -9 of the test run leaves no control plane behind: no server, no process, no folder", async () => {
  const starter = `
    const { startControlPlane } = await import(${JSON.stringify(new URL("control-plane.ts", import.meta.url).href)});
    const { url, ca, token, caFile } = await startControlPlane({ controllers: true });
    process.stdout.write(JSON.stringify({ url, ca, token, caFile }) + "\\n");
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", starter], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  const access = JSON.parse(text) as ApiAccess & { caFile: string };
  expect((await apiRequest(access, "/readyz")).status).toBe(200);
  const folder = dirname(dirname(access.caFile));
  const processes = () =>
    execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(folder));
  // etcd, API server, controller manager, scheduler, kwok, and who waits to end them.
  expect(processes()).toHaveLength(6);

  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  await eventually(async () =>
    apiRequest(access, "/readyz").then(
      () => false,
      () => true,
    ),
  );
  await eventually(async () => processes().length === 0 && !existsSync(folder));
});

test("the API server alone can be killed and started again, with all that was in it", async () => {
  const plane = await startControlPlane({ controllers: false, apiServerFlags: ["--emulated-version=1.36"] });
  try {
    const path = "/api/v1/namespaces/default/configmaps";
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept" } };
    expect((await apiRequest(plane, path, { method: "POST", body })).status).toBe(201);
    await plane.apiServer.kill();
    await expect(apiRequest(plane, `${path}/kept`)).rejects.toThrow();
    await plane.apiServer.start();
    expect((await apiRequest(plane, `${path}/kept`)).status).toBe(200);
    expect((await apiRequest(plane, "/version")).json()).toMatchObject({ emulationMinor: "36" });
  } finally {
    await plane.stop();
  }
});

interface Pods {
  items: { status: { containerStatuses?: { state: { waiting?: { reason: string } } }[] } }[];
}

async function deploy(server: ControlPlane, name: string, image: string): Promise<void> {
  const labels = { app: name };
  const answer = await apiRequest(server, "/apis/apps/v1/namespaces/default/deployments", {
    method: "POST",
    body: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "web", image }] } },
      },
    },
  });
  expect(answer.status).toBe(201);
}

async function get(server: ControlPlane, name: string): Promise<unknown> {
  return (await apiRequest(server, `/apis/apps/v1/namespaces/default/deployments/${name}`)).json();
}

async function eventually(done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error("not within a minute");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
