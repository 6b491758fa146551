import { sql } from "kysely";
import type { Json } from "../core/manifest/kube-object.ts";
import { equalJson } from "../core/plan/equal.ts";
import type { Meeting, Touch } from "../core/plan/overlap.ts";
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

const pageSize = 500;

/** Every object that this and another open pull request both touch, in the same cluster; by pull request, page by page. */
export async function* meetingsOf(db: Database, repositoryId: number, pullRequest: number): AsyncGenerator<Meeting[]> {
  const own = await touchesIn(db, repositoryId).where("pull_request", "=", pullRequest).execute();
  const placeOf = ({ cluster, object }: (typeof own)[number]) => JSON.stringify([cluster, object]);
  const mine = Map.groupBy(own, placeOf);
  let after = { pull_request: 0, system: "", object: "" };
  for (let isLast = mine.size === 0; !isLast; ) {
    const page = await touchesIn(db, repositoryId)
      .where("pull_request", "!=", pullRequest)
      .where(sql<boolean>`(pull_request, system, object) > (${after.pull_request}, ${after.system}, ${after.object})`)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom("touches as mine")
            .select("mine.object")
            .where("mine.repository_id", "=", repositoryId)
            .where("mine.pull_request", "=", pullRequest)
            .whereRef("mine.cluster", "=", "touches.cluster")
            .whereRef("mine.object", "=", "touches.object"),
        ),
      )
      // In the order of the primary key, so that a page is read and not sorted out of all.
      .orderBy("pull_request")
      .orderBy("system")
      .orderBy("object")
      .limit(pageSize)
      .execute();
    // Written by `recordTouches` alone.
    yield page.flatMap((theirs) =>
      (mine.get(placeOf(theirs)) ?? []).map(({ system, cluster, touch }) => ({
        pullRequest: theirs.pull_request,
        at: { system, cluster },
        mine: touch as Touch,
        theirs: theirs.touch as Touch,
      })),
    );
    after = page.at(-1) ?? after;
    isLast = page.length < pageSize;
  }
}

const touchesIn = (db: Database, repositoryId: number) =>
  db
    .selectFrom("touches")
    .select(["pull_request", "system", "cluster", "object", "touch"])
    .where("repository_id", "=", repositoryId);

/** Open pull requests that touch an object which this one touches too, in the same cluster. */
export async function whoMeets(db: Database, repositoryId: number, pullRequest: number): Promise<number[]> {
  const rows = await db
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
    .select("theirs.pull_request")
    .distinct()
    .orderBy("theirs.pull_request")
    .execute();
  return rows.map(({ pull_request }) => pull_request);
}

/** Pull requests that others are told of. */
export async function touchingPullRequests(db: Database, repositoryId: number): Promise<number[]> {
  const rows = await db
    .selectFrom("touches")
    .select("pull_request")
    .distinct()
    .where("repository_id", "=", repositoryId)
    .orderBy("pull_request")
    .execute();
  return rows.map(({ pull_request }) => pull_request);
}
