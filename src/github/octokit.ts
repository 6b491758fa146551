import { Octokit } from "@octokit/rest";
import { asGitHubError, GitHubError } from "./github-error.ts";
import type { Urgency, WriteBudget } from "./write-budget.ts";

export type { Octokit } from "@octokit/rest";

export interface GitHubLog {
  debug(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

export interface OctokitOptions {
  /** `https://api.github.com`, or `https://host/api/v3`. */
  apiUrl: string;
  /** Value of the authorization header, asked before every request. */
  authorization(): Promise<string>;
  /**
   * Called when GitHub does not take the authorization (any more); the request is sent once more with a new one.
   * @param serverTime GitHub's clock, in milliseconds since the epoch
   */
  onUnauthorized(serverTime: number): void;
  budget: WriteBudget;
  /** Of the writes; default: `urgent`. */
  urgency?: Urgency | undefined;
  log: GitHubLog;
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** In [0, 1), for the jitter. */
  random(): number;
}

/** A read that GitHub failed is tried so many times; a write never: whoever wrote looks first whether it took effect. */
const readAttempts = 3;
const requestTimeoutMs = 20_000;

/** An octokit that authorises every request, keeps within the budget, reads again after GitHub's faults, and throws only GitHubError. */
export function createOctokit(options: OctokitOptions): Octokit {
  const { apiUrl, authorization, onUnauthorized, budget, urgency, log, now, sleep, random } = options;
  const requested = (text: string) => log.debug({}, text);
  const nothing = () => {};
  const octokit = new Octokit({
    baseUrl: apiUrl,
    userAgent: "trueup",
    // Failures are told by whoever asked; octokit's own words on them hold no more.
    log: { debug: nothing, info: requested, warn: requested, error: nothing },
  });
  octokit.hook.wrap("request", async (request, parameters) => {
    const named = `${parameters.method} ${octokit.request.endpoint.parse(parameters).url.replace(apiUrl, "")}`;
    const reads = parameters.method === "GET";
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      if (reads) budget.assertOpen();
      else await budget.take(urgency);
      parameters.headers.authorization = await authorization();
      parameters.request = { ...parameters.request, signal: AbortSignal.timeout(requestTimeoutMs) };
      try {
        return await request(parameters);
      } catch (thrown) {
        const error = asGitHubError(thrown, named, now());
        if (error.kind === "auth" && !renewed) {
          renewed = true;
          onUnauthorized(error.serverTime ?? now());
          continue;
        }
        if (error.kind === "rate-limited") {
          log.warn({ request: named, retryAfterMs: error.retryAfterMs }, "GitHub's rate limit");
          budget.closeFor(error.retryAfterMs ?? 60_000);
        }
        if (error.kind !== "unreachable" || !reads || attempt === readAttempts) throw error;
        log.warn({ request: named, reason: error.message, attempt }, "GitHub did not answer, asking again");
        await sleep(200 * 4 ** (attempt - 1) * (0.5 + random()));
      }
    }
  });
  return octokit;
}

/** What a request gives, or undefined when GitHub has no such thing. */
export async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof GitHubError && error.kind === "not-found") return undefined;
    throw error;
  }
}
