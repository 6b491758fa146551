import { warningFindings } from "../../agent/plan/warning-findings.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import type { SourceObject } from "../../core/manifest/source-object.ts";
import { withClusterFindings } from "../../core/plan/cluster-warnings.ts";
import { loadKubeAccess } from "../../kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";
import { openTransport } from "../../kube/transport.ts";
import type { ValidateReport } from "./check-files.ts";
import { inReadingOrder } from "./reading-order.ts";
import { refusalFindings } from "./refusal.ts";
import { validatePaths } from "./validate-paths.ts";

export interface ClusterPlace {
  kubeconfig: string | undefined;
  context: string | undefined;
}

interface Asked {
  source: SourceObject;
  /** What was found offline. */
  findings: readonly Finding[];
}

/**
 * Checks what lies at these paths offline, with the cluster's own definitions for kinds that nothing else describes, and then
 * has the cluster dry-run each object, which writes nothing. What the cluster takes is no error any more; what it refuses is
 * told at its place, once.
 * @throws UnreadablePath, KubeUnreachable
 */
export async function validateWithCluster(
  paths: readonly string[],
  schemaFolder: string | undefined,
  { kubeconfig, context }: ClusterPlace,
): Promise<ValidateReport> {
  const access = await loadKubeAccess({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  const client = createKubeClient(openTransport(access));
  try {
    const asked: Asked[] = [];
    const report = validatePaths(paths, schemaFolder, {
      otherwise: await liveDefinitions(client),
      each: (source, findings) => asked.push({ source, findings }),
    });
    const ofObjects = new Set(asked.flatMap(({ findings }) => findings));
    const ofFiles = report.findings.filter((finding) => !ofObjects.has(finding));
    const merge = asked.map(({ source }) => source);
    const answers = await Promise.all(asked.map((one) => ask(client, one, merge, access.namespace ?? "default")));
    const files = asked.map(({ source }) => source.file);
    return { ...report, findings: inReadingOrder([...ofFiles, ...answers.flat()], files) };
  } finally {
    await client.close();
  }
}

/** None where they may not be read: the dry runs answer for their kinds then. */
async function liveDefinitions(client: KubeClient): Promise<KubeObject[]> {
  const resource = await client.discovery.find("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  if (resource === undefined) return [];
  try {
    return (await client.list(resource, {})).items;
  } catch (thrown) {
    if (isKubeError(thrown, 403)) return [];
    throw thrown;
  }
}

async function ask(
  kube: KubeClient,
  { source, findings }: Asked,
  merge: readonly SourceObject[],
  namespace: string,
): Promise<Finding[]> {
  const { object } = source;
  try {
    const resource = await kube.discovery.find(object.apiVersion, object.kind);
    const inNamespace = resource?.namespaced === true && !object.metadata.namespace;
    const addressed = inNamespace ? { ...object, metadata: { ...object.metadata, namespace } } : object;
    const said: string[] = [];
    const warned = (texts: readonly string[]) => void said.push(...texts);
    await kube.apply(addressed, { dryRun: true, force: true, warned });
    const warnings = await warningFindings({ kube, merge }, { ...source, object: addressed }, said);
    // The cluster has the last word: it may be older, or serve what others do not.
    const offline = findings.map((finding): Finding => ({ ...finding, severity: "warning" }));
    return withClusterFindings(offline, warnings);
  } catch (thrown) {
    if (!isKubeError(thrown)) throw thrown;
    const refused = refusalFindings(source, thrown);
    // What is known already is told once, in our words.
    const known = findings.filter(({ severity }) => severity === "error").map(({ line }) => line);
    return [...findings, ...refused.filter(({ line }) => !known.includes(line))];
  }
}
