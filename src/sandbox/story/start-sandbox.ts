import { join } from "node:path";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { createValidator } from "../../core/schema/validator.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { loadKubernetesSchemas } from "../../render/kubernetes-schemas.ts";
import { leastPermissions } from "../forge/app-identity.ts";
import type { Forge, RepositoryAddress } from "../forge/forge.ts";
import { forgePages } from "../forge/pages/pages.ts";
import { startForge } from "../forge/start-forge.ts";
import { desiredReader } from "../picture/desired.ts";
import { startPicture } from "../picture/picture.ts";
import { openEmbeddedGround } from "./embedded-ground.ts";
import type { FirstCommit } from "./first-commit.ts";
import type { Ground } from "./ground.ts";
import { GroundTaken, openOwnGround } from "./own-ground.ts";
import {
  lockSandbox,
  type OwnCluster,
  type Remembered,
  readRemembered,
  removeInfo,
  type SandboxInfo,
  writeInfo,
  writeRemembered,
} from "./sandbox-folder.ts";
import type { AuditLine } from "./tour.ts";

/** The product's two services as the sandbox starts them: main hands them over, since the sandbox stands beside them. */
export interface Services {
  startBot(settings: BotSettings): Promise<RunningBot>;
  startAgent(settings: AgentSettings): Promise<{ stop(): Promise<void> }>;
}

export interface BotSettings {
  port: number;
  dataDir: string;
  githubApi: string;
  app: { id: number; privateKey: string; webhookSecret: string; clientId: string; clientSecret: string };
  /** Cluster name → its agent's token. */
  agentTokens: Record<string, string>;
}

export interface RunningBot {
  url: string;
  audit(): Promise<AuditLine[]>;
  stop(): Promise<void>;
}

export interface AgentSettings {
  cluster: string;
  kubeconfig: string;
  /** The agent's own namespace. */
  namespace: string;
  /** Under which it makes everything, and takes nothing over. */
  mark?: string;
  dataDir: string;
  bot: { url: string; token: string };
  repository: { id: number; url: string; username: string; password: string };
}

export interface SandboxOptions {
  dir: string;
  /** Of the pages; undefined takes the one used before on this folder, or a free one. */
  port: number | undefined;
  repository: { name: string; namespace: string; files: FirstCommit };
  /** A cluster of one's own instead of the embedded one. */
  cluster?: {
    kubeconfig: string;
    context: string | undefined;
    /** Somebody named the namespace, so it may be there already. */
    namespaceGiven: boolean;
  };
  services: Services;
  /** Progress for a person. */
  say(line: string): void;
}

export interface Sandbox {
  info: SandboxInfo;
  forge: Forge;
  /** The cluster, as an administrator. */
  kube: KubeClient;
  /** Whether a live object is the sandbox's to change or delete. */
  isOurs(live: KubeObject): boolean;
  bot: RunningBot;
  stop(): Promise<void>;
  /** Stops, and takes away what was made in a cluster of one's own. */
  cleanUp(): Promise<void>;
}

/** What `app.yml` asks for, and its opt-in: `/trueup rollback` pushes a branch. */
const appPermissions = { ...leastPermissions, contents: "write" } as const;
const clusterName = "sandbox";
const owner = "acme";

