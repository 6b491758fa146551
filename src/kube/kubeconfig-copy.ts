import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

/** A kubeconfig that cannot be used; the message says what is wrong and what to do. */
export class UnusableKubeconfig extends Error {}

export interface KubeconfigCopy {
  /** Path of the kubeconfig to copy. */
  from: string;
  /** Its current context when absent. */
  context: string | undefined;
  /** Becomes the context's namespace. */
  namespace: string;
  /** Path of the copy; readable by its owner alone. */
  to: string;
}

/**
 * Writes a kubeconfig of one context, which is its current one; files that it names keep being found.
 * @returns the context's name and its cluster's URL
 * @throws UnusableKubeconfig
 */
export function copyKubeconfig({ from, context, namespace, to }: KubeconfigCopy): { context: string; server: string } {
  const config = read(from);
  const name = context ?? config.getCurrentContext();
  const contexts = config.getContexts().map((one) => one.name);
  const found = config.getContextObject(name);
  if (found === null) {
    const which = name ? `no context ${JSON.stringify(name)}` : "no current context";
    throw new UnusableKubeconfig(
      `${from} has ${which}; --context may be ${contexts.join(", ") || "none: it has none"}`,
    );
  }
  const cluster = config.getCluster(found.cluster);
  const user = config.getUser(found.user);
  if (cluster === null || user === null) {
    throw new UnusableKubeconfig(
      `${from}: the context ${JSON.stringify(name)} names a cluster or user that is not there`,
    );
  }
  const copy = new KubeConfig();
  copy.loadFromOptions({
    clusters: [cluster],
    users: [user],
    contexts: [{ ...found, namespace }],
    currentContext: name,
  });
  copy.makePathsAbsolute(dirname(resolve(from)));
  writeFileSync(to, `${copy.exportConfig()}\n`, { mode: 0o600 });
  return { context: name, server: cluster.server };
}

function read(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(readFileSync(file, "utf8"));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UnusableKubeconfig(`${file} cannot be read as a kubeconfig: ${why}`);
  }
  return config;
}
