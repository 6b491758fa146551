import type { Mirror } from "../../git/mirror.ts";

/**
 * Keeps what was read of a repository's commits and trees, which never change: of each mirror so many answers, the oldest
 * dropped first. What failed is not kept. The answers are shared: nobody may change them.
 *
 * @param what names what is read, wholly, and can be written as JSON
 */
export function remembering<What, Answer>(
  most: number,
  read: (mirror: Mirror, what: What) => Promise<Answer>,
): (mirror: Mirror, what: What) => Promise<Answer> {
  const mirrors = new WeakMap<Mirror, Map<string, Promise<Answer>>>();
  return (mirror, what) => {
    const answers = mirrors.get(mirror) ?? new Map<string, Promise<Answer>>();
    mirrors.set(mirror, answers);
    const key = JSON.stringify(what);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = read(mirror, what);
    answer.catch(() => answers.delete(key));
    answers.set(key, answer);
    for (const oldest of answers.keys()) {
      if (answers.size <= most) break;
      answers.delete(oldest);
    }
    return answer;
  };
}
