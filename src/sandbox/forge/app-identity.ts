import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import type { Database } from "./model/database.ts";
import type { Permissions } from "./model/records.ts";
import type { AppIdentity } from "./model/world.ts";

/** What `app.yml` asks for: the least that planning and reporting need. */
export const leastPermissions: Permissions = {
  checks: "write",
  deployments: "write",
  issues: "write",
  pull_requests: "write",
  contents: "read",
  members: "read",
  merge_queues: "read",
  metadata: "read",
};

/** What `app.yml` subscribes to. */
export const subscribedEvents: readonly string[] = [
  "check_run",
  "check_suite",
  "issue_comment",
  "merge_group",
  "pull_request",
  "pull_request_review",
  "push",
  "repository",
];

/** The one GitHub App of this forge; its key and secret are made at the first start and kept. */
export function appIdentity(
  db: Database,
  { permissions, events }: { permissions: Permissions; events: readonly string[] },
  now: string,
): AppIdentity {
  const kept = (name: string, make: () => string): string => {
    const known = db.settings.get(name);
    if (known !== undefined) return known;
    const made = make();
    db.settings.set(name, made);
    return made;
  };
  const privateKey = kept("appPrivateKey", () =>
    generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  );
  return {
    id: 1,
    slug: "trueup",
    name: "trueup",
    owner: "trueup-forge",
    privateKey,
    publicKey: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
    clientId: kept("appClientId", () => `Iv23li${randomBytes(7).toString("hex")}`),
    clientSecret: kept("appClientSecret", () => randomBytes(20).toString("hex")),
    webhookSecret: kept("appWebhookSecret", () => randomBytes(32).toString("hex")),
    permissions,
    events: [...events],
    createdAt: kept("appCreatedAt", () => now),
  };
}
