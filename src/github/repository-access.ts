import type { Octokit } from "./octokit.ts";

/** What the parts of a client share. */
export interface RepositoryAccess {
  octokit: Octokit;
  id: number;
  appId: number;
  /** Where the repository is now: GitHub's paths want names, and names move. */
  at(): Promise<{ owner: string; repo: string }>;
}
