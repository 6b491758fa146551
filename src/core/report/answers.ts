import { code } from "./inert.ts";

/** What a command on the pull request was answered. */
export interface Answer {
  /** Of the comment that asked. */
  commentId: number;
  /** The command as it was written; foreign. */
  asked: string;
  /** Login. */
  by: string;
  /** Markdown with everything foreign made inert. */
  text: string;
}

/** Characters of the one comment that answers may take from what else it says; a single answer is never longer. */
export const mostOfAnswers = 20_000;
/** Of answers; the older ones are folded. */
export const mostAnswers = 4;

const opening = "<!-- trueup:answers -->";

/**
 * The comment with the answers below what else it says, where there is one comment for the whole life of a pull request.
 * @param answers newest first
 */
export function withAnswers(body: string, answers: readonly Answer[]): string {
  const section = answersSection(answers);
  return section === "" ? body : `${body}\n\n${section}`;
}

/** The comment without its answers. */
export function withoutAnswers(body: string): string {
  const at = body.lastIndexOf(`\n${opening}\n`);
  return at < 0 ? body : body.slice(0, at).trimEnd();
}

/** Empty when there are none. An older one that there is no room for is not told any more. */
export function answersSection(answers: readonly Answer[]): string {
  const [newest, ...older] = answers.slice(0, mostAnswers).map(told);
  if (newest === undefined) return "";
  let room = mostOfAnswers - newest.length;
  const kept = older.filter((text) => {
    room -= text.length;
    return room >= 0;
  });
  const before =
    kept.length === 0 ? [] : [`<details><summary>Answered before</summary>\n\n${kept.join("\n\n")}\n\n</details>`];
  return [opening, "---", newest, ...before].join("\n\n").replace(`${opening}\n\n`, `${opening}\n`);
}

function told({ commentId, asked, by, text }: Answer): string {
  return `<!-- trueup:answer:${commentId} -->\n${code(asked)}, asked for by ${code(by)}:\n\n${text}`;
}
