import type { Logger } from "pino";
import type { DeliveryAttempt, GitHubApp } from "../github/github-app.ts";
import { type Delivery, recordDelivery, unknownDeliveries } from "../store/deliveries.ts";
import type { Database } from "../store/schema.ts";
import { MalformedPayload } from "./intake/hints.ts";
import { deliveryOf } from "./intake/webhook-app.ts";

export interface LostDeliveriesParts {
  db: Database;
  github: GitHubApp;
  appId: number;
  log: Logger;
  now(): number;
}

/** GitHub keeps its log for three days: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks */
const logKeptMs = 3 * 24 * 3_600_000;
/** An attempt is in the log when it has ended; ten seconds are the most it takes, and clocks differ. */
const overlapMs = 15 * 60_000;
/** A command that comes to light later than this is no longer what somebody wants now. */
const commandsKeptMs = 3_600_000;

/**
 * Takes from GitHub's log what it could not deliver to us: lost on the way, or answered with an error. The first look goes back as
 * far as the log does, later ones to the look before.
 */
export function lostDeliveries({ db, github, appId, log, now }: LostDeliveriesParts): () => Promise<void> {
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function recover(attempt: DeliveryAttempt): Promise<void> {
    const { guid, event } = attempt;
    const payload = await github.payloadOf(attempt);
    if (payload === undefined) return;
    let delivery: Delivery;
    try {
      delivery = deliveryOf(guid, event, payload, appId);
    } catch (error) {
      if (!(error instanceof MalformedPayload)) throw error;
      log.warn({ delivery: guid, event, reason: error.message }, "a lost delivery is malformed");
      delivery = { guid, event, jobs: [], attended: [], access: [] };
    }
    await recordDelivery(db, delivery);
    log.info({ delivery: guid, event }, "a lost delivery was recovered");
  }

  return async () => {
    const began = now();
    const attempts = await github.attempts(Math.max(began - logKeptMs, lookedAt - overlapMs));
    const delivered = new Set(attempts.filter(({ delivered }) => delivered).map(({ guid }) => guid));
    // Every attempt has the same payload; the oldest tells when it happened.
    const lost = new Map(attempts.filter(({ guid }) => !delivered.has(guid)).map((attempt) => [attempt.guid, attempt]));
    for (const guid of await unknownDeliveries(db, [...lost.keys()])) {
      const attempt = lost.get(guid)!;
      const stale = attempt.event === "issue_comment" && attempt.at < began - commandsKeptMs;
      if (!stale) await recover(attempt);
    }
    lookedAt = began;
  };
}
