/**
 * Delivers events as GitHub does: signed, at most ten seconds, no second attempt of its own, every attempt in the log.
 *
 *   written to the log (no outcome) → sent → outcome logged
 *
 * A delivery without an outcome was cut short by the forge itself ending, or came before the app said where it is this time:
 * it goes out, with its GUID, as soon as the app does.
 */
import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import type { Delivery } from "../model/records.ts";
import type { World } from "../model/world.ts";

export interface WebhookSender {
  /** Logs and sends one event, when the app has an address. */
  send(event: Omit<Delivery, "id" | "guid" | "redelivery" | "url" | "createdAt" | "outcome">): void;
  /** Sends a logged delivery again, under its old GUID. */
  redeliver(delivery: Delivery): void;
  setUrl(url: string): void;
  url(): string | undefined;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const keptAnswer = 64 * 1024;

export function webhookSender(world: World, timeoutMs: number): WebhookSender {
  const pool = new Agent({ connections: 32, keepAliveTimeout: 4000 });
  const underway = new Set<Promise<void>>();
  let stopped = false;
  let addressKnown = false;
  const url = (): string | undefined => world.db.settings.get("webhookUrl");

  const attempt = (delivery: Delivery): void => {
    if (stopped || !addressKnown) return;
    const work = deliver(world, pool, delivery, timeoutMs, () => stopped).finally(() => underway.delete(work));
    underway.add(work);
  };
  const log = (delivery: Omit<Delivery, "id">): Delivery => {
    const logged = world.db.deliveries.insert(delivery);
    attempt(logged);
    return logged;
  };
  const resume = (): void => {
    // Only the newest can be unfinished: the log is written in the order of sending.
    for (const delivery of world.db.deliveries.newest(500).reverse()) {
      if (delivery.outcome === undefined) attempt({ ...delivery, url: url() ?? delivery.url });
    }
  };
  return {
    send(event) {
      const to = url();
      if (to === undefined) return;
      const createdAt = world.clock().toISOString();
      const delivery = log({ ...event, guid: randomUUID(), redelivery: false, url: to, createdAt });
      if (world.faults.doublesDelivery(event.event, event.action)) attempt(delivery);
    },
    redeliver({ id: _, outcome: __, ...delivery }) {
      log({ ...delivery, redelivery: true, url: url() ?? delivery.url, createdAt: world.clock().toISOString() });
    },
    setUrl(to) {
      if (!/^https?:$/.test(new URL(to).protocol)) throw new Error(`a webhook's address must be http(s), not ${to}`);
      world.db.settings.set("webhookUrl", to);
      if (addressKnown) return;
      addressKnown = true;
      resume();
    },
    url,
    async settled() {
      while (underway.size > 0) await Promise.all(underway);
    },
    async stop() {
      stopped = true;
      world.faults.clear();
      await pool.destroy();
      await Promise.allSettled(underway);
    },
  };
}

async function deliver(
  world: World,
  pool: Agent,
  delivery: Delivery,
  timeoutMs: number,
  stopped: () => boolean,
): Promise<void> {
  await world.faults.heldBack(delivery.event, delivery.action);
  const headers = {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/trueup",
    "x-github-delivery": delivery.guid,
    "x-github-event": delivery.event,
    "x-github-hook-id": String(world.app.id),
    "x-github-hook-installation-target-id": String(world.app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature": `sha1=${createHmac("sha1", world.app.webhookSecret).update(delivery.payload).digest("hex")}`,
    "x-hub-signature-256": `sha256=${createHmac("sha256", world.app.webhookSecret).update(delivery.payload).digest("hex")}`,
  };
  const began = performance.now();
  const done = (statusCode: number, status: string, responseHeaders: Record<string, string>, responseBody: string) => {
    const duration = Math.round((performance.now() - began) / 10) / 100;
    const deliveredAt = world.clock().toISOString();
    const outcome = {
      deliveredAt,
      duration,
      statusCode,
      status,
      requestHeaders: headers,
      responseHeaders,
      responseBody,
    };
    world.db.deliveries.save({ ...delivery, outcome });
  };
  if (world.faults.losesDelivery(delivery.event, delivery.action)) return done(0, "lost by a fault", {}, "");
  try {
    const answer = await request(delivery.url, {
      method: "POST",
      dispatcher: pool,
      headers,
      body: delivery.payload,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await answer.body.text();
    const received = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    const status = answer.statusCode < 400 ? "OK" : `Invalid HTTP Response: ${answer.statusCode}`;
    done(answer.statusCode, status, Object.fromEntries(received), body.slice(0, keptAnswer));
  } catch (error) {
    if (stopped()) return;
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    done(timedOut ? 504 : 502, timedOut ? "timed out" : "failed to connect to host", {}, "");
  }
}
