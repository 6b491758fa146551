import type { Logger } from "pino";
import type { SchemaPlaces } from "../core/plan/list-keys.ts";
import type { Validator } from "../core/schema/validator.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { AgentMessage } from "../link/messages.ts";
import type { ClusterView } from "./cluster/cluster-view.ts";
import type { Confinement } from "./cluster/confinement.ts";

/** What all parts of one running agent share. */
export interface AgentContext {
  cluster: string;
  /** The agent's own namespace. */
  namespace: string;
  /** The only namespaces that it may look into and write to; undefined: the whole cluster. */
  confine: Confinement | undefined;
  /** Under which it makes everything, and takes nothing over; undefined: adopts what no ApplySet owns. */
  mark?: string | undefined;
  kube: KubeClient;
  view: ClusterView;
  schemas: SchemaPlaces;
  validator: Validator;
  /** How long a sync that the bot did not ask for waits before it deletes, at least; in milliseconds. */
  graceMs: number;
  /** Whether the bot answers, when there is one. */
  isBotThere(): boolean;
  /** To the bot, when there is one. */
  send(message: AgentMessage): void;
  log: Logger;
  version: string;
}
