/** How API servers say that no write changes a field of what is there; a definition's own rules are worded by whoever wrote them. */
const immutable =
  /\bis immutable\b|may not change once set|may not change fields other than|cannot change roleRef|updates to .* are forbidden|may not be changed in an update/;

/**
 * What cannot be changed is never deleted and made anew by itself: that would take its pods, its data or its address along, and no
 * plan has told of it.
 *
 * @param message what the server said to refuse it
 * @returns the way out, as a sentence's end; undefined when it is refused for something else
 */
export function immutableField(message: string): string | undefined {
  // A webhook or policy asks for something else in such words.
  if (!immutable.test(message) || /\bdenied\b/.test(message)) return undefined;
  return "what is there is not deleted for that: give it another name, or take it out in one merge and bring it back in the next";
}
