import type { Finding } from "../core/manifest/finding.ts";
import { GitError, type GitErrorKind } from "../git/git-error.ts";
import { CredentialsUnusable, isKubeError, isRefusal, KubeUnreachable, KubeUntrusted } from "../kube/kube-error.ts";
import type { AgentError } from "../link/messages.ts";

/** What was asked cannot be done, and whoever wrote the repository or the request can mend it: not a fault of ours. */
export class Refused extends Error {
  override name = "Refused";
  readonly findings: readonly Finding[];

  constructor(message: string, findings: readonly Finding[] = []) {
    super(message);
    this.findings = findings;
  }
}

/** Something did not come about in time, told in a sentence of ours with names of the repository's; trying later may help. */
export class NotYet extends Error {
  override name = "NotYet";
}

const ofGit: { [kind in GitErrorKind]?: string } = {
  auth: "the repository refuses the agent's own Git credential; its configuration names another one",
  "not-found": "the agent's Git credential shows it no such repository or commit",
  unreachable: "the agent cannot reach the repository; it tries again by itself",
};

/** What the bot may show: a user's mistake in full, of a fault only a text of ours. */
export function errorOf(thrown: unknown): AgentError {
  if (thrown instanceof Refused) {
    const { message, findings } = thrown;
    return { kind: "user", message, ...(findings.length > 0 ? { findings: [...findings] } : {}) };
  }
  if (thrown instanceof NotYet) {
    return { kind: "fault", message: `${thrown.message}; the agent tries again by itself` };
  }
  const told = thrown instanceof GitError ? ofGit[thrown.kind] : undefined;
  if (told !== undefined) return { kind: "fault", message: told };
  if (thrown instanceof CredentialsUnusable || isKubeError(thrown, 401)) {
    return {
      kind: "fault",
      message: "the cluster does not accept the agent's credentials; its log says which, and it tries again by itself",
    };
  }
  if (isRefusal(thrown)) return { kind: "fault", message: `the cluster refuses the agent: ${thrown.message}` };
  if (thrown instanceof KubeUntrusted) {
    return {
      kind: "fault",
      message: "the agent does not trust the certificate of its cluster's API; its log says by which CA",
    };
  }
  if (thrown instanceof KubeUnreachable) {
    return { kind: "fault", message: "the agent cannot reach its cluster's API; it tries again by itself" };
  }
  return { kind: "fault", message: "the agent could not finish it; its log says why, and it tries again by itself" };
}
