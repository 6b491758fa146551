import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { loadKubeAccess } from "../../src/kube/kube-access.ts";
import type { KubeconfigPlace } from "../../src/kube/load-kubeconfig.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { apiRequest } from "../harness/control-plane/api-request.ts";
import { tokenOf } from "../harness/control-plane/service-account.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { type Authority, makeAuthority } from "./https-api.ts";

let plane: ControlPlane;
let authority: Authority;
let folder: string;
let token: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trueup-authentication-"));
  authority = await makeAuthority("clients");
  plane = await startControlPlane({
    controllers: false,
    apiServerFlags: [`--client-ca-file=${file("clients.crt", authority.ca)}`],
  });
  const path = "/api/v1/namespaces/default/serviceaccounts";
  const made = await apiRequest(plane, path, {
    method: "POST",
    body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "agent" } },
  });
  expect(made.status).toBe(201);
  token = await tokenOf(plane, "default", "agent");
});
afterAll(async () => {
  await plane?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const kubeconfig = (name: string, user: object) =>
  file(
    name,
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: plane.url, "certificate-authority": plane.caFile } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
  );

/** Who we are, by the API server's own word. */
async function whoAmI(place: KubeconfigPlace): Promise<string> {
  const transport = openTransport(await loadKubeAccess(place));
  onTestFinished(() => transport.close());
  const { status } = (await transport.request({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  })) as { status: { userInfo: { username: string } } };
  return status.userInfo.username;
}

const agent = "system:serviceaccount:default:agent";

test("in a pod: by the service account's files alone", async () => {
  const mount = "pod/var/run/secrets/kubernetes.io/serviceaccount";
  file(`${mount}/token`, token);
  file(`${mount}/ca.crt`, plane.ca);
  file(`${mount}/namespace`, "default");
  const { hostname, port } = new URL(plane.url);
  const before = { ...process.env };
  Object.assign(process.env, { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port });
  onTestFinished(() => {
    process.env = before;
  });
  const place = { root: join(folder, "pod"), env: { HOME: folder, KUBERNETES_SERVICE_HOST: hostname } };
  expect(await whoAmI(place)).toBe(agent);
  expect((await loadKubeAccess(place)).namespace).toBe("default");
});

test("with a client certificate", async () => {
  const { cert, key } = await authority.sign("deployer");
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const inline = { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
  expect(await whoAmI({ kubeconfig: kubeconfig("inline", inline) })).toBe("deployer");
  file("deployer.crt", cert);
  file("deployer.key", key);
  const files = { "client-certificate": "deployer.crt", "client-key": "deployer.key" };
  expect(await whoAmI({ kubeconfig: kubeconfig("files", files) })).toBe("deployer");
});

test("with a token, in the kubeconfig or in a file", async () => {
  expect(await whoAmI({ kubeconfig: kubeconfig("token", { token }) })).toBe(agent);
  file("the-token", `${token}\n`);
  expect(await whoAmI({ kubeconfig: kubeconfig("tokenFile", { tokenFile: "the-token" }) })).toBe(agent);
});

test("with an exec plugin that answers with a token, or with a client certificate", async () => {
  const plugin = (name: string, status: object) => {
    const answer = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
    chmodSync(file(name, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`), 0o755);
    return { exec: { apiVersion: answer.apiVersion, command: `./${name}`, interactiveMode: "Never" } };
  };
  expect(await whoAmI({ kubeconfig: kubeconfig("exec-token", plugin("token.sh", { token })) })).toBe(agent);
  const { cert, key } = await authority.sign("plugged-in");
  const certificate = plugin("certificate.sh", { clientCertificateData: cert, clientKeyData: key });
  expect(await whoAmI({ kubeconfig: kubeconfig("exec-certificate", certificate) })).toBe("plugged-in");
});
