import { mostCommentCharacters } from "./assemble.ts";
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

/** Characters of the one comment that answers may take from what else it says. */
export const mostOfAnswers = 20_000;
/** Of answers; the older ones are folded. */
export const mostAnswers = 4;
/** Characters around what answers say. */
const aside = 600;

const opening = "<!-- trueup:answers -->";

/**
 * The comment with the answers below what else it says, where there is one comment for the whole life of a pull request. An older one
 * that there is no room for is not told any more.
 *
 * @param answers newest first
 */
export function withAnswers(body: string, answers: readonly Answer[]): string {
  const section = answersSection(answers, Math.min(mostOfAnswers, mostCommentCharacters - body.length));
  return section === "" ? body : `${body}\n\n${section}`;
}

/** The same of what was read back and may have answers already; of what is full, the headline is kept. */
export function withAnswersOnly(body: string, answers: readonly Answer[]): string {
  const before = withoutAnswers(body);
  const isFull = before.length > mostCommentCharacters - mostOfAnswers;
  return withAnswers(isFull ? before.split("\n\n", 1)[0]! : before, answers);
}

/** The comment without its answers. */
export function withoutAnswers(body: string): string {
  const at = body.lastIndexOf(`\n${opening}\n`);
  return at < 0 ? body : body.slice(0, at).trimEnd();
}

/** Empty when there are none. @param most characters, and a few more where even the shortest would not fit */
export function answersSection(answers: readonly Answer[], most = mostOfAnswers): string {
  let room = most - aside;
  const fits = (text: string) => {
    room -= text.length;
    return room >= 0;
  };
  const [newest, ...older] = answers.slice(0, mostAnswers);
  if (newest === undefined) return "";
  const kept = [fits(told(newest)) ? told(newest) : tooLong(newest), ...older.map(told).filter(fits)];
  const before = kept.length === 1 ? [] : [folded(kept.slice(1))];
  return [`${opening}\n---`, kept[0]!, ...before].join("\n\n");
}

const folded = (texts: readonly string[]): string =>
  `<details><summary>Answered before</summary>\n\n${texts.join("\n\n")}\n\n</details>`;

const told = (answer: Answer): string => `${headOf(answer)}\n\n${answer.text}`;

const tooLong = (answer: Answer): string =>
  `${headOf(answer)}\n\nThe answer is longer than what this comment has room for.`;

function headOf({ commentId, asked, by }: Answer): string {
  return `<!-- trueup:answer:${commentId} -->\n${code(asked)}, asked for by ${code(by)}:`;
}
