/** One length for all, so that it tells nothing about what it hides. */
export const MASK = "********";
