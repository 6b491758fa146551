import type { KubeObject } from "../manifest/kube-object.ts";

export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastTransitionTime: string;
}

export type Fields = { readonly [field: string]: unknown };

/** A live object is a server's word, and may still be of any shape: what is not as expected is as absent. */
export function mapping(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(mapping) : [];
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function number(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

export function specOf(object: KubeObject): Fields {
  return mapping(object.spec);
}

export function statusOf(object: KubeObject): Fields {
  return mapping(object.status);
}

export function conditionsOf(object: KubeObject): Condition[] {
  return list(statusOf(object).conditions).map(({ type, status, reason, message, lastTransitionTime }) => ({
    type: text(type),
    status: text(status),
    reason: text(reason),
    message: text(message),
    lastTransitionTime: text(lastTransitionTime),
  }));
}
