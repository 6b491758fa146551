import { MASK } from "./mask.ts";
import { isOpenField, namesCredential, tellsNothing } from "./names.ts";
import { quotedAt } from "./quotes.ts";

const bare = /[^{}[\],:=\n"'`]+/y;
const restOfBare = /[^{}[\],\n]*/y;
const separator = /\s*(?::|=>?)(?=[\s"'`\\{[]|$)\s*/y;
const blank = /[\s,:=]+/y;

interface Level {
  /** Where values may be shown: below a field that tells where a credential is. */
  isOpen: boolean;
}

/**
 * A mapping or a list of JSON, YAML's flow style or the like, that stands under a credential's name; read to its end, or to the
 * text's where it has none.
 *
 * @param at of the opening bracket
 * @param isData whether no field of it may be shown, as of a Secret's data
 */
export function hiddenFlow(text: string, at: number, isData: boolean): { told: string; end: number } {
  const levels: Level[] = [];
  let told = "";
  let key: string | undefined;
  let end = at;
  const hides = () => {
    if (isData) return true;
    if (key !== undefined && (namesCredential(key) || isOpenField(key))) return namesCredential(key);
    return !levels.at(-1)!.isOpen;
  };
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = end;
    const found = pattern.exec(text)?.[0] ?? "";
    end += found.length;
    return found;
  };
  while (end < text.length) {
    const sign = text[end]!;
    if ("{[".includes(sign)) {
      levels.push({ isOpen: levels.length > 0 && !hides() });
      key = undefined;
    } else if ("}]".includes(sign)) {
      levels.pop();
      key = undefined;
    }
    if ("{}[]".includes(sign)) {
      told += sign;
      end++;
      if (levels.length === 0) break;
      continue;
    }
    const space = take(blank);
    if (space !== "") {
      if (space.includes(",")) key = undefined;
      told += space;
      continue;
    }
    const from = end;
    const quoted = quotedAt(text, end);
    let [open, value, close] = ["", "", ""];
    if (quoted !== undefined) {
      const to = quoted.to < 0 ? text.length : quoted.to;
      end = quoted.to < 0 ? text.length : quoted.end;
      [open, value, close] = [text.slice(from, quoted.from), text.slice(quoted.from, to), text.slice(to, end)];
    } else value = take(bare);
    const joined = take(separator);
    if (joined !== "") {
      key = value.trim();
      told += open + value + close + joined;
      continue;
    }
    if (quoted === undefined) {
      const rest = value + take(restOfBare);
      value = rest.trimEnd();
      close = rest.slice(value.length);
    }
    if (value === "" && quoted === undefined) {
      told += text[end] ?? "";
      end++;
      continue;
    }
    told += !hides() || tellsNothing(value) ? open + value + close : `${open}${MASK}${close}`;
    key = undefined;
  }
  return { told, end };
}
