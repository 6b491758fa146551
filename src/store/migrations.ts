import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

/** Never changed once released: a new table or column is a new entry. */
const migrations: Record<string, Migration> = {
  "0001-first": {
    async up(db: Kysely<unknown>) {
      for (const statement of first) await sql.raw(statement).execute(db);
    },
  },
  "0002-final-plans": {
    async up(db: Kysely<unknown>) {
      await sql`alter table plans add column final boolean not null default false`.execute(db);
    },
  },
  "0003-patience": {
    async up(db: Kysely<unknown>) {
      await sql`alter table jobs add column patience integer not null default 0`.execute(db);
    },
  },
  "0004-touches": {
    async up(db: Kysely<unknown>) {
      await sql`create table touches (repository_id bigint not null, pull_request integer not null, system text not null,
        cluster text not null, object text not null, touch jsonb not null,
        primary key (repository_id, pull_request, system, object),
        foreign key (repository_id, pull_request, system) references plans on delete cascade)`.execute(db);
      await sql`create index touches_object on touches (repository_id, cluster, object)`.execute(db);
    },
  },
  "0005-approvals": {
    async up(db: Kysely<unknown>) {
      await sql`create table approvals (repository_id bigint not null, pull_request integer not null, system text not null,
        head_sha text not null, base_ref text not null, tree text not null, approver text not null, deletes jsonb not null,
        rollout_sha text, at timestamptz not null default now(),
        primary key (repository_id, pull_request, system, tree, approver))`.execute(db);
    },
  },
  "0006-answers": {
    async up(db: Kysely<unknown>) {
      await sql`create table answers (command_id text primary key, result jsonb not null)`.execute(db);
    },
  },
  "0007-pauses": {
    async up(db: Kysely<unknown>) {
      await sql`create table pauses (repository_id bigint not null, system text not null, until timestamptz not null,
        by text not null, reason text, primary key (repository_id, system))`.execute(db);
    },
  },
  "0008-told-deletions": {
    async up(db: Kysely<unknown>) {
      await sql`create table told_deletions (repository_id bigint not null, pull_request integer not null, system text not null,
        objects jsonb not null, primary key (repository_id, pull_request, system))`.execute(db);
    },
  },
  "0009-silent-agents": {
    async up(db: Kysely<unknown>) {
      await sql`alter table plans add column silent_since timestamptz`.execute(db);
      await sql`create index plans_silent on plans (cluster) where silent_since is not null`.execute(db);
    },
  },
  "0010-told-answers": {
    async up(db: Kysely<unknown>) {
      await sql`create table told_answers (repository_id bigint not null, pull_request integer not null, comment_id bigint not null,
        asked text not null, by text not null, text text not null,
        primary key (repository_id, pull_request, comment_id))`.execute(db);
    },
  },
  "0011-comment-returned": {
    async up(db: Kysely<unknown>) {
      await sql`alter table pull_requests add column comment_returned boolean not null default false`.execute(db);
    },
  },
  "0012-attention": {
    async up(db: Kysely<unknown>) {
      await sql`create table attention (key text primary key, at timestamptz not null default now())`.execute(db);
    },
  },
  "0013-announced-plans": {
    async up(db: Kysely<unknown>) {
      await sql`alter table plans add column base_ref text not null default '', add column announce_at timestamptz`.execute(
        db,
      );
      await sql`update plans set announce_at = asked_at where result is null`.execute(db);
    },
  },
  "0014-told-held": {
    async up(db: Kysely<unknown>) {
      await sql`create table told_held (repository_id bigint not null, pull_request integer not null, system text not null,
        sha text not null, base_ref text not null, tree text not null, deletes jsonb not null, told_at timestamptz not null,
        primary key (repository_id, pull_request, system))`.execute(db);
    },
  },
};

const first = [
  "create table meta (key text primary key, value text not null)",
  "insert into meta values ('epoch', gen_random_uuid()::text)",
  `create table deliveries (guid text primary key, event text not null,
     received_at timestamptz not null default now())`,
  "create index deliveries_received_at on deliveries (received_at)",
  `create table jobs (key text primary key, run_at timestamptz not null default now(), claim integer not null default 0,
     attempts integer not null default 0, locked_until timestamptz, last_error text)`,
  "create index jobs_due on jobs (coalesce(locked_until, run_at))",
  `create table commands (seq serial primary key, id text not null unique, cluster text not null,
     repository_id bigint not null, system text not null, body jsonb not null,
     created_at timestamptz not null default now(), answered_at timestamptz)`,
  "create index commands_open on commands (cluster, seq) where answered_at is null",
  `create table plans (repository_id bigint not null, pull_request integer not null, system text not null,
     cluster text not null, command_id text not null, head_sha text not null, base_sha text not null,
     asked_at timestamptz not null default now(), result jsonb, answered_at timestamptz,
     primary key (repository_id, pull_request, system))`,
  "create unique index plans_command on plans (command_id)",
  `create table pull_requests (repository_id bigint not null, number integer not null, head_sha text not null,
     base_sha text not null, comment_id bigint, comment_digest text, check_id bigint, check_digest text, allowed_sha text,
     primary key (repository_id, number))`,
  `create table rollouts (repository_id bigint not null, system text not null, sha text not null, cluster text not null,
     branch text not null, command_id text, deployment_id bigint, deployment_state text, previous_sha text,
     pull_requests jsonb not null, state text not null, detail jsonb not null,
     started_at timestamptz not null default now(), finished_at timestamptz, primary key (repository_id, system, sha))`,
  "create index rollouts_latest on rollouts (repository_id, system, started_at desc)",
  "create table agents (cluster text primary key, last_heard timestamptz not null, heartbeat jsonb)",
  "create table repositories (id bigint primary key, installation_id bigint not null)",
  `create table audit (id serial primary key, key text not null unique, at timestamptz not null default now(), who text not null,
     what text not null, repository_id bigint, system text, sha text)`,
  // Append-only: who may run statements here still cannot change what was written.
  `create function audit_is_append_only() returns trigger language plpgsql as
     $$ begin raise exception 'the audit trail is append-only'; end $$`,
  `create trigger audit_append_only before update or delete or truncate on audit
     for each statement execute function audit_is_append_only()`,
];

/** Brings the database to the newest form. Safe to run by several at once: the migrator takes a lock. */
export async function migrate<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
