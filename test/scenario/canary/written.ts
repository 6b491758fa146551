import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { openStore } from "../../../src/store/open-store.ts";
import type { TestSandbox } from "../../harness/sandbox.ts";
import { leaksIn } from "./canary.ts";

/** Everything that trueup has written on the forge, by where it stands. */
export async function writtenOnForge({ forge, info }: TestSandbox): Promise<Map<string, string>> {
  const repository = forge.repository(info.repository)!;
  const written = new Map<string, string>();
  const keep = (where: string, what: unknown) => written.set(where, readable(what));
  for (const { number, headSha, author, title, body, head } of repository.pullRequests("all")) {
    keep(`comments of #${number}`, repository.comments(number));
    if (author !== forge.person.login) keep(`#${number}`, { title, body, head });
    for (const check of repository.checks(headSha)) {
      keep(`check ${check.id} of #${number}`, [check, repository.annotations(check.id)]);
    }
  }
  keep("deployments", repository.deployments());
  for (const { name } of await repository.branches()) keep(`branch ${name}`, await repository.commits(name));
  return written;
}

/** The pages that show what the bot wrote, as a browser gets them. */
export async function pagesOf({ forge, info }: TestSandbox): Promise<Map<string, string>> {
  const repository = forge.repository(info.repository)!;
  const pulls = repository.pullRequests("all");
  const paths = [
    ...pulls.map(({ number }) => `/pull/${number}`),
    ...pulls.flatMap(({ headSha }) => repository.checks(headSha).map(({ id }) => `/runs/${id}`)),
    "/deployments",
  ];
  const pages = new Map<string, string>();
  for (const path of paths) {
    const answer = await fetch(`${info.web}/${info.repository}${path}`);
    pages.set(`page ${path} (${answer.status})`, await answer.text());
  }
  return pages;
}

/** Every row of every table of a bot that has stopped, and what its database's files still hold of rows that are gone. */
export async function storeOf(dir: string): Promise<Map<string, string>> {
  const folder = join(dir, "bot", "store");
  const store = await openStore({ dir: folder });
  const dump = new Map<string, string>();
  try {
    const tables = await sql<{
      name: string;
    }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(store.db);
    for (const { name } of tables.rows) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(store.db);
      dump.set(`table ${name}`, readable(rows));
    }
  } finally {
    await store.close();
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    dump.set(path, readFileSync(path, "latin1"));
  }
  return dump;
}

export const leaks = (written: ReadonlyMap<string, string>): string[] =>
  [...written].flatMap(([where, text]) => leaksIn(where, text));

function readable(what: unknown): string {
  return typeof what === "string" ? what : JSON.stringify(what, null, 1);
}
