/**
 * - `auth`: the app's own credentials are wrong
 * - `not-found`: not there, or not for us
 * - `forbidden`: there, but the app lacks a permission
 * - `rate-limited`: later; {@link GitHubError.retryAfterMs} says when
 * - `refused`: GitHub does not take the request as it is (409, 422, …)
 * - `unreachable`: no answer, or a fault of GitHub's
 */
export type GitHubErrorKind = "auth" | "not-found" | "forbidden" | "rate-limited" | "refused" | "unreachable";

/** A request that GitHub did not fulfil. The message names the request and holds GitHub's own words; never shown to users. */
export class GitHubError extends Error {
  override name = "GitHubError";
  readonly kind: GitHubErrorKind;
  readonly status: number | undefined;
  /** For `rate-limited`: how long to leave GitHub alone. */
  readonly retryAfterMs: number | undefined;
  /** For `auth`: GitHub's clock when it answered, in milliseconds since the epoch. */
  readonly serverTime: number | undefined;

  constructor(
    kind: GitHubErrorKind,
    message: string,
    more: { status?: number; retryAfterMs?: number; serverTime?: number; cause?: unknown } = {},
  ) {
    const { status, retryAfterMs, serverTime, cause } = more;
    super(message, { cause });
    this.kind = kind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.serverTime = serverTime;
  }
}

/** What octokit threw for the request (`GET /repos/…`), as ours. */
export function asGitHubError(error: unknown, request: string, now: number): GitHubError {
  if (error instanceof GitHubError) return error;
  if (!isAnswer(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new GitHubError("unreachable", `${request}: no answer: ${reason}`, { cause: error });
  }
  const { status, message } = error;
  const headers = error.response?.headers ?? {};
  const text = `${request}: ${status} ${message.slice(0, 500)}`;
  const wait = status === 403 || status === 429 ? waitOf(headers, message, now) : undefined;
  if (wait !== undefined) return new GitHubError("rate-limited", text, { status, retryAfterMs: wait, cause: error });
  const serverTime = Date.parse(String(headers.date));
  return new GitHubError(kindOf(status), text, {
    status,
    cause: error,
    ...(status === 401 && Number.isFinite(serverTime) ? { serverTime } : {}),
  });
}

interface Answer extends Error {
  status: number;
  response?: { headers: Record<string, string | number | undefined> };
}

// octokit gives failures of the network a status of 500 and no response.
const isAnswer = (error: unknown): error is Answer =>
  error instanceof Error && "status" in error && typeof error.status === "number" && "response" in error;

function kindOf(status: number): GitHubErrorKind {
  if (status === 401) return "auth";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 408 || status >= 500) return "unreachable";
  return "refused";
}

/**
 * How long to wait by https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api: `retry-after`
 * when it is there, else until `x-ratelimit-reset` when nothing remains, else a minute for a secondary limit.
 */
function waitOf(
  headers: Record<string, string | number | undefined>,
  message: string,
  now: number,
): number | undefined {
  const retryAfter = Number(headers["retry-after"] ?? Number.NaN);
  if (Number.isFinite(retryAfter)) return Math.max(1, retryAfter) * 1000;
  if (String(headers["x-ratelimit-remaining"]) === "0") {
    const reset = Number(headers["x-ratelimit-reset"]) * 1000 - now;
    return Number.isFinite(reset) ? Math.max(1_000, reset) : 60_000;
  }
  return /secondary rate limit|abuse detection/i.test(message) ? 60_000 : undefined;
}