/**
 * Starts forge, cluster, bot and agent on one folder, or goes on where that folder was left.
 * What was started is stopped again when a later part cannot start.
 *
 * @throws FolderInUse when another sandbox runs on the folder
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dir, services, say } = options;
  await using parts = new AsyncDisposableStack();
  const lock = lockSandbox(dir);
  parts.defer(() => lock.release());
  removeInfo(dir);
  parts.defer(() => removeInfo(dir));
  let remembered = readRemembered(dir);
  const remember = (news: Remembered): void => {
    remembered = news;
    writeRemembered(dir, remembered);
  };
  const ground = await openGround(options, remembered, (own) => remember({ ...remembered, own }));
  parts.defer(() => ground.stop());

  say("starting the forge (GitHub's REST API, Git over HTTP)");
  const startForgeOn = (port: number) => startForge({ dir: join(dir, "forge"), port, appPermissions });
  const forge = await (options.port === undefined
    ? onPortOrFree(remembered.ports.web, startForgeOn)
    : startForgeOn(options.port).catch(refusePortInUse(options.port)));
  parts.defer(() => forge.stop());
  const repository = await openRepository(forge, options);
  const readable = forge.repository(repository.fullName);
  if (readable === undefined) throw new Error(`the forge has lost the repository ${repository.fullName}`);
  const desired = desiredReader(readable, createValidator(loadKubernetesSchemas()));
  await ground.prepare((await desired()).objects);
  const { kube, kubeconfig, isOurs } = ground;
  const picture = await startPicture({ forge, repository: readable, desired, kube, isOurs });
  parts.defer(() => picture.stop());
  forge.mount(forgePages({ forge, picture: picture.pages }));

  say("starting the bot");
  const bot = await onPortOrFree(remembered.ports.bot, (port) =>
    services.startBot({
      port,
      dataDir: join(dir, "bot"),
      githubApi: forge.apiUrl,
      app: forge.app,
      agentTokens: { [clusterName]: remembered.agentToken },
    }),
  );
  parts.defer(() => bot.stop());
  forge.setWebhookUrl(bot.url);
  forge.setCallbackUrl(`${bot.url}/auth/github/callback`);

  say("starting the agent");
  const agent = await services.startAgent({
    cluster: clusterName,
    kubeconfig,
    namespace: ground.agentNamespace,
    ...(ground.mark === undefined ? {} : { mark: ground.mark }),
    dataDir: join(dir, "agent"),
    bot: { url: bot.url, token: remembered.agentToken },
    repository: { id: repository.id, url: repository.gitUrl, ...forge.agentCredential(repository.fullName) },
  });
  parts.defer(() => agent.stop());

  const info: SandboxInfo = {
    web: forge.url,
    api: forge.apiUrl,
    repository: repository.fullName,
    clone: repository.cloneUrl,
    token: forge.person.token,
    maintainer: forge.maintainer,
    kubeconfig,
    bot: bot.url,
  };
  remember({ ...remembered, ports: { web: portOf(forge.url), cluster: ground.port ?? 0, bot: portOf(bot.url) } });
  writeInfo(dir, info);
  const started = parts.move();
  return {
    info,
    forge,
    kube,
    isOurs,
    bot,
    stop: () => started.disposeAsync(),
    async cleanUp() {
      await agent.stop();
      await ground.cleanUp();
      const { own: _, ...rest } = remembered;
      remember(rest);
      await started.disposeAsync();
    },
  };
}

async function openGround(
  { dir, cluster, repository: { namespace }, say }: SandboxOptions,
  { ports, own }: Remembered,
  remember: (own: OwnCluster) => void,
): Promise<Ground> {
  if (cluster !== undefined) return openOwnGround({ dir, ...cluster, namespace, remembered: own, remember, say });
  if (own !== undefined) {
    throw new GroundTaken(
      `the sandbox in ${dir} lives on ${own.server}; go on there with --kubeconfig, or choose another folder with --dir`,
    );
  }
  say("starting the cluster (Kubernetes API, in memory)");
  return onPortOrFree(ports.cluster, (port) => openEmbeddedGround(dir, namespace, port));
}

/** The folder's repository, made on the first start; the files are the first commit's and never looked at again. */
async function openRepository(forge: Forge, { repository }: SandboxOptions): Promise<RepositoryAddress> {
  const [existing] = forge.repositories();
  if (existing !== undefined) return existing;
  return forge.createRepository({
    owner,
    name: repository.name,
    files: repository.files,
    defaultBranch: "main",
    message: "What should be",
  });
}

/** The port that was asked for is somebody else's. */
export class PortInUse extends Error {}

const isPortInUse = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EADDRINUSE";

function refusePortInUse(port: number): (error: unknown) => never {
  return (error) => {
    if (!isPortInUse(error)) throw error;
    throw new PortInUse(`port ${port} is in use; give another one with --port, or leave it out to get a free one`);
  };
}

/** The port used before, so that URLs stay what they were, or a free one when somebody else has it by now. */
async function onPortOrFree<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    if (port !== 0 && isPortInUse(error)) return start(0);
    throw error;
  }
}

const portOf = (url: string): number => Number(new URL(url).port);
