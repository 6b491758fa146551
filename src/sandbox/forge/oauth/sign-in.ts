import { createHash, randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { ensureAccount } from "../model/accounts.ts";
import type { World } from "../model/world.ts";
import { isLoopbackHost } from "../pages/guard.ts";
import { hashToken } from "../rest/caller.ts";

export interface SignIn {
  /** `/login/oauth/…`. */
  pages: Hono;
  setCallbackUrl(url: string): void;
}

/** What a code is good for, once. */
interface Grant {
  login: string;
  redirectUri: string;
  challenge: string | undefined;
  /** Milliseconds since the epoch. */
  expires: number;
}

const codeLivesMs = 10 * 60_000;
const tokenLivesSeconds = 8 * 3600;
const mostGrants = 1_000;

/**
 * How people sign in through the app, as on GitHub: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 * Whoever has a browser on this machine is the forge's person already, so nobody is asked; `login`, with which GitHub suggests an
 * account, signs in as that one. There are no refresh tokens: one signs in again.
 */
export function signIn(world: World, person: string): SignIn {
  const grants = new Map<string, Grant>();
  let callbackUrl: string | undefined;
  const now = (): number => world.clock().getTime();
  const pages = new Hono();

  pages.get("/login/oauth/authorize", (c) => {
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    const host = c.req.header("host") ?? "";
    if (!isLoopbackHost(host)) return c.text("One signs in under 127.0.0.1 and localhost only.\n", 403);
    const { client_id, state, code_challenge, code_challenge_method, login = person } = c.req.query();
    if (client_id !== world.app.clientId || callbackUrl === undefined) return c.notFound();
    const back = (answer: Record<string, string>) => {
      const url = new URL(callbackUrl!);
      for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
      if (state !== undefined) url.searchParams.set("state", state);
      return c.redirect(url.href, 302);
    };
    const redirectUri = c.req.query("redirect_uri") ?? callbackUrl;
    if (redirectUri !== callbackUrl) {
      return back(refusal("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL."));
    }
    if (code_challenge !== undefined && (code_challenge_method !== "S256" || !/^[\w-]{43}$/.test(code_challenge))) {
      return back(refusal("invalid_request", "code_challenge must be a SHA-256 hash, with the method S256."));
    }
    if (!/^[a-z\d](?:[a-z\d-]{0,37}[a-z\d])?$/i.test(login)) return back(refusal("access_denied", "No such user."));
    ensureAccount(world, login, "User");
    for (const [code, { expires }] of grants) if (expires <= now() || grants.size >= mostGrants) grants.delete(code);
    const code = randomBytes(10).toString("hex");
    grants.set(code, { login, redirectUri, challenge: code_challenge, expires: now() + codeLivesMs });
    return back({ code });
  });

  pages.post("/login/oauth/access_token", async (c) => {
    const given = await fieldsOf(c);
    if (given.client_id !== world.app.clientId || given.client_secret !== world.app.clientSecret) {
      return answer(
        c,
        refusal("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."),
      );
    }
    const code = given.code ?? "";
    const grant = grants.get(code);
    grants.delete(code);
    const isGood = grant !== undefined && grant.expires > now() && isProven(grant, given.code_verifier);
    if (!isGood) return answer(c, refusal("bad_verification_code", "The code passed is incorrect or expired."));
    if (given.redirect_uri !== undefined && given.redirect_uri !== grant.redirectUri) {
      return answer(c, refusal("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL."));
    }
    const token = `ghu_${randomBytes(18).toString("hex")}`;
    const expiresAt = new Date(now() + tokenLivesSeconds * 1000).toISOString();
    world.db.tokens.insert({ hash: hashToken(token), kind: "user", login: grant.login, expiresAt });
    return answer(c, { access_token: token, expires_in: tokenLivesSeconds, scope: "", token_type: "bearer" });
  });

  return {
    pages,
    setCallbackUrl(url) {
      callbackUrl = url;
    },
  };
}

/** https://datatracker.ietf.org/doc/html/rfc7636#section-4.6 */
function isProven({ challenge }: Grant, verifier: string | undefined): boolean {
  if (challenge === undefined) return true;
  return (
    createHash("sha256")
      .update(verifier ?? "")
      .digest("base64url") === challenge
  );
}

function refusal(error: string, description: string): Record<string, string> {
  return { error, error_description: description, error_uri: "https://docs.github.com/apps/" };
}

/** GitHub takes them in the address, as a form or as JSON. */
async function fieldsOf(c: Context): Promise<Record<string, string | undefined>> {
  const isJson = c.req.header("content-type")?.includes("json") === true;
  const body: unknown = isJson ? await c.req.json().catch(() => ({})) : await c.req.parseBody();
  const all = Object.entries({ ...c.req.query(), ...(body as object) });
  return Object.fromEntries(all.filter((field): field is [string, string] => typeof field[1] === "string"));
}

/** With 200 also when it says no, in the form that was asked for. */
function answer(c: Context, fields: Record<string, string | number>): Response {
  c.header("Cache-Control", "no-store");
  if (c.req.header("accept")?.includes("json") === true) return c.json(fields);
  const form = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  return c.body(form.toString(), 200, { "content-type": "application/x-www-form-urlencoded; charset=utf-8" });
}
