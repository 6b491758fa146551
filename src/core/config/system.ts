/** One valid entry of `systems:` in `.trueup.yaml`, all defaults filled in. */
export interface SystemConfig {
  name: string;
  cluster: string;
  /** Folder inside the repository, canonical: no leading or trailing slash, no `.` or `..`; `""` is the root. */
  path: string;
  /** Tracked branch; undefined means the repository's default branch. */
  branch: string | undefined;
  /** Default namespace for namespaced objects without one; `default` when not given. */
  namespace: string;
  /** True when `namespace:` stands in the file, so that the agent makes it if no manifest does. */
  namespaceGiven: boolean;
  confine: boolean;
  dependsOn: string[];
  prune: boolean;
  heal: boolean;
  /** What others add to its objects is taken out again. */
  exact: boolean;
  ignore: IgnoreRule[];
  protect: { maxDeletions: { percent: number } | { count: number } };
  /** Milliseconds to wait for health. */
  timeoutMs: number;
  /** Teams and people who are to approve deletions, as written: `@acme/ops`, `@mona`; none: whoever maintains the repository. */
  approvers: string[];
}

/** Fields never planned and never healed. `paths` are JSON pointers, `*` matches one segment. */
export interface IgnoreRule {
  kind?: string;
  name?: string;
  namespace?: string;
  paths: string[];
}
