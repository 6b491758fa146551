import type { Delivery } from "../model/records.ts";
import type { Json } from "./json.ts";

/** GitHub's `hook-delivery-item`. */
export function deliveryItemShape(delivery: Delivery): Json {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.outcome?.deliveredAt ?? delivery.createdAt,
    redelivery: delivery.redelivery,
    duration: delivery.outcome?.duration ?? 0,
    status: delivery.outcome?.status ?? "pending",
    status_code: delivery.outcome?.statusCode ?? 0,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** GitHub's `hook-delivery`: with what was sent and answered. */
export function deliveryShape(delivery: Delivery): Json {
  return {
    ...deliveryItemShape(delivery),
    url: delivery.url,
    request: { headers: delivery.outcome?.requestHeaders ?? null, payload: JSON.parse(delivery.payload) },
    response: {
      headers: delivery.outcome?.responseHeaders ?? null,
      payload: delivery.outcome?.responseBody ?? null,
    },
  };
}
