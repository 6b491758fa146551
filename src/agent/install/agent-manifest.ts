import type { JsonObject, KubeObject } from "../../core/manifest/kube-object.ts";
import { agentRights } from "./agent-rights.ts";

export interface AgentInstallation {
  /** The name that `.trueup.yaml` calls the cluster by. */
  cluster: string;
  image: string;
  /** The agent's own namespace. */
  namespace: string;
  /** The only namespaces that it may look into and write to; empty: the whole cluster. */
  confine: readonly string[];
  botUrl: string;
  /** The cluster's token for the bot. */
  agentToken: string;
  repository: { id: number; url: string; branches: string[]; paths: string[] };
  /** For https; the password is a deploy token that may only read. */
  credential: { username: string; password: string } | undefined;
}

const labels = { "app.kubernetes.io/name": "trueup-agent", "app.kubernetes.io/part-of": "trueup" };
const secretFolder = "/etc/trueup/secret";
const repositoriesFile = "/etc/trueup/config/repositories.json";

/**
 * What to apply once so that an agent runs in a cluster, with the rights of `deploy/`. It listens on nothing, so it has no
 * Service. The namespaces that it is confined to are not made: whoever takes this away again would lose what is in them.
 */
export function agentManifest(installation: AgentInstallation): KubeObject[] {
  const { namespace } = installation;
  const name = "trueup-agent";
  const metadata = { name, namespace, labels };
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    ...agentRights(installation),
    { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: secrets(installation) },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { "repositories.json": `${JSON.stringify([repository(installation)], null, 2)}\n` },
    },
    deployment(installation, metadata),
  ];
}

function secrets({ agentToken, credential }: AgentInstallation): JsonObject {
  const git =
    credential === undefined ? {} : { "git-username": credential.username, "git-password": credential.password };
  return { "agent-token": agentToken, ...git };
}

function repository({ repository: { id, url, branches, paths }, credential }: AgentInstallation): JsonObject {
  return {
    id,
    url,
    ...(credential === undefined
      ? {}
      : { usernameFile: `${secretFolder}/git-username`, passwordFile: `${secretFolder}/git-password` }),
    ...(branches.length === 0 ? {} : { branches }),
    ...(paths.length === 0 ? {} : { paths }),
  };
}

function deployment(installation: AgentInstallation, metadata: KubeObject["metadata"]): KubeObject {
  const { cluster, image, namespace, confine, botUrl } = installation;
  const env = {
    TRUEUP_CLUSTER: cluster,
    TRUEUP_BOT_URL: botUrl,
    TRUEUP_AGENT_TOKEN_FILE: `${secretFolder}/agent-token`,
    TRUEUP_REPOSITORIES: repositoriesFile,
    TRUEUP_NAMESPACE: namespace,
    TRUEUP_DATA_DIR: "/var/lib/trueup",
    ...(confine.length === 0 ? {} : { TRUEUP_CONFINE: confine.join() }),
  };
  const { name } = metadata;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      // Two agents would heal against each other's half-done work; the old one goes before the new one comes.
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            fsGroup: 1000,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "agent",
              image,
              args: ["agent"],
              env: Object.entries(env).map(([name, value]) => ({ name, value })),
              resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [
                { name: "secret", mountPath: secretFolder, readOnly: true },
                { name: "config", mountPath: "/etc/trueup/config", readOnly: true },
                { name: "data", mountPath: "/var/lib/trueup" },
                { name: "tmp", mountPath: "/tmp" },
              ],
            },
          ],
          volumes: [
            { name: "secret", secret: { secretName: name, defaultMode: 0o440 } },
            { name: "config", configMap: { name } },
            { name: "data", emptyDir: {} },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
    },
  };
}
