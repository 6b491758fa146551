import type { Database } from "./schema.ts";

/** Keeps what an agent has answered to a command until whoever asked has read it. */
export async function recordAnswer(db: Database, commandId: string, result: object): Promise<void> {
  await db
    .insertInto("answers")
    .values({ command_id: commandId, result: JSON.stringify(result) })
    .onConflict((conflict) => conflict.column("command_id").doNothing())
    .execute();
}

export async function answerTo(db: Database, commandId: string): Promise<unknown> {
  const found = await db.selectFrom("answers").select("result").where("command_id", "=", commandId).executeTakeFirst();
  return found?.result;
}

export async function forgetAnswers(db: Database, commandIds: readonly string[]): Promise<void> {
  if (commandIds.length === 0) return;
  await db
    .deleteFrom("answers")
    .where("command_id", "in", [...commandIds])
    .execute();
}
