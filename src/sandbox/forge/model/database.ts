import { DatabaseSync } from "node:sqlite";
import type {
  Account,
  CheckRun,
  Comment,
  CommitStatus,
  Delivery,
  Deployment,
  DeploymentStatus,
  Installation,
  PullRequest,
  Reaction,
  Repository,
  Team,
  Token,
} from "./records.ts";

/** Rows of one kind, found by number or by one text key. */
export interface Collection<T extends { id: number }> {
  insert(row: WithoutId<T>): T;
  get(id: number): T | undefined;
  /** Rows with this key, oldest first. */
  withKey(key: string | number): T[];
  all(): T[];
  /** Newest first, starting below `before`. */
  newest(limit: number, before?: number): T[];
  save(row: T): void;
  remove(id: number): void;
}

export type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

export interface Database {
  accounts: Collection<Account>;
  repositories: Collection<Repository>;
  pullRequests: Collection<PullRequest>;
  comments: Collection<Comment>;
  reactions: Collection<Reaction>;
  checkRuns: Collection<CheckRun>;
  statuses: Collection<CommitStatus>;
  deployments: Collection<Deployment>;
  deploymentStatuses: Collection<DeploymentStatus>;
  installations: Collection<Installation>;
  teams: Collection<Team>;
  tokens: Collection<Token>;
  deliveries: Collection<Delivery>;
  settings: { get(name: string): string | undefined; set(name: string, value: string): void };
  /** All or nothing; `work` must not wait for anything. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Opens (or makes) the forge's state in one SQLite file; a killed process loses nothing that was answered. */
export function openDatabase(file: string): Database {
  const sqlite = new DatabaseSync(file);
  // Without fsync: the operating system keeps what a killed process wrote, and a sandbox need not outlive a power cut.
  sqlite.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA busy_timeout=5000");
  sqlite.exec("CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
  const getSetting = sqlite.prepare("SELECT value FROM settings WHERE name = ?");
  const setSetting = sqlite.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)");
  let depth = 0;
  return {
    accounts: collection<Account>(sqlite, "accounts", (a) => a.login.toLowerCase()),
    repositories: collection<Repository>(sqlite, "repositories", (r) => `${r.owner}/${r.name}`.toLowerCase()),
    pullRequests: collection<PullRequest>(sqlite, "pull_requests", (p) => p.repositoryId),
    comments: collection<Comment>(sqlite, "comments", (c) => `${c.repositoryId}#${c.issueNumber}`),
    reactions: collection<Reaction>(sqlite, "reactions", (r) => r.commentId),
    checkRuns: collection<CheckRun>(sqlite, "check_runs", (c) => `${c.repositoryId}@${c.headSha}`),
    statuses: collection<CommitStatus>(sqlite, "statuses", (s) => `${s.repositoryId}@${s.sha}`),
    deployments: collection<Deployment>(sqlite, "deployments", (d) => d.repositoryId),
    deploymentStatuses: collection<DeploymentStatus>(sqlite, "deployment_statuses", (s) => s.deploymentId),
    installations: collection<Installation>(sqlite, "installations", (i) => i.account.toLowerCase()),
    teams: collection<Team>(sqlite, "teams", (t) => `${t.org}/${t.slug}`.toLowerCase()),
    tokens: collection<Token>(sqlite, "tokens", (t) => t.hash),
    deliveries: collection<Delivery>(sqlite, "deliveries", (d) => d.guid),
    settings: {
      get: (name) => getSetting.get(name)?.value as string | undefined,
      set: (name, value) => void setSetting.run(name, value),
    },
    transaction(work) {
      if (depth > 0) return work();
      depth++;
      sqlite.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        sqlite.exec("COMMIT");
        return result;
      } catch (error) {
        sqlite.exec("ROLLBACK");
        throw error;
      } finally {
        depth--;
      }
    },
    close: () => sqlite.close(),
  };
}

function collection<T extends { id: number }>(
  sqlite: DatabaseSync,
  table: string,
  keyOf: (row: WithoutId<T>) => string | number,
): Collection<T> {
  sqlite.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, data TEXT NOT NULL) STRICT;
     CREATE INDEX IF NOT EXISTS ${table}_key ON ${table} (key, id)`,
  );
  const insert = sqlite.prepare(`INSERT INTO ${table} (key, data) VALUES (?, ?)`);
  const get = sqlite.prepare(`SELECT id, data FROM ${table} WHERE id = ?`);
  const withKey = sqlite.prepare(`SELECT id, data FROM ${table} WHERE key = ? ORDER BY id`);
  const all = sqlite.prepare(`SELECT id, data FROM ${table} ORDER BY id`);
  const newest = sqlite.prepare(`SELECT id, data FROM ${table} WHERE id < ? ORDER BY id DESC LIMIT ?`);
  const save = sqlite.prepare(`UPDATE ${table} SET key = ?, data = ? WHERE id = ?`);
  const remove = sqlite.prepare(`DELETE FROM ${table} WHERE id = ?`);
  const parse = (row: Record<string, unknown>): T => ({ ...JSON.parse(row.data as string), id: Number(row.id) });
  return {
    insert(row) {
      const { lastInsertRowid } = insert.run(String(keyOf(row)), JSON.stringify(row));
      return { ...row, id: Number(lastInsertRowid) } as unknown as T;
    },
    get(id) {
      const row = Number.isSafeInteger(id) ? get.get(id) : undefined;
      return row === undefined ? undefined : parse(row);
    },
    withKey: (key) => withKey.all(String(key)).map(parse),
    all: () => all.all().map(parse),
    newest: (limit, before = Number.MAX_SAFE_INTEGER) => newest.all(before, limit).map(parse),
    save(row) {
      const { id, ...data } = row;
      save.run(String(keyOf(row as unknown as WithoutId<T>)), JSON.stringify(data), id);
    },
    remove: (id) => void remove.run(id),
  };
}
