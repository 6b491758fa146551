import { html } from "hono/html";

/** `3 min ago`, with the exact time behind it. */
export function ago(iso: string, now: Date) {
  const at = new Date(iso);
  const exact = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return html`<time datetime="${at.toISOString()}" title="${exact}">${words((now.getTime() - at.getTime()) / 1000)}</time>`;
}

function words(seconds: number): string {
  if (seconds < 45) return "just now";
  if (seconds < 90 * 60) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}
