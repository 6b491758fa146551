import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { loadKubeAccess } from "../../src/kube/kube-access.ts";
import { createKubeClient } from "../../src/kube/kube-client.ts";
import type { KubeconfigPlace } from "../../src/kube/load-kubeconfig.ts";
import { openTransport, type Transport } from "../../src/kube/transport.ts";
import { type Authority, type HttpsApi, makeAuthority, startHttpsApi } from "./https-api.ts";

let authority: Authority;
let api: HttpsApi;
let folder: string;
beforeAll(async () => {
  authority = await makeAuthority("the cluster's authority");
});
beforeEach(async () => {
  api = await startHttpsApi(authority);
  folder = mkdtempSync(join(tmpdir(), "trueup-credentials-"));
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface RawUser {
  [field: string]: unknown;
}
const kubeconfig = (user: RawUser, ca = authority.ca) =>
  file(
    "kubeconfig",
    JSON.stringify({
      clusters: [
        {
          name: "c",
          cluster: { server: api.url, "certificate-authority-data": Buffer.from(ca).toString("base64") },
        },
      ],
      users: [{ name: "deployer", user }],
      contexts: [{ name: "x", context: { cluster: "c", user: "deployer", namespace: "shop" } }],
      "current-context": "x",
    }),
  );

async function open(place: KubeconfigPlace): Promise<Transport & { get(): Promise<unknown> }> {
  const transport = openTransport(await loadKubeAccess(place), { pause: async () => undefined });
  onTestFinished(() => transport.close());
  return { ...transport, get: () => transport.request({ method: "GET", path: "/api/v1/configmaps" }) };
}

const accepts =
  (...tokens: string[]) =>
  ({ token }: { token: string | undefined }) =>
    tokens.includes(token ?? "");

const mount = "var/run/secrets/kubernetes.io/serviceaccount";
async function pod(token: string) {
  file(`${mount}/token`, token);
  file(`${mount}/ca.crt`, authority.ca);
  file(`${mount}/namespace`, "trueup-system\n");
  const { hostname, port } = new URL(api.url);
  // client-node reads where the API is from the process alone.
  const before = { ...process.env };
  Object.assign(process.env, { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port });
  onTestFinished(() => {
    process.env = before;
  });
  return { root: folder, env: { HOME: folder, KUBERNETES_SERVICE_HOST: hostname } };
}

test("in a pod the service account's files are enough, and a token that was rotated on disk is picked up at the first 401", async () => {
  const place = await pod("first");
  expect((await loadKubeAccess(place)).namespace).toBe("trueup-system");
  const transport = await open(place);
  api.admits = accepts("first");
  await transport.get();
  file(`${mount}/token`, "second");
  api.admits = accepts("second");
  await transport.get();
  expect(api.callers.map(({ token }) => token)).toEqual(["first", "first", "second"]);
});

test("a CA that was rotated on disk is picked up when the old one no longer fits", async () => {
  const place = await pod("first");
  const transport = await open(place);
  await transport.get();
  const next = await makeAuthority("the next authority");
  await api.showCertificateOf(next);
  await expect(transport.get()).rejects.toThrow(`the CA that is used (${folder}/${mount}/ca.crt)`);
  file(`${mount}/ca.crt`, next.ca);
  await transport.get();
});

test("a wrong CA is told with the place it comes from, and not asked five times", async () => {
  const other = await makeAuthority("another authority");
  const transport = await open({ kubeconfig: kubeconfig({ token: "t" }, other.ca) });
  await expect(transport.get()).rejects.toMatchObject({
    name: "KubeUntrusted",
    message: expect.stringContaining(`certificate-authority-data of cluster c in ${folder}/kubeconfig`),
  });
  expect(api.callers).toEqual([]);
});

test("a token that stays refused fails after one more look, with the user and the file it is of", async () => {
  const transport = await open({ kubeconfig: kubeconfig({ token: "revoked" }) });
  api.admits = () => false;
  await expect(transport.get()).rejects.toMatchObject({
    status: 401,
    message: `the API server does not accept the credentials of user deployer of ${folder}/kubeconfig: Unauthorized`,
  });
  expect(api.callers).toHaveLength(2);
});

test("a kubeconfig that was written anew counts at the first 401, for watches too", async () => {
  const transport = await open({ kubeconfig: kubeconfig({ token: "old" }) });
  api.admits = accepts("new");
  kubeconfig({ token: "new" });
  const body = await transport.stream({ method: "GET", path: "/api/v1/configmaps?watch=true" });
  for await (const chunk of body) expect(String(chunk)).toBe("{}");
  expect(api.callers.map(({ token }) => token)).toEqual(["old", "new"]);
});

test("tokenFile is read from the kubeconfig's folder, goes before token, and may end in a line break", async () => {
  file("secrets/token", "of-the-file\n");
  const transport = await open({ kubeconfig: kubeconfig({ token: "of-the-text", tokenFile: "secrets/token" }) });
  await transport.get();
  expect(api.callers).toMatchObject([{ token: "of-the-file" }]);
});

test("a client certificate that was renewed on disk is shown on new connections", async () => {
  const write = async (name: string) => {
    const { cert, key } = await authority.sign(name);
    file("client.crt", cert);
    file("client.key", key);
  };
  await write("first");
  const user = { "client-certificate": "client.crt", "client-key": "client.key" };
  const transport = await open({ kubeconfig: kubeconfig(user) });
  api.admits = ({ client }) => client === "first";
  await transport.get();
  await write("second");
  api.admits = ({ client }) => client === "second";
  await transport.get();
  expect(api.callers.map(({ client }) => client)).toEqual(["first", "first", "second"]);
});

/** A plugin that counts its runs and answers with the token in a file beside it. */
function plugin(expirationTimestamp?: string) {
  const status = `{"token":"'"$(cat ${folder}/answer)"'"${expirationTimestamp === undefined ? "" : `,"expirationTimestamp":"${expirationTimestamp}"`}}`;
  const script = `#!/bin/sh\nset -e\ntest -n "$KUBERNETES_EXEC_INFO"\necho "$1 $CLUSTER" >> ${folder}/runs\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":${status}}'\n`;
  chmodSync(file("plugin.sh", script), 0o755);
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "./plugin.sh",
    args: ["get-token"],
    env: [{ name: "CLUSTER", value: "prod" }],
    interactiveMode: "Never",
  };
  const runs = () => (existsSync(`${folder}/runs`) ? readFileSync(`${folder}/runs`, "utf8").trim().split("\n") : []);
  return { exec, runs };
}

test("an exec plugin is run once for many requests, and once more when its token is refused before it runs out", async () => {
  const { exec, runs } = plugin("2999-01-01T00:00:00Z");
  file("answer", "first");
  const transport = await open({ kubeconfig: kubeconfig({ exec }) });
  await Promise.all([transport.get(), transport.get(), transport.get()]);
  expect(runs()).toEqual(["get-token prod"]);
  file("answer", "second");
  api.admits = accepts("second");
  await Promise.all([transport.get(), transport.get(), transport.get()]);
  expect(runs()).toHaveLength(2);
});

test("a plugin that fails is told by its own words, and the next request tries it again", async () => {
  const { exec } = plugin();
  file("answer", "first");
  const transport = await open({ kubeconfig: kubeconfig({ exec }) });
  api.admits = accepts("second");
  chmodSync(file("plugin.sh", "#!/bin/sh\necho 'the session has ended, log in again' >&2\nexit 1\n"), 0o755);
  await expect(transport.get()).rejects.toMatchObject({
    name: "CredentialsUnusable",
    message: expect.stringContaining("the session has ended, log in again"),
  });
  plugin();
  file("answer", "second");
  await transport.get();
});

test("a plugin that fails at once and says nothing is named", async () => {
  const user = { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "false", interactiveMode: "Never" } };
  await expect(loadKubeAccess({ kubeconfig: kubeconfig(user) })).rejects.toMatchObject({
    name: "CredentialsUnusable",
    message: expect.stringMatching(/kubeconfig cannot be loaded: its plugin false failed and said nothing/),
  });
});

