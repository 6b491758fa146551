import type { AgentMessage, Command } from "./messages.ts";

/** Answer to `GET /link/v1/commands`: what is open after the cursor that was sent, and the cursor to send next. */
export interface CommandBatch {
  /** Opaque. A store that was emptied makes cursors of another kind, so an old one gets everything again. */
  cursor: string;
  commands: Command[];
}

/** Body of `POST /link/v1/messages`. The id makes a message that is sent again the same message. */
export interface MessageBatch {
  messages: { id: string; message: AgentMessage }[];
}

/** No message is larger, on either side: a request body above it is answered 413. */
export const maxBodyBytes = 25 * 1024 * 1024;

export const commandsPath = "/link/v1/commands";
export const messagesPath = "/link/v1/messages";
/** Names the cluster that the caller believes to be; another one than its token's is refused. */
export const clusterHeader = "x-trueup-cluster";
