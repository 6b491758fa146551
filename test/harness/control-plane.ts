import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiAccess, apiRequest } from "./control-plane/api-request.ts";
import { guardProcesses } from "./control-plane/guarded-processes.ts";

export type ControlPlane = ApiAccess & {
  /** The certificate authority's file; `ca` is its text. */
  caFile: string;
  /** A kubeconfig file of an administrator. */
  kubeconfig: string;
  /** A stock kubectl of the server's version. */
  kubectl: string;
  /** Where etcd answers. */
  etcd: string;
  /** The API server alone; etcd keeps what there is. */
  apiServer: {
    /** As by `kill -9`. */
    kill(): Promise<void>;
    /** On the same port and with the same certificate, and waits until it is ready. */
    start(): Promise<void>;
  };
  stop(): Promise<void>;
};

export interface ControlPlaneOptions {
  /**
   * Also starts the controller manager, the scheduler and kwok with one large node, so that workloads come alive; pods with an
   * image under `*.invalid` end in ImagePullBackOff. Without them pods need no service account.
   */
  controllers: boolean;
  /** More flags of the API server's. */
  apiServerFlags?: readonly string[];
}

const script = "scripts/build-control-plane.sh";

/** The folder with the built programs. Throws, naming the script that builds them, when they are not there. */
export function controlPlanePrograms(): string {
  const where = execFileSync(join(import.meta.dirname, "../..", script), ["--where"], { encoding: "utf8" }).trim();
  if (!existsSync(join(where, "pins"))) {
    throw new Error(
      `The real control plane is not built (looked in ${where}). Build it once with ${script} (it needs Go).`,
    );
  }
  return where;
}

/**
 * Starts a real Kubernetes API server on a real etcd on free loopback ports, and waits until it is ready. It ends with
 * `stop()`, and in any case with this process.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const programs = controlPlanePrograms();
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(programs, options);
    } catch (error) {
      // A port found free can be taken by anybody before the server binds it.
      const portTaken = error instanceof Error && /address already in use/.test(error.message);
      if (!portTaken || attempt === 3) throw error;
    }
  }
}

async function start(
  programs: string,
  { controllers, apiServerFlags = [] }: ControlPlaneOptions,
): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), "trueup-control-plane-"));
  const processes = guardProcesses(folder);
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const run = (name: string, ...args: string[]) => processes.start(name, join(programs, name), args);
  const until = async (what: string, done: () => Promise<boolean>) => {
    const deadline = Date.now() + 120_000;
    while (!(await done())) {
      const failure = processes.failure();
      if (failure !== undefined) throw new Error(failure);
      if (Date.now() > deadline) throw new Error(`${what}: not within two minutes`);
      await sleep(50);
    }
  };

  try {
    const [etcdPort, peerPort, apiPort] = await freePorts(3);
    const etcd = `http://127.0.0.1:${etcdPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    run(
      "etcd",
      `--data-dir=${join(folder, "etcd")}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    );

    const key = file(
      "service-account.key",
      generateKeyPairSync("rsa", {
        modulusLength: 2048,
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
        publicKeyEncoding: { type: "spki", format: "pem" },
      }).privateKey,
    );
    const token = randomBytes(24).toString("hex");
    const url = `https://127.0.0.1:${apiPort}`;
    const caFile = join(folder, "certificates", "apiserver.crt");
    const apiServer = [
      `--etcd-servers=${etcd}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${apiPort}`,
      `--cert-dir=${join(folder, "certificates")}`,
      `--token-auth-file=${file("tokens.csv", `${token},admin,admin,system:masters\n`)}`,
      "--authorization-mode=RBAC",
      "--anonymous-auth=false",
      // As every cluster has it whose nodes run network and storage plugins.
      "--allow-privileged=true",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      "--service-cluster-ip-range=10.0.0.0/16",
      "--endpoint-reconciler-type=none",
      // Only the controller manager makes a namespace's default service account, which this plugin insists on for pods.
      ...(controllers ? [] : ["--disable-admission-plugins=ServiceAccount"]),
      ...apiServerFlags,
    ];
    const startApiServer = async () => {
      run("kube-apiserver", ...apiServer);
      await until("the API server is ready", async () => {
        if (!existsSync(caFile)) return false;
        const access = { url, token, ca: readFileSync(caFile, "utf8") };
        return apiRequest(access, "/readyz").then(
          (answer) => answer.status === 200,
          () => false,
        );
      });
    };
    await startApiServer();

    const ca = readFileSync(caFile, "utf8");
    const access = { url, ca, token };
    const kubeconfig = file("kubeconfig", JSON.stringify(kubeconfigFor(access), undefined, 2));
    if (controllers) {
      run(
        "kube-controller-manager",
        `--kubeconfig=${kubeconfig}`,
        "--leader-elect=false",
        "--secure-port=0",
        `--service-account-private-key-file=${key}`,
        `--root-ca-file=${caFile}`,
      );
      run("kube-scheduler", `--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--secure-port=0");
      const stages = [
        readFileSync(join(programs, "kwok-stages.yaml"), "utf8"),
        readFileSync(join(import.meta.dirname, "control-plane/image-pull-backoff.yaml"), "utf8"),
      ].join("\n---\n");
      run(
        "kwok",
        `--kubeconfig=${kubeconfig}`,
        `--config=${file("kwok.yaml", stages)}`,
        "--manage-all-nodes=true",
        // Without a lease the node turns NotReady after a minute, and every Deployment falls to 0 with it.
        "--node-lease-duration-seconds=40",
      );
      await until("the node is ready", () => ensureNode(access));
    }
    return {
      ...access,
      caFile,
      kubeconfig,
      kubectl: join(programs, "kubectl"),
      etcd,
      apiServer: { kill: () => processes.end("kube-apiserver"), start: startApiServer },
      stop: () => processes.stop(),
    };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

/** True when the one node is there, ready, and free of the taint that keeps pods away until it is. */
async function ensureNode(access: ApiAccess): Promise<boolean> {
  const answer = await apiRequest(access, "/api/v1/nodes/node-1");
  if (answer.status === 404) {
    const allocatable = { cpu: "1k", memory: "1Ti", pods: "10k" };
    await apiRequest(access, "/api/v1/nodes", {
      method: "POST",
      body: {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: "node-1", annotations: { "kwok.x-k8s.io/node": "fake" } },
        status: { allocatable, capacity: allocatable },
      },
    });
    return false;
  }
  const node = answer.json() as {
    spec: { taints?: unknown[] };
    status: { conditions?: { type: string; status: string }[] };
  };
  const ready = node.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
  return ready && (node.spec.taints ?? []).length === 0;
}

function kubeconfigFor({ url, ca, token }: ApiAccess) {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "real", cluster: { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") } },
    ],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "real", context: { cluster: "real", user: "admin" } }],
    "current-context": "real",
  };
}

async function freePorts(count: number): Promise<number[]> {
  // All of them are held before one is let go, or the same port could be found twice.
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
