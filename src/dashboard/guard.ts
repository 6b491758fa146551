import type { MiddlewareHandler } from "hono";

/** No script at all, nothing from elsewhere. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * What the browser is told of every page. A page on this machine answers under its own name only, or a site elsewhere could point
 * its name here (DNS rebinding).
 *
 * @param publicUrl undefined while there is none
 */
export function guard(publicUrl: () => string | undefined): MiddlewareHandler {
  return async (c, next) => {
    c.header("Content-Security-Policy", contentSecurityPolicy);
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Referrer-Policy", "same-origin");
    c.header("Cross-Origin-Opener-Policy", "same-origin");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    c.header("Cache-Control", "no-store");
    const url = publicUrl();
    if (url !== undefined && isLoopback(url) && c.req.header("host") !== new URL(url).host) {
      return c.text(`This page answers under ${url} only.\n`, 403);
    }
    return next();
  };
}

export const isLoopback = (url: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);

/** Whether a form was sent by one of our pages, by the headers that browsers set and scripts cannot. */
export function isOwnForm(headers: Headers, origin: string): boolean {
  const site = headers.get("sec-fetch-site");
  return (site === null || site === "same-origin") && headers.get("origin") === origin;
}
