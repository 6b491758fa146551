/** `Invalid value: core.PodTemplateSpec{…`, `Unsupported value: {"a":…`, `Duplicate value: []core.Port{…`, up to the first brace. */
const quoted =
  /\b(?:Invalid|Duplicate|Unsupported) value: (?:[&*[\]]|map\[[^\]\n]{0,100}\]|[A-Za-z_][\w./]{0,100}(?=[\]{]))*\{/g;

/**
 * An API server's words about a field, without the object that they quote of it: whoever reads them knows what they wrote, and what is
 * said of it comes last, after thousands of characters. What has no end goes with all that follows.
 */
export function withoutStructs(words: string): string {
  let [told, from] = ["", 0];
  for (const { index, 0: begun } of words.matchAll(quoted)) {
    if (index < from) continue;
    told += `${words.slice(from, words.indexOf(": ", index) + 2)}{…}`;
    from = endOf(words, index + begun.search(/\[*\{$/));
  }
  return told + words.slice(from);
}

/** After what closes the brace or bracket that stands there. */
function endOf(words: string, open: number): number {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;
  tokens.lastIndex = open;
  let depth = 0;
  for (let found = tokens.exec(words); found !== null; found = tokens.exec(words)) {
    depth += /^[{[]/.test(found[0]) ? 1 : /^[}\]]/.test(found[0]) ? -1 : 0;
    if (depth === 0) return tokens.lastIndex;
  }
  return words.length;
}
