/**
 * A name out of a file or a cluster as a sentence for people has it, in backticks, and short enough for one. With a backtick of its own
 * it would end there, and what follows would read as our words.
 */
export function quoted(name: string): string {
  const shown = name.replaceAll("`", "'");
  return `\`${shown.length > 200 ? `${shown.slice(0, 200).toWellFormed()}…` : shown}\``;
}
