import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

/** Where a cluster's API is and how to be let in. */
export interface KubeAccess {
  server: string;
  tls: { ca?: Buffer | string; cert?: Buffer | string; key?: Buffer | string; servername?: string; insecure: boolean };
  /** The headers that authenticate a request now; tokens of files and exec plugins are renewed as they expire. */
  authorize(): Promise<Record<string, string>>;
  /** Namespace of the current context. */
  namespace: string | undefined;
}

export interface KubeAccessOptions {
  /** Path of a kubeconfig. Without it: `KUBECONFIG`, `~/.kube/config`, then the pod's service account, as kubectl looks. */
  kubeconfig?: string;
}

/** How long an answer of client-node is used again: it keeps tokens itself, but reads files at each call. */
const headersFor = 30_000;

/** @throws when there is no kubeconfig, or it names no cluster */
export async function loadKubeAccess({ kubeconfig }: KubeAccessOptions): Promise<KubeAccess> {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(`${kubeconfig ?? "the kubeconfig"} has no cluster for its current context; set current-context.`);
  }
  const options = await httpsOptions(config);
  let headers = { at: Date.now(), value: headersOf(options) };
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    tls: {
      ...(options.ca ? { ca: options.ca as Buffer } : {}),
      ...(options.cert ? { cert: options.cert as Buffer } : {}),
      ...(options.key ? { key: options.key as Buffer } : {}),
      ...(options.servername ? { servername: options.servername } : {}),
      insecure: options.rejectUnauthorized === false,
    },
    async authorize() {
      if (Date.now() - headers.at > headersFor) {
        headers = { at: Date.now(), value: headersOf(await httpsOptions(config)) };
      }
      return headers.value;
    },
  };
}

async function httpsOptions(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return headers;
}
