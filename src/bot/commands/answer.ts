import type { RepositoryClient } from "../../github/repository-client.ts";

/** The hidden first line of an answer; it names the comment that is answered, so that nobody is answered twice. */
const marker = (commentId: number): string => `<!-- trueup:answer:${commentId} -->\n`;

/** Answers a command in a comment of its own, once. `text` is Markdown with everything foreign made inert. */
export async function answerOnce(
  client: RepositoryClient,
  { number, commentId }: { number: number; commentId: number },
  text: string,
): Promise<void> {
  const own = await client.ownComments(number);
  if (own.some(({ body }) => body.replaceAll("\r\n", "\n").startsWith(marker(commentId)))) return;
  await client.createComment(number, `${marker(commentId)}${text}`);
}
