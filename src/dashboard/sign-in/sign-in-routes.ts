import { createHash, randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { GitHubError } from "../../github/github-error.ts";
import type { UserAccess } from "../../github/user-access.ts";
import { isOwnForm } from "../guard.ts";
import { sorry } from "../layout.ts";
import type { Sessions } from "./session.ts";

export const callbackPath = "/auth/github/callback";
const signInPath = "/auth/github";
export const signOutPath = "/auth/sign-out";

export interface SignInOptions {
  access: UserAccess;
  sessions: Sessions;
  /** Where people reach us, without a slash at its end. */
  publicUrl(): string;
}

/** Only a plan's page is ever gone on to: whoever makes the link must not choose where somebody ends up. */
const isOwnPage = (path: string): boolean => /^\/plans\/\d{1,16}\/\d{1,10}(?:\?[\w=&%.+~-]{0,300})?$/.test(path);

/** Where somebody signs in to come back to the page that this request is for. */
export function signInFor(c: Context): string {
  const { pathname, search } = new URL(c.req.url);
  const to = isOwnPage(pathname + search) ? pathname + search : pathname;
  return `${signInPath}?${new URLSearchParams({ to })}`;
}

const random = (): string => randomBytes(32).toString("base64url");
const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url");

/**
 * Signing in with GitHub, as its web application flow with PKCE goes: what comes back is only taken from the browser that began.
 */
export function signInRoutes({ access, sessions, publicUrl }: SignInOptions): Hono {
  const app = new Hono();
  const redirectUri = (): string => `${publicUrl()}${callbackPath}`;

  app.get(signInPath, async (c) => {
    const to = c.req.query("to") ?? "";
    if (!isOwnPage(to)) return refused(c, "One signs in to read a plan; open the link in its pull request.");
    const pending = { state: random(), verifier: random(), to };
    sessions.keepPending(c, pending);
    const challenge = challengeOf(pending.verifier);
    return c.redirect(access.authorizeUrl({ redirectUri: redirectUri(), state: pending.state, challenge }), 302);
  });

  app.get(callbackPath, async (c) => {
    const { code = "", state = "", error } = c.req.query();
    const pending = sessions.takePending(c, state);
    if (pending === undefined) {
      return refused(
        c,
        "This sign-in was not begun in this browser, was used already, or took too long. Open the plan again.",
      );
    }
    if (error !== undefined || !/^[\w-]{1,200}$/.test(code)) {
      return refused(c, "GitHub did not sign you in. Open the plan again to try once more.");
    }
    try {
      const token = await access.exchange({ code, verifier: pending.verifier, redirectUri: redirectUri() });
      if (token === undefined) return refused(c, "GitHub does not know this sign-in (any more). Open the plan again.");
      sessions.begin(c, { token: token.token, login: await access.login(token.token) }, token);
    } catch (failure) {
      if (!(failure instanceof GitHubError) || failure.kind !== "auth") throw failure;
      return refused(
        c,
        "GitHub does not take the app's client id and secret; whoever runs the bot has to look at them.",
      );
    }
    return c.redirect(pending.to, 302);
  });

  app.post(signOutPath, async (c) => {
    if (!isOwnForm(c.req.raw.headers, new URL(publicUrl()).origin)) {
      return refused(c, "This form did not come from one of these pages.");
    }
    sessions.end(c);
    const { to } = await c.req.parseBody();
    const back = typeof to === "string" && isOwnPage(to) ? html`<p><a href="${to}">Sign in again</a></p>` : "";
    return sorry(c, {
      title: "Signed out",
      text: "This browser holds nothing of your sign-in any more.",
      status: 200,
      more: back,
    });
  });
  return app;
}

function refused(c: Context, text: string): Promise<Response> {
  return sorry(c, { title: "That did not work", text, status: 400 });
}
