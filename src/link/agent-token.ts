import { createHash, timingSafeEqual } from "node:crypto";

/** What lets one cluster's agent in. Only the hash is kept, so that neither a dump nor a log gives the token away. */
export interface AgentToken {
  cluster: string;
  sha256: Buffer;
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token, "utf8").digest();
}

/**
 * The cluster whose token this is. Compares with every configured hash and in constant time, so that the time taken tells
 * nothing about which clusters exist.
 */
export function clusterOfToken(tokens: readonly AgentToken[], presented: string): string | undefined {
  const hash = hashToken(presented);
  let cluster: string | undefined;
  for (const token of tokens) {
    if (timingSafeEqual(token.sha256, hash)) cluster = token.cluster;
  }
  return cluster;
}
