import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { CredentialsUnusable } from "./kube-error.ts";
import { type KubeconfigPlace, loadKubeconfig } from "./load-kubeconfig.ts";

/** Where a cluster's API is and how to be let in. */
export interface KubeAccess {
  server: string;
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
  try {
    await config.applyToHTTPSOptions(options);
  } catch (thrown) {
    const plugin = config.getCurrentUser()?.exec?.command;
    const isSilent = thrown instanceof Error && thrown.message.trim() === "";
    throw new CredentialsUnusable(
      from,
      isSilent && plugin !== undefined ? `its plugin ${plugin} failed and said nothing` : thrown,
    );
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

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  // A token's file may end in a line break, which no header may hold.
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return headers;
}
