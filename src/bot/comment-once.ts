import type { RepositoryClient } from "../github/repository-client.ts";

/**
 * Writes a comment of its own, once, however often it is asked for and whatever of the store is lost.
 *
 * @param what names its occasion in the hidden first line; letters, digits and colons
 * @param text Markdown with everything foreign made inert
 */
export async function commentOnce(client: RepositoryClient, number: number, what: string, text: string): Promise<void> {
  const marker = `<!-- trueup:${what} -->\n`;
  const own = await client.ownComments(number);
  if (own.some(({ body }) => body.replaceAll("\r\n", "\n").startsWith(marker))) return;
  await client.createComment(number, `${marker}${text}`);
}
