import { createHash } from "node:crypto";
import type { SeenRepository, UserAccess } from "../github/user-access.ts";

/** Which repositories somebody may read, as GitHub says. */
export interface Readers {
  /** @returns undefined when it is not there, or not for this person. @throws GitHubError */
  repository(token: string, id: number): Promise<SeenRepository | undefined>;
}

/** Whoever loses the right to read keeps it here for so long. */
const rememberedMs = 60_000;
const mostRemembered = 1_000;

/** Asks GitHub with the person's own token, and remembers the answer for a minute. */
export function createReaders(access: Pick<UserAccess, "repository">, now: () => number): Readers {
  const remembered = new Map<string, { until: number; answer: Promise<SeenRepository | undefined> }>();
  return {
    repository(token, id) {
      const key = `${createHash("sha256").update(token).digest("base64url")}/${id}`;
      const known = remembered.get(key);
      if (known !== undefined && known.until > now()) return known.answer;
      remembered.delete(key);
      for (const [other, { until }] of remembered) {
        if (until > now() && remembered.size < mostRemembered) break;
        remembered.delete(other);
      }
      const made = { until: now() + rememberedMs, answer: access.repository(token, id) };
      remembered.set(key, made);
      made.answer.catch(() => remembered.get(key) === made && remembered.delete(key));
      return made.answer;
    },
  };
}
