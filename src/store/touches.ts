import { sql } from "kysely";
import type { Json } from "../core/manifest/kube-object.ts";
import { equalJson } from "../core/plan/equal.ts";
import type { Touch } from "../core/plan/overlap.ts";
import type { Database } from "./schema.ts";

/** Which of a repository's plans touches what. */
export interface TouchedBy {
  repositoryId: number;
  pullRequest: number;
  system: string;
  cluster: string;
}

/** What an open pull request does to a system's objects, in place of what it did before. @returns whether that is something else */
export async function recordTouches(
  db: Database,
  { repositoryId, pullRequest, system, cluster }: TouchedBy,
  touches: ReadonlyMap<string, Touch>,
): Promise<boolean> {
  const known = await db
    .selectFrom("touches")
    .select(["object", "touch", "cluster"])
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .where("system", "=", system)
    .execute();
  const isSame = ({ object, touch, cluster: before }: (typeof known)[number]) =>
    before === cluster && touches.has(object) && equalJson(touch as Json, { ...touches.get(object) } as Json);
  if (known.length === touches.size && known.every(isSame)) return false;
  await db
    .deleteFrom("touches")
    .where("repository_id", "=", repositoryId)
    .where("pull_request", "=", pullRequest)
    .where("system", "=", system)
    .execute();
  if (touches.size === 0) return true;
  const rows = JSON.stringify([...touches].map(([object, touch]) => ({ object, touch })));
  await sql`
    insert into touches (repository_id, pull_request, system, cluster, object, touch)
    select ${repositoryId}, ${pullRequest}, ${system}, ${cluster}, object, touch
    from jsonb_to_recordset(${rows}::jsonb) as given(object text, touch jsonb)
  `.execute(db);
  return true;
}

const mostMeetings = 500;

/** Touches of an open pull request beside those of others, of the same object in the same cluster. */
function meetings(db: Database, repositoryId: number, pullRequest: number) {
  return db
    .selectFrom("touches as mine")
    .innerJoin("touches as theirs", (join) =>
      join
        .onRef("theirs.repository_id", "=", "mine.repository_id")
        .onRef("theirs.cluster", "=", "mine.cluster")
        .onRef("theirs.object", "=", "mine.object")
        .onRef("theirs.pull_request", "!=", "mine.pull_request"),
    )
    .where("mine.repository_id", "=", repositoryId)
    .where("mine.pull_request", "=", pullRequest)
    .orderBy("theirs.pull_request");
}

/** Objects that this and another open pull request both touch. */
export async function meetingsOf(db: Database, repositoryId: number, pullRequest: number) {
  const rows = await meetings(db, repositoryId, pullRequest)
    .select(["theirs.pull_request", "mine.touch as mine", "theirs.touch as theirs"])
    .orderBy("mine.object")
    .limit(mostMeetings)
    .execute();
  // Written by `recordTouches` alone.
  return rows.map(({ pull_request, mine, theirs }) => ({
    pullRequest: pull_request,
    mine: mine as Touch,
    theirs: theirs as Touch,
  }));
}

/** Open pull requests that touch an object which this one touches too. */
export async function whoMeets(db: Database, repositoryId: number, pullRequest: number): Promise<number[]> {
  const rows = await meetings(db, repositoryId, pullRequest).select("theirs.pull_request").distinct().execute();
  return rows.map(({ pull_request }) => pull_request);
}
