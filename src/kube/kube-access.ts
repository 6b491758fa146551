import type { RequestOptions } from "node:https";
import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import { CredentialsUnusable } from "./kube-error.ts";
import { type KubeconfigPlace, loadKubeconfig } from "./load-kubeconfig.ts";

/** Where a cluster's API is and how to be let in. */
export interface KubeAccess {
  server: string;
  /** Through which it is reached; undefined: straight. */
  proxy?: string | undefined;
  /** What identifies us now; tokens of files and exec plugins are renewed as they expire. @throws CredentialsUnusable */
  credentials(): Promise<Credentials>;
  /**
   * What identifies us now, after the server has refused these: everything is loaded anew from where it came, unless that was
   * done since. @throws CredentialsUnusable
   */
  renewed(refused: Credentials): Promise<Credentials>;
  /** Namespace of the current context; in a pod its own. */
  namespace: string | undefined;
}

export interface Credentials {
  headers: Record<string, string>;
  tls: { ca?: Buffer | string; cert?: Buffer | string; key?: Buffer | string; servername?: string; insecure: boolean };
  /** For people: where these come from. */
  from: string;
  /** For people: by which CA the server is trusted. */
  authority: string;
}

/** How long an answer of client-node is used again: it keeps tokens itself, but reads files at each call. */
const usedFor = 30_000;

/** @throws when nothing says where a cluster is, or what says so is unusable; CredentialsUnusable */
export async function loadKubeAccess(place: KubeconfigPlace): Promise<KubeAccess> {
  let { config, from } = loadKubeconfig(place);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`${from} has no cluster for its current context; set current-context.`);
  const proxy = proxyOf(cluster, from);
  let current = { at: Date.now(), credentials: await credentialsOf(config, from) };
  let loading: Promise<Credentials> | undefined;

  /** Many requests may ask at once, and a plugin is to be run once for all of them. */
  function load(anew: boolean): Promise<Credentials> {
    loading ??= (async () => {
      if (anew) ({ config, from } = loadedAnew(place, from));
      const credentials = await credentialsOf(config, from);
      current = { at: Date.now(), credentials };
      return credentials;
    })().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  return {
    server: cluster.server,
    proxy,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace?.trim(),
    async credentials() {
      return Date.now() - current.at > usedFor ? load(false) : current.credentials;
    },
    async renewed(refused) {
      return current.credentials === refused ? load(true) : current.credentials;
    },
  };
}

/** @throws CredentialsUnusable for what can be loaded no more */
function loadedAnew(place: KubeconfigPlace, from: string): ReturnType<typeof loadKubeconfig> {
  try {
    return loadKubeconfig(place);
  } catch (thrown) {
    throw new CredentialsUnusable(from, thrown);
  }
}

/** @throws CredentialsUnusable */
async function credentialsOf(config: KubeConfig, from: string): Promise<Credentials> {
  const options: RequestOptions = { headers: {} };
  const exec = config.getCurrentUser()?.exec as ExecPlugin | undefined;
  if (exec?.interactiveMode === "Always" && !process.stdin.isTTY) {
    throw new CredentialsUnusable(
      from,
      `its plugin ${exec.command} wants a terminal (interactiveMode: Always), and there is none`,
    );
  }
  try {
    await config.applyToHTTPSOptions(options);
  } catch (thrown) {
    throw new CredentialsUnusable(from, exec === undefined ? thrown : pluginFailure(exec, thrown));
  }
  const cluster = config.getCurrentCluster();
  return {
    headers: headersOf(options),
    tls: {
      ...(options.ca ? { ca: options.ca as Buffer } : {}),
      ...(options.cert ? { cert: options.cert as Buffer } : {}),
      ...(options.key ? { key: options.key as Buffer } : {}),
      ...(options.servername ? { servername: options.servername } : {}),
      insecure: options.rejectUnauthorized === false,
    },
    from: `user ${config.getCurrentUser()?.name ?? "(none)"} of ${from}`,
    authority:
      cluster?.caFile ??
      (cluster?.caData
        ? `certificate-authority-data of cluster ${cluster.name} in ${from}`
        : `this machine's own, since ${from} names none`),
  };
}

/** As a kubeconfig describes it. */
interface ExecPlugin {
  command: string;
  installHint?: string;
  interactiveMode?: string;
}

function pluginFailure({ command, installHint }: ExecPlugin, thrown: unknown): string {
  const words = thrown instanceof Error ? thrown.message.trim() : String(thrown);
  if ((thrown as NodeJS.ErrnoException).code === "ENOENT") {
    return `its plugin ${command} is not there${installHint === undefined ? "" : `; ${installHint.trim()}`}`;
  }
  if (thrown instanceof SyntaxError) return `its plugin ${command} answers with something else than JSON: ${words}`;
  return words === "" ? `its plugin ${command} failed and said nothing` : `its plugin ${command} failed: ${words}`;
}

/** @throws for one that we cannot go through: to go past it may reach another server */
function proxyOf({ name, proxyUrl }: Cluster, from: string): string | undefined {
  if (proxyUrl === undefined || proxyUrl === "") return undefined;
  if (/^https?:\/\//.test(proxyUrl)) return proxyUrl;
  throw new Error(`proxy-url ${proxyUrl} of cluster ${name} in ${from}: only http:// and https:// proxies can be used`);
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  // A token's file may end in a line break, which no header may hold.
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return headers;
}
