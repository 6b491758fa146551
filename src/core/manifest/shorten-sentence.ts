/**
 * A sentence of at most so many characters. What it says first says what it is about, so it ends early, at a word. Of a list like the Pod
 * Security violations, `privileged (container "web" must …), hostPort (…)`, what stands in brackets is shortened alone, as far as that
 * does. What a backtick opened is closed.
 */
export function shortenSentence(sentence: string, most: number): string {
  if (sentence.length <= most) return sentence;
  const details = [...sentence.matchAll(inBrackets)].map(([, detail]) => detail!.length);
  const room = most - (sentence.length - details.reduce((sum, length) => sum + length, 0));
  const each = shareOf(room, details);
  return each < leastDetail
    ? endedAtWord(sentence, most)
    : sentence.replaceAll(inBrackets, (_, detail: string) => `(${endedAtWord(detail, each)})`);
}

const inBrackets = /\(([^()]*)\)/g;
const leastDetail = 3;

/** How long the longest of them may be for all to have room; what the shorter ones leave goes to the longer ones. */
function shareOf(room: number, lengths: readonly number[]): number {
  let [left, share] = [room, 0];
  for (const [index, length] of lengths.toSorted((a, b) => a - b).entries()) {
    share = Math.floor(left / (lengths.length - index));
    if (length > share) return share;
    left -= length;
  }
  return share;
}

function endedAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, Math.max(0, most - 2)).toWellFormed();
  const end = head.lastIndexOf(" ");
  const words = (end > most / 2 ? head.slice(0, end) : head).replace(/[ ,;:]+$/, "");
  const isOpen = words.split("`").length % 2 === 0;
  return `${words}…${isOpen ? "`" : ""}`;
}
