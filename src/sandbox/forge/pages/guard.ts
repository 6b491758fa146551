import type { Context, MiddlewareHandler } from "hono";

/** What every page knows. */
export interface Site {
  /** Who acts on these pages: the sandbox's own person. */
  login: string;
  /** Who else the sandbox's person may speak as: a second pair of eyes. */
  others: readonly string[];
  /** Whether there is a picture to link to. */
  picture: boolean;
  now(): Date;
}

export type PagesEnv = { Variables: { site: Site } };
/** What a page needs of a request's context, whatever else is in there. */
export type PagesContext = Pick<Context, "req" | "html"> & { readonly var: { readonly site: Site } };

/** Whether a request's Host is a name of this machine that nobody else can point here. */
export const isLoopbackHost = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);

const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Whoever opens these pages acts as the sandbox's person, so other sites must not get in through the browser. The Host must
 * be a loopback name, or a site elsewhere could point its own name here (DNS rebinding); a form must come from one of these
 * pages, by the headers that browsers set and scripts cannot.
 * See https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function guard(site: Site): MiddlewareHandler<PagesEnv> {
  return async (c, next) => {
    c.header("Content-Security-Policy", contentSecurityPolicy);
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Referrer-Policy", "same-origin");
    c.header("Cross-Origin-Opener-Policy", "same-origin");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (!isLoopbackHost(host)) return c.text("These pages answer under 127.0.0.1 and localhost only.\n", 403);
    if (c.req.method === "POST") {
      if (!isOwnForm(c.req.raw.headers, host)) return c.text("This form did not come from one of these pages.\n", 403);
    } else if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      return c.text("Only GET and POST are understood here.\n", 405);
    }
    c.set("site", site);
    return next();
  };
}

/** Browsers say where a form comes from; whatever says nothing is no browser, and has the REST API. */
function isOwnForm(headers: Headers, host: string): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site === null && origin === null) return false;
  if (site !== null && site !== "same-origin") return false;
  return origin === null || origin === `http://${host}` || origin === `https://${host}`;
}
