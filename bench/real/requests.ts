import { subscribe, unsubscribe } from "node:diagnostics_channel";

export interface Answered {
  method: string;
  path: string;
  /** By `performance.now()`. */
  at: number;
}

/** What this process asks of an HTTP server from now on, written down as it is answered. */
export function watchRequests(url: string): { answered: readonly Answered[]; stop(): void } {
  const { origin } = new URL(url);
  const answered: Answered[] = [];
  const see = (message: unknown): void => {
    const { request } = message as { request: { origin: string; method: string; path: string } };
    if (request.origin !== origin) return;
    answered.push({ method: request.method, path: request.path, at: performance.now() });
  };
  subscribe("undici:request:headers", see);
  return { answered, stop: () => unsubscribe("undici:request:headers", see) };
}

export const isWatch = ({ path }: Answered): boolean => /[?&]watch=true/.test(path);
