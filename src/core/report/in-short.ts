import { shorten } from "./inert.ts";

/** Up to what stands in brackets, where the machinery's own words are, or to the way out; the whole stands in the alert. */
export function inShort(message: string): string {
  return shorten(message.replace(/(?:\s\(|;\s).*$/s, "") || message, 120);
}
