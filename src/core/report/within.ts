/** How many of the texts fit, from the first on; each has two characters that join it to the next. */
export function countWithin(texts: readonly { length: number }[], mostCharacters: number): number {
  let room = mostCharacters;
  const tooMuch = texts.findIndex((text) => {
    room -= text.length + 2;
    return room < 0;
  });
  return tooMuch === -1 ? texts.length : tooMuch;
}

/**
 * As many of the texts as fit, and one that counts the others: GitHub takes no comment above its limit, and how many systems
 * or messages there are is not ours to say.
 */
export function within(texts: readonly string[], mostCharacters: number, rest: (left: number) => string): string[] {
  const count = countWithin(texts, mostCharacters);
  return count === texts.length ? [...texts] : [...texts.slice(0, count), rest(texts.length - count)];
}
