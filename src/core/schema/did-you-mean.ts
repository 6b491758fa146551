/** Names longer than this are no slips of the pen, and the distance costs the product of both lengths. */
const longestName = 64;

/**
 * The candidate that `word` was most likely meant to be, when one is near enough to be a slip of the pen.
 * @returns undefined when none is near
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  // One or two letters are near to too many words.
  if (word.length < 3 || word.length > longestName) return undefined;
  const wanted = word.toLowerCase();
  let nearest: string | undefined;
  // One slip in a short word, two from six letters on, three from twelve.
  let distance = 1 + Math.min(3, Math.max(1, Math.floor(word.length / 4)));
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= distance) continue;
    const found = editDistance(wanted, candidate.toLowerCase());
    if (found < distance) {
      nearest = candidate;
      distance = found;
    }
  }
  return nearest;
}

/** Optimal string alignment: insertions, deletions, replacements and swapped neighbours count one each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const replaced = last[column - 1]! + (same ? 0 : 1);
      const inserted = current[column - 1]! + 1;
      const deleted = last[column]! + 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(Math.min(replaced, inserted, deleted, swapped ? beforeLast[column - 2]! + 1 : Infinity));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
