import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { load } from "js-yaml";

export interface KubeconfigPlace {
  /** Path of a kubeconfig. Without it: `KUBECONFIG`, `~/.kube/config`, then the pod's service account, as kubectl looks. */
  kubeconfig?: string;
  /** Which of its contexts; its current one when absent. */
  context?: string;
  /** What stands before the path of the pod's service account. */
  root?: string;
  env?: Readonly<Record<string, string | undefined>>;
}

export interface LoadedKubeconfig {
  config: KubeConfig;
  /** For people: the files it comes from. */
  from: string;
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/** @throws when nothing says where a cluster is, or what says so cannot be read */
export function loadKubeconfig({
  kubeconfig,
  context,
  root = "",
  env = process.env,
}: KubeconfigPlace): LoadedKubeconfig {
  const files = kubeconfig === undefined ? usualFiles(env) : [kubeconfig];
  if (files.length > 0) {
    const [first, ...others] = files.map(fromFile);
    for (const other of others) first!.mergeConfig(other);
    if (context !== undefined) chooseContext(first!, context, files.join(delimiter));
    return { config: first!, from: files.join(delimiter) };
  }
  if (env.KUBERNETES_SERVICE_HOST && existsSync(`${root}${serviceAccount}/token`)) {
    const config = new KubeConfig();
    config.loadFromCluster(root);
    return { config, from: `the pod's service account (${root}${serviceAccount})` };
  }
  throw new Error(
    "nothing says where the cluster is: KUBECONFIG is not set, there is no ~/.kube/config, and this is no pod with a service account",
  );
}

function chooseContext(config: KubeConfig, context: string, from: string): void {
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context)) {
    throw new Error(`${from} has no context ${JSON.stringify(context)}; it has ${names.join(", ") || "none"}`);
  }
  config.setCurrentContext(context);
}

function usualFiles(env: NonNullable<KubeconfigPlace["env"]>): string[] {
  if (env.KUBECONFIG) return env.KUBECONFIG.split(delimiter).filter((file) => file !== "");
  const usual = join(env.HOME ?? homedir(), ".kube", "config");
  return existsSync(usual) ? [usual] : [];
}

function fromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  const text = readFileSync(file, "utf8");
  const raw = load(text) as RawKubeconfig | null;
  if (typeof raw !== "object" || raw === null) throw new Error(`${file} is no kubeconfig`);
  config.loadFromString(text);
  config.makePathsAbsolute(dirname(file));
  // As `kubectl proxy` serves it; client-node wants it said that no certificate is looked at where there is none.
  config.clusters = config.clusters.map((one) =>
    one.server.startsWith("http:") ? { ...one, skipTLSVerify: true } : one,
  );
  const users = new Map(raw.users?.map(({ name, user }) => [name, user]));
  config.users = config.users.map((user) => completed(user, users.get(user.name), dirname(file)));
  return config;
}

interface RawKubeconfig {
  users?: { name: string; user?: { tokenFile?: string } }[];
}

/** What kubectl does with a user, and client-node does not. */
function completed(user: User, raw: { tokenFile?: string } | undefined, folder: string): User {
  if (raw?.tokenFile !== undefined) {
    const { token: _, ...rest } = user;
    const config = { tokenFile: resolve(folder, raw.tokenFile) };
    return { ...rest, authProvider: { name: "tokenFile", config } } as User;
  }
  if (user.exec === undefined || user.exec === null) return user;
  const { apiVersion, command, env } = user.exec;
  const info = { kind: "ExecCredential", apiVersion, spec: { interactive: false } };
  return {
    ...user,
    exec: {
      ...user.exec,
      // A path is meant from the kubeconfig's folder, a bare name is looked for in PATH.
      command: command.includes("/") ? resolve(folder, command) : command,
      // Plugins made with client-go refuse to run without it.
      env: [...(env ?? []), { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }],
    },
  };
}
