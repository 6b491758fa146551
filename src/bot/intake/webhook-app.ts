import type { Probot } from "probot";
import { type Delivery, recordDelivery } from "../../store/deliveries.ts";
import type { Turn } from "../../store/jobs.ts";
import type { Database } from "../../store/schema.ts";
import { formatJobKey, type JobKey } from "../job-key.ts";
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
  const { keys, attended, access } = hintsOf(event, payload, appId);
  const jobs = keys.map((key) => ({ key: formatJobKey(key), turn: turnOf(key) }));
  return { guid, event, jobs, attended: attended.map(formatJobKey), access };
}

function turnOf({ kind }: JobKey): Turn {
  // What is asked for or merged goes first, and the attention that people give a pull request says what is to be written of it soon.
  if (kind === "command") return "asked";
  if (kind === "merge-group") return "first";
  return kind === "pull-request" ? "last" : "soon";
}
