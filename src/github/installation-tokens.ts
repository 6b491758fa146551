import { GitHubError } from "./github-error.ts";
import type { Octokit } from "./octokit.ts";

/** What a token opens: one repository of the installation, or (for listing them) all. */
export interface TokenScope {
  installationId: number;
  repositoryId?: number;
}

export interface InstallationTokens {
  /** A token that stays valid for some minutes. @throws GitHubError `not-found` when the app is not installed there any more */
  token(scope: TokenScope): Promise<string>;
  /** GitHub does not take it any more: the next one is made anew. */
  forget(scope: TokenScope): void;
}

interface Kept {
  token: Promise<string>;
  /** Milliseconds since the epoch; infinite while it is being made. */
  expires: number;
}

/** A token is made anew when it ends within this time: a fetch that begins with it may take long. */
const marginMs = 10 * 60_000;

/** Tokens are made by the app itself (octokit's own way ignores a base URL of another host), and kept until they end. */
export function installationTokens(app: Octokit, now: () => number): InstallationTokens {
  const kept = new Map<string, Kept>();
  const keyOf = ({ installationId, repositoryId }: TokenScope) => `${installationId}/${repositoryId ?? ""}`;

  function make({ installationId, repositoryId }: TokenScope): Kept {
    const made: Kept = { token: Promise.resolve(""), expires: Number.POSITIVE_INFINITY };
    made.token = (async () => {
      const { data } = await app.rest.apps.createInstallationAccessToken({
        installation_id: installationId,
        ...(repositoryId === undefined ? {} : { repository_ids: [repositoryId] }),
      });
      made.expires = Date.parse(data.expires_at);
      return data.token;
    })().catch((error: unknown) => {
      // 422 is GitHub's answer for a repository that is not (or no longer) among the installation's.
      if (error instanceof GitHubError && error.status === 422) {
        throw new GitHubError("not-found", error.message, { status: 422, cause: error });
      }
      throw error;
    });
    return made;
  }

  return {
    token(scope) {
      const key = keyOf(scope);
      for (const [other, { expires }] of kept) if (expires - marginMs <= now()) kept.delete(other);
      let found = kept.get(key);
      if (found === undefined) {
        const made = make(scope);
        kept.set(key, made);
        made.token.catch(() => {
          if (kept.get(key) === made) kept.delete(key);
        });
        found = made;
      }
      return found.token;
    },
    forget: (scope) => void kept.delete(keyOf(scope)),
  };
}
