import { createHmac, timingSafeEqual } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import type { Probot } from "probot";
import { MalformedPayload } from "./hints.ts";

export interface WebhookRouteOptions {
  probot: Probot;
  secret: string;
  log: Logger;
  /** GitHub gives up after 10 s; what is not stored by then must be answered as failed. */
  deadlineMs: number;
}

/** GitHub's own limit: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const mostBytes = 25 * 1024 * 1024;

/** Both are served: the first is Probot's, the second what the app's manifest flow would write. */
const paths = ["/api/github/webhooks", "/"];

/**
 * Takes GitHub's deliveries: 2xx when stored, 5xx when not (GitHub's log has it, and the sweep finds it there), 400, 401, 413 for
 * what is no delivery of GitHub's.
 */
export function webhookRoute({ probot, secret, log, deadlineMs }: WebhookRouteOptions): Hono {
  const app = new Hono();
  const refuse = (c: Context, status: 400 | 401 | 413, reason: string) => {
    log.warn({ delivery: c.req.header("x-github-delivery")?.slice(0, 80), status, reason }, "webhook refused");
    return c.json({ error: reason }, status);
  };

  app.on(
    "POST",
    paths,
    bodyLimit({ maxSize: mostBytes, onError: (c) => refuse(c, 413, "larger than 25 MB") }),
    async (c) => {
      const guid = c.req.header("x-github-delivery");
      const event = c.req.header("x-github-event");
      if (guid === undefined || event === undefined || !/^[\w-]{1,80}$/.test(guid) || !/^[a-z_]{1,80}$/.test(event)) {
        return refuse(c, 400, "x-github-delivery or x-github-event is missing or malformed");
      }
      const body = new Uint8Array(await c.req.arrayBuffer());
      if (!isSigned(body, c.req.header("x-hub-signature-256"), secret)) {
        return refuse(
          c,
          401,
          "x-hub-signature-256 does not match; is the app's webhook secret the bot's WEBHOOK_SECRET?",
        );
      }
      let payload: unknown;
      try {
        payload = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
      } catch {
        return refuse(c, 400, "the body is no JSON; set the webhook's content type to application/json");
      }
      const stored = receive(probot, guid, event, payload);
      const late = new AbortController();
      try {
        const outcome = await Promise.race([stored, delay(deadlineMs, "late" as const, { signal: late.signal })]);
        if (outcome !== "late") return c.json({ stored: true });
        log.error({ delivery: guid, event }, "a delivery could not be stored in time");
        stored.catch(() => {});
      } catch (error) {
        const cause = causeOf(error);
        if (cause instanceof MalformedPayload) return refuse(c, 400, cause.message);
        log.error({ delivery: guid, event, err: cause }, "a delivery could not be stored");
      } finally {
        late.abort();
      }
      return c.json({ error: "not stored; it will be asked for again" }, 503);
    },
  );
  return app;
}

/** Probot knows events by name in its types only; unknown ones are taken all the same. */
function receive(probot: Probot, id: string, name: string, payload: unknown): Promise<void> {
  return probot.receive({ id, name, payload } as Parameters<Probot["receive"]>[0]);
}

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries, over the bytes as they came. */
function isSigned(body: Uint8Array, signature: string | undefined, secret: string): boolean {
  const given = /^sha256=([0-9a-f]{64})$/.exec(signature ?? "")?.[1];
  const expected = createHmac("sha256", secret).update(body).digest();
  return given !== undefined && timingSafeEqual(Buffer.from(given, "hex"), expected);
}

/** Webhook handlers' errors come bundled. */
function causeOf(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? causeOf(error.errors[0]) : error;
}
