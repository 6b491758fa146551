import { asGitHubError, GitHubError } from "./github-error.ts";
import { webRootOf } from "./web-root.ts";

/** The GitHub App as somebody signs in through it: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app */
export interface UserAccessOptions {
  /** `https://api.github.com`, or `https://host/api/v3`. */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
}

/** What GitHub sends back to the callback is exchanged for; it may do what both the person and the app may. */
export interface UserToken {
  token: string;
  /** How long GitHub takes it; undefined when it does not say. */
  expiresInMs: number | undefined;
}

/** A repository as GitHub shows it to somebody. */
export interface SeenRepository {
  id: number;
  owner: string;
  name: string;
  webUrl: string;
  private: boolean;
  mayWrite: boolean;
}

export interface UserAccess {
  /** Where to send the browser. */
  authorizeUrl(request: { redirectUri: string; state: string; challenge: string }): string;
  /** @returns undefined when GitHub does not take the code. @throws GitHubError `unreachable`, or `auth` for the app's own credentials */
  exchange(request: { code: string; verifier: string; redirectUri: string }): Promise<UserToken | undefined>;
  /** Login of whose token it is. @throws GitHubError `auth` when the token is (no longer) good */
  login(token: string): Promise<string>;
  /** @returns undefined when it is not there, or not for this person. @throws GitHubError `auth` when the token is (no longer) good */
  repository(token: string, id: number): Promise<SeenRepository | undefined>;
}

const timeoutMs = 10_000;

export function createUserAccess({ apiUrl, clientId, clientSecret }: UserAccessOptions): UserAccess {
  const web = webRootOf(apiUrl);

  async function ask<T>(token: string, path: string): Promise<T> {
    const answer = await request(`GET ${path}`, `${apiUrl}${path}`, {
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "user-agent": "trueup",
        "x-github-api-version": "2022-11-28",
      },
    });
    return (await readJson(`GET ${path}`, answer)) as T;
  }

  return {
    authorizeUrl({ redirectUri, state, challenge }) {
      const url = new URL(`${web}/login/oauth/authorize`);
      url.searchParams.set("client_id", clientId);
      url.searchParams.set("redirect_uri", redirectUri);
      url.searchParams.set("state", state);
      url.searchParams.set("code_challenge", challenge);
      url.searchParams.set("code_challenge_method", "S256");
      return url.href;
    },
    async exchange({ code, verifier, redirectUri }) {
      const what = "POST /login/oauth/access_token";
      const answer = await request(what, `${web}/login/oauth/access_token`, {
        method: "POST",
        headers: { accept: "application/json", "user-agent": "trueup" },
        body: new URLSearchParams({
          client_id: clientId,
          client_secret: clientSecret,
          code,
          code_verifier: verifier,
          redirect_uri: redirectUri,
        }),
      });
      // GitHub says no with a 200, too.
      const given = (await readJson(what, answer)) as Partial<Record<string, unknown>>;
      if (given.error === "bad_verification_code") return undefined;
      if (typeof given.access_token !== "string" || !/^[\x21-\x7e]{1,1000}$/.test(given.access_token)) {
        const reason = typeof given.error === "string" ? given.error.slice(0, 100) : "no token in its answer";
        throw new GitHubError("auth", `${what}: ${reason}`, { status: answer.status });
      }
      const seconds = Number(given.expires_in);
      return { token: given.access_token, expiresInMs: seconds > 0 ? seconds * 1000 : undefined };
    },
    async login(token) {
      return (await ask<{ login: string }>(token, "/user")).login;
    },
    async repository(token, id) {
      try {
        const found = await ask<Repository>(token, `/repositories/${id}`);
        return {
          id: found.id,
          owner: found.owner.login,
          name: found.name,
          webUrl: found.html_url,
          private: found.private,
          mayWrite: found.permissions?.push === true,
        };
      } catch (error) {
        // Forbidden, too: a suspended installation, or an organisation that wants a session of its own (SAML).
        if (error instanceof GitHubError && (error.kind === "not-found" || error.kind === "forbidden"))
          return undefined;
        throw error;
      }
    },
  };
}

interface Repository {
  id: number;
  name: string;
  owner: { login: string };
  html_url: string;
  private: boolean;
  permissions?: { push?: boolean };
}

/** Errors name the request, and hold neither its body nor its credentials. */
async function request(what: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw asGitHubError(error, what, Date.now());
  }
}

async function readJson(what: string, answer: Response): Promise<unknown> {
  const headers = Object.fromEntries(answer.headers);
  const failed = (message: string, status: number): GitHubError =>
    asGitHubError(Object.assign(new Error(message), { status, response: { headers } }), what, Date.now());
  let body: unknown;
  try {
    body = await answer.json();
  } catch {
    throw failed("no JSON", answer.ok ? 502 : answer.status);
  }
  const message = (body as { message?: unknown } | null)?.message;
  if (!answer.ok) throw failed(typeof message === "string" ? message : "", answer.status);
  if (typeof body !== "object" || body === null) throw failed("no JSON object", 502);
  return body;
}
