export type Json = Record<string, unknown>;

/** An opaque id as GraphQL would use it; unique per kind and number. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString("base64url");
}
