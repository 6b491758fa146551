import type { RepositoryClient } from "../../github/repository-client.ts";
import { commentOnce } from "../comment-once.ts";

/** Answers a command in a comment of its own, once. `text` is Markdown with everything foreign made inert. */
export async function answerOnce(
  client: RepositoryClient,
  { number, commentId }: { number: number; commentId: number },
  text: string,
): Promise<void> {
  await commentOnce(client, number, `answer:${commentId}`, text);
}
