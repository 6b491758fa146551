import type { Probot } from "probot";
import { type Delivery, recordDelivery } from "../../store/deliveries.ts";
import type { Database } from "../../store/schema.ts";
import { formatJobKey } from "../job-key.ts";
import { hintsOf } from "./hints.ts";

/**
 * The Probot app: every event is stored as a hint, in one transaction, and nothing else is done while GitHub waits.
 *
 * @param taken told of every delivery that was stored for the first time
 */
export function webhookApp(db: Database, appId: number, taken: (event: string) => void): (app: Probot) => void {
  return (app) => {
    app.onAny(async ({ id, name, payload }) => {
      if (await recordDelivery(db, deliveryOf(id, name, payload, appId))) taken(name);
    });
  };
}

/** @throws MalformedPayload */
export function deliveryOf(guid: string, event: string, payload: unknown, appId: number): Delivery {
  const { keys, access } = hintsOf(event, payload, appId);
  return { guid, event, jobKeys: keys.map(formatJobKey), access };
}
