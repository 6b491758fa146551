import { load } from "js-yaml";
import type { Json } from "../../manifest/kube-object.ts";
import { kubectlYaml } from "../../manifest/kubectl-yaml.ts";

export type Quote = "plain" | "single" | "double";

export interface ScalarStyle {
  /** The quotes that its neighbours or its predecessor have. */
  quote: Quote;
  /** What to put around text that cannot stand without. */
  otherwise: Exclude<Quote, "plain">;
  /** Inside brackets or braces. */
  flow: boolean;
}

/** A value on one line, so that kubectl reads just that value and no other reader of YAML takes it for another one. */
export function scalarText(value: null | boolean | number | string, { quote, otherwise, flow }: ScalarStyle): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const ways: Quote[] = quote === "plain" ? ["plain", otherwise] : [quote];
  for (const way of ways) {
    if (way === "plain" && isSafePlain(value, flow) && readsAs(value, value)) return value;
    if (way === "single" && isPrintable(value)) return `'${value.replaceAll("'", "''")}'`;
    if (way === "double") break;
  }
  return JSON.stringify(value).replace(unprintable, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** What kubectl reads of a scalar without quotes, as a field's name. */
export function plainKey(source: string): string {
  const read = readPlain(source);
  return read === null || typeof read === "object" ? source : String(read);
}

function readPlain(source: string): unknown {
  try {
    const [read] = load(`- ${source}\n`, { schema: kubectlYaml }) as unknown[];
    return read;
  } catch {
    return undefined;
  }
}

function readsAs(source: string, value: Json): boolean {
  return readPlain(source) === value;
}

/** Control characters, and what nobody sees: `suspect-characters.ts` warns of them when they are not escaped. */
const unprintable =
  /[\u007F-\u00A0\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFFE\uFFFF\u{E0000}-\u{E007F}]/gu;

/** Whether a text can stand on one line as it is. */
export function isPrintable(value: string): boolean {
  return value.isWellFormed() && !hasControl.test(value) && value.search(unprintable) < 0;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hasControl = /[\u0000-\u001F]/;

/** Words and numbers of YAML 1.1 and 1.2, of which kubectl knows some. */
const otherValue =
  /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\.(?:inf|nan)|[-+]?0x[0-9a-f_]+|[-+]?0b[01_]+|[-+]?0o[0-9_]+|[-+]?[0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[-+]?[0-9_]+(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?)$/i;

function isSafePlain(value: string, flow: boolean): boolean {
  if (!isPrintable(value) || value.trim() !== value || otherValue.test(value)) return false;
  if (/^(?:[!&*?|>@`"'%#,[\]{}]|-(?:\s|$)|---|\.\.\.|:)/.test(value)) return false;
  if (/:(?:\s|$)|\s#/.test(value)) return false;
  return !flow || !/[,[\]{}]|:["']/.test(value);
}
