import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { UserToken } from "../../github/user-access.ts";
import { createSeal } from "./sealed.ts";

/** Who is signed in: GitHub's token for this person, which only the browser keeps, sealed. */
export interface Session {
  token: string;
  login: string;
}

/** A sign-in that has begun and not come back yet. */
export interface Pending {
  state: string;
  verifier: string;
  /** Path of ours to go on to. */
  to: string;
}

export interface Sessions {
  /** undefined without a session, with an expired one, and with one that we did not make. */
  current(c: Context): Session | undefined;
  begin(c: Context, session: Session, token: UserToken): void;
  end(c: Context): void;
  /** Each sign-in has a cookie of its own: two pages may ask for one at the same time. */
  keepPending(c: Context, pending: Pending): void;
  /** The sign-in that this state belongs to, once. */
  takePending(c: Context, state: string): Pending | undefined;
}

const longestSessionMs = 8 * 3_600_000;
const pendingMs = 10 * 60_000;

/**
 * @param secure whether the pages are on https
 * @param now milliseconds since the epoch
 */
export function createSessions(secret: string, secure: () => boolean, now: () => number): Sessions {
  const sessions = createSeal<Session>(secret, "session");
  const pendings = createSeal<Pending>(secret, "sign-in");
  // With the prefix, no neighbouring host or plain http page can put one in its place.
  const named = (name: string): string => `${secure() ? "__Host-" : ""}trueup-${name}`;
  const pendingName = (state: string): string => named(`sign-in-${state.slice(0, 12)}`);
  const options = (livesMs: number) =>
    ({ path: "/", httpOnly: true, sameSite: "Lax", secure: secure(), maxAge: Math.floor(livesMs / 1000) }) as const;
  const drop = (c: Context, name: string): void => void deleteCookie(c, name, { path: "/", secure: secure() });

  return {
    current: (c) => sessions.open(getCookie(c, named("session")) ?? "", now()),
    begin(c, session, { expiresInMs = longestSessionMs }) {
      const livesMs = Math.min(expiresInMs, longestSessionMs);
      setCookie(c, named("session"), sessions.seal(session, now() + livesMs), options(livesMs));
    },
    end: (c) => drop(c, named("session")),
    keepPending(c, pending) {
      setCookie(c, pendingName(pending.state), pendings.seal(pending, now() + pendingMs), options(pendingMs));
    },
    takePending(c, state) {
      if (!/^[\w-]{43}$/.test(state)) return undefined;
      const name = pendingName(state);
      const pending = pendings.open(getCookie(c, name) ?? "", now());
      drop(c, name);
      return pending?.state === state ? pending : undefined;
    },
  };
}
