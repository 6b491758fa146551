import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

export interface Session {
  /** Who acts: the sandbox's own person; undefined before logging in. */
  login: string | undefined;
  /** To be sent back with every form. */
  token: string;
}

export type PagesEnv = { Variables: { session: Session }; Bindings: { incoming?: IncomingLike } };
export type PagesContext = Context<PagesEnv>;

interface IncomingLike {
  socket?: { remoteAddress?: string | undefined };
}

const loopbackAddress = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

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
 * Keeps everybody out but this machine's own browser. Three doors, each closed by itself: the connection must come from
 * loopback; the Host must be a loopback name, or a page elsewhere could point its own name here (DNS rebinding); a form must
 * come from one of these pages (Origin, a SameSite=Strict cookie, and a token bound to that cookie).
 */
export function guard(login: string): MiddlewareHandler<PagesEnv> {
  const secret = randomBytes(32);
  const sign = (text: string): string => createHmac("sha256", secret).update(text).digest("base64url");

  return async (c, next) => {
    c.header("Content-Security-Policy", contentSecurityPolicy);
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Referrer-Policy", "same-origin");
    c.header("Cross-Origin-Opener-Policy", "same-origin");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    if (!loopbackAddress.test(c.env?.incoming?.socket?.remoteAddress ?? "")) {
      return c.text("These pages answer this machine only.\n", 403);
    }
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (!loopbackHost.test(host)) return c.text("These pages answer under 127.0.0.1 and localhost only.\n", 403);

    // Cookies know no ports: the port in the name keeps two sandboxes on one machine apart.
    const cookie = `trueup-sandbox-${host.split(":").at(-1) ?? "80"}`.replaceAll(/[^\w-]/g, "");
    const [id = "", proof = ""] = (getCookie(c, cookie) ?? "").split(".");
    const known = /^[\w-]{20,64}$/.test(id) && same(proof, sign(`session ${id}`));
    if (c.req.method === "GET" || c.req.method === "HEAD") {
      if (!known && c.req.path === "/login") {
        // A place to keep the form's token before anybody is logged in; it proves nothing else.
        const fresh = randomBytes(24).toString("base64url");
        setCookie(c, `${cookie}-form`, fresh, { httpOnly: true, sameSite: "Strict", path: "/login" });
        c.set("session", { login: undefined, token: sign(`form ${fresh}`) });
      } else c.set("session", { login: known ? login : undefined, token: known ? sign(`form ${id}`) : "" });
      return next();
    }

    if (c.req.method !== "POST") return c.text("Only GET and POST are understood here.\n", 405);
    if (c.req.header("origin") !== new URL(c.req.url).protocol.concat("//", host)) {
      return c.text("This form did not come from one of these pages.\n", 403);
    }
    const form = await c.req.parseBody();
    const holder = known ? id : c.req.path === "/login" ? (getCookie(c, `${cookie}-form`) ?? "") : "";
    if (holder === "") return c.redirect(`/login?next=${encodeURIComponent(localReferer(c, host))}`, 303);
    if (typeof form.token !== "string" || !same(form.token, sign(`form ${holder}`))) {
      return c.text("This form is too old. Go back, load the page again, and send it once more.\n", 403);
    }
    if (c.req.path === "/login") {
      const fresh = randomBytes(24).toString("base64url");
      const value = `${fresh}.${sign(`session ${fresh}`)}`;
      setCookie(c, cookie, value, { httpOnly: true, sameSite: "Strict", path: "/" });
    }
    c.set("session", { login, token: sign(`form ${holder}`) });
    return next();
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function localReferer(c: PagesContext, host: string): string {
  const referer = c.req.header("referer");
  if (referer === undefined || !URL.canParse(referer) || new URL(referer).host !== host) return "/";
  return localPath(new URL(referer).pathname);
}

/** A path on this server, or `/`: never another site, however it is written. */
export function localPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path) ? path : "/";
}
