import { readFileSync } from "node:fs";
import { createSchemaPlaces } from "../core/plan/list-keys.ts";
import { createValidator } from "../core/schema/validator.ts";
import { loadKubeAccess } from "../kube/kube-access.ts";
import { createKubeClient } from "../kube/kube-client.ts";
import { isKubeError } from "../kube/kube-error.ts";
import { openTransport } from "../kube/transport.ts";
import { type AgentLink, connectAgentLink } from "../link/agent-side.ts";
import type { AgentMessage, Command } from "../link/messages.ts";
import { loadKubernetesSchemas } from "../render/kubernetes-schemas.ts";
import type { AgentConfig } from "./agent-config.ts";
import type { AgentContext } from "./agent-context.ts";
import { openClusterView } from "./cluster/cluster-view.ts";
import { openFleet } from "./fleet.ts";

const heartbeatMs = 20_000;
/** A push is told to the bot, and by the bot, well within it. */
const graceMs = 20_000;

/** Everything an agent shares; `send` goes nowhere until a link is there. */
export async function openAgentContext(
  config: Pick<AgentConfig, "cluster" | "kubeconfig" | "namespace" | "confine" | "mark" | "graceMs" | "logger">,
  send: (message: AgentMessage) => void,
  isBotThere: () => boolean = () => false,
): Promise<AgentContext & { close(): Promise<void> }> {
  const { cluster, kubeconfig, namespace, confine, mark, logger: log } = config;
  const access = await loadKubeAccess(kubeconfig === undefined ? {} : { kubeconfig });
  const kube = createKubeClient(openTransport(access));
  const view = openClusterView(kube, confine, (kind, error) => {
    const told = { ...kind, reason: error instanceof Error ? error.message : String(error) };
    // Lines break; but who may not look any more does not see what drifts.
    if (isKubeError(error, 401, 403)) log.warn(told, "the cluster does not let the agent watch, trying again");
    else log.debug(told, "a watch broke, watching again");
  });
  const kubernetes = loadKubernetesSchemas();
  return {
    cluster,
    namespace,
    confine,
    mark,
    kube,
    view,
    schemas: createSchemaPlaces(kubernetes.definitions),
    validator: createValidator(kubernetes),
    graceMs: config.graceMs ?? 0,
    isBotThere,
    send,
    log,
    version: versionOfTrueup(),
    async close() {
      await view.close();
      await kube.close();
    },
  };
}

/**
 * Starts one cluster's agent: it pulls the tracked branches, keeps what they want true in the cluster, and answers the bot,
 * when there is one. Resolves as soon as it runs; neither the bot nor a repository has to be there yet.
 *
 * @throws when the kubeconfig is unusable or a repository's URL is not allowed
 */
export async function startAgent(config: AgentConfig): Promise<{ stop(): Promise<void> }> {
  const { bot, cluster, logger: log } = config;
  let link: AgentLink | undefined;
  const send = (message: AgentMessage) => {
    try {
      link?.send(message);
    } catch (thrown) {
      log.error({ err: thrown, type: message.type }, "a message that the link does not take");
    }
  };
  const grace = bot === undefined ? 0 : (config.graceMs ?? graceMs);
  const isBotThere = () => link?.isConnected() === true;
  const context = await openAgentContext({ ...config, graceMs: grace }, send, isBotThere);
  const fleet = await openFleet(context, config).catch(async (thrown) => {
    await context.close();
    throw thrown;
  });
  const heartbeat = () =>
    send({ type: "heartbeat", at: new Date().toISOString(), version: context.version, systems: fleet.states() });
  if (bot !== undefined) {
    link = connectAgentLink({
      ...bot,
      cluster,
      log,
      onCommand: (command: Command) => fleet.command(command),
      onConnected: heartbeat,
    });
    send({ type: "plan-stale" });
  }
  const beating = setInterval(heartbeat, heartbeatMs);
  log.info(
    { cluster, server: context.kube.server, repositories: config.repositories.map(({ id }) => id) },
    "agent started",
  );
  return {
    async stop() {
      clearInterval(beating);
      await fleet.stop();
      await link?.close();
      await context.close();
    },
  };
}

function versionOfTrueup(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
