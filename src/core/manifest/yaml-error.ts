/** js-yaml's reasons that do not say how to mend them. */
const explanations: readonly [pattern: RegExp, rule: string, message: string][] = [
  [/^tab characters/, "yaml-syntax", "YAML is indented with spaces, and a tab stands here; replace it by spaces."],
  [
    /maxDepth/,
    "yaml-depth",
    "Values are nested more than 100 deep here, which no Kubernetes object needs; flatten this, or quote it if it is meant as text.",
  ],
  [/maxAliases/, "yaml-aliases", "This document uses more than 1000 aliases; write out what is meant."],
  [
    /maxTotalMergeKeys|abnormal merge/,
    "yaml-aliases",
    "This file merges (`<<`) more keys than are read; write out what is meant.",
  ],
  [
    /^a mapping's key must be text/,
    "yaml-template",
    "A mapping or a list is used as a key, as in an unrendered template (`{{ … }}`); render it first, or quote what is text.",
  ],
  [/`__proto__`/, "forbidden-key", "`__proto__` is not allowed as a key; rename it."],
  [
    /^(?:unknown (?:scalar|sequence|mapping) tag|cannot resolve a node|tag name|undeclared tag handle)/,
    "yaml-tag",
    "This value carries a YAML tag that Kubernetes does not know; take the tag (`!…`) off, or quote the text.",
  ],
  [
    /^unidentified alias/,
    "yaml-syntax",
    "The alias (`*…`) names no anchor (`&…`) before it in this document; quote the text if it should begin with `*`.",
  ],
  [
    /bad indentation of a mapping entry/,
    "yaml-syntax",
    "YAML syntax: bad indentation of a mapping entry; check the indentation here, and quote a value that contains `: `.",
  ],
  [
    /^the stream contains non-printable/,
    "yaml-syntax",
    "A control character stands here, which YAML does not allow; remove it, or write it as an escape in quotes.",
  ],
];

/** A js-yaml error's `reason`, as a rule and a sentence for the file's author. */
export function explainYamlError(reason: string): { rule: string; message: string } {
  const known = explanations.find(([pattern]) => pattern.test(reason));
  if (known !== undefined) return { rule: known[1], message: known[2] };
  // What a reason quotes is the file's, and may be a part of a secret.
  return { rule: "yaml-syntax", message: `YAML syntax: ${reason.replace(/"[^"]*"|!<[^>]*>/g, "…")}.` };
}

/** js-yaml cannot say where a mapping is used as a key: nearly always it is an unrendered template. @returns its offset */
export function templateAt(text: string, reason: string): number | undefined {
  const line = /^a mapping's key must be text/.test(reason) ? /^[^#\n]*?\{\{/m.exec(text) : null;
  return line === null ? undefined : line.index + line[0].length - 2;
}