test.each([
  [
    "is not there",
    { command: "no-such-plugin", installHint: "get it from the platform team" },
    /no-such-plugin is not there; get it from/,
  ],
  ["answers no JSON", { command: "echo", args: ["hello"] }, /echo answers with something else than JSON/],
  ["wants a terminal", { command: "cat", interactiveMode: "Always" }, /cat wants a terminal/],
])("a plugin that %s is named, with what is wrong", async (_, exec, words) => {
  const user = { exec: { apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never", ...exec } };
  await expect(loadKubeAccess({ kubeconfig: kubeconfig(user) })).rejects.toMatchObject({
    name: "CredentialsUnusable",
    message: expect.stringMatching(words),
  });
});

/** A kubeconfig whose cluster has more to it. */
function kubeconfigOf(cluster: object): string {
  const path = kubeconfig({ token: "t" });
  const config = JSON.parse(readFileSync(path, "utf8"));
  Object.assign(config.clusters[0].cluster, cluster);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

test("a cluster behind a proxy is reached through it, and one that cannot be gone through is refused", async () => {
  const tunnels: (string | undefined)[] = [];
  const proxy = createServer().on("connect", (request, socket) => {
    tunnels.push(request.url);
    const { hostname, port } = new URL(`http://${request.url}`);
    const through = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on("error", () => undefined);
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const transport = await open({ kubeconfig: kubeconfigOf({ "proxy-url": `http://127.0.0.1:${port}` }) });
  await transport.get();
  expect(api.callers).toMatchObject([{ token: "t" }]);
  expect(tunnels).toEqual([new URL(api.url).host]);
  const socks = kubeconfigOf({ "proxy-url": "socks5://127.0.0.1:1" });
  await expect(loadKubeAccess({ kubeconfig: socks })).rejects.toThrow(/socks5:.*only http/);
});

test("an address that leads to no Kubernetes API is told as such, not as a kind that is missing", async () => {
  api.answers = 404;
  const { discovery } = createKubeClient(await open({ kubeconfig: kubeconfig({ token: "t" }) }));
  await expect(discovery.find("apps/v1", "Deployment")).rejects.toThrow("this is no Kubernetes API");
});

test("without a kubeconfig and outside a pod it is said what was looked for, and no port 8080 is tried", async () => {
  await expect(loadKubeAccess({ root: folder, env: { HOME: folder } })).rejects.toThrow("there is no ~/.kube/config");
});

test("several files in KUBECONFIG are one configuration, as for kubectl", async () => {
  const whole = kubeconfig({});
  const users = file("users", JSON.stringify({ users: [{ name: "deployer", user: { token: "of-users" } }] }));
  const { users: _, ...rest } = JSON.parse(readFileSync(whole, "utf8"));
  writeFileSync(whole, JSON.stringify(rest));
  const transport = await open({ env: { KUBECONFIG: `${whole}:${users}` } });
  await transport.get();
  expect(api.callers).toMatchObject([{ token: "of-users" }]);
});
