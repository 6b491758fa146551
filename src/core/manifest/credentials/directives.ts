import { MASK } from "./mask.ts";
import { saysPlainly, tellsNothing } from "./names.ts";

/** In quotes, or a word without what closes around it. */
const value = String.raw`(?:"[^"\n]*"|'[^'\n]*'|\S+?(?=["']?[,;)\]]{0,3}(?:\s|$)))`;

/** What is kept in front of a credential that only a blank, or its place in the line, says is one. */
const directives: readonly RegExp[] = [
  // Redis'.
  new RegExp(String.raw`^([ \t#]{0,100}(?:requirepass|masterauth)[ \t]+)${value}`, "gim"),
  /^([ \t]{0,100}user[ \t]+\S{1,100}[ \t](?:[^>\n]{0,200}[ \t])?>)\S+/gm,
  // `.netrc`'s and HAProxy's.
  new RegExp(String.raw`(\blogin[ \t]+\S{1,200}[ \t]+password[ \t]+)${value}`, "g"),
  new RegExp(String.raw`^([ \t]{0,100}user[ \t]+\S{1,200}[ \t]+(?:insecure-)?password[ \t]+)${value}`, "gm"),
  /(\bstats[ \t]+auth[ \t]+[^\s:]{1,200}:)\S+/g,
  // PgBouncer's list of users, and `.pgpass`.
  /^([ \t]{0,100}"[\w.@-]{1,200}"[ \t]+")[^"$\n][^"\n]*(?="[ \t]{0,100}\r?$)/gm,
  /^([\w.*-]{1,250}:(?:\d{4,5}|\*):[^:\s]{1,100}:[^:\s]{0,100}[g-zG-Z_*-][^:\s]{0,100}:)\S+(?=[ \t]{0,100}\r?$)/gm,
  new RegExp(String.raw`(--from-literal[= \t]["']?[\w.-]{1,253}=)${value}`, "g"),
];

/** A name and one value on a line of their own, with nothing but a blank between: `rootpw x`, `setenv DB_PASSWORD x`. */
const line =
  /^([ \t]*(?:(?:setenv|setx|set|ENV)[ \t]+)?([\w.-]{2,200})[ \t]+)("[^"\n]+"|'[^'\n]+'|(?:\{[\w-]{1,20}\})?[^\s"'=:<>{}()[\]|&][^\s{]*?)(?=[ \t]*(?:;[ \t]*)?(?:#.*)?\r?$)/gm;
/** To whom nginx and Apache hand a request on. */
const handsOn = /^(?:(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass|ProxyPass)$/;
/** The title of a paragraph, or its last words. */
const prose = /^[A-Za-z]+[.,:;!?)]$/;
const title = /^[A-Z][a-z]*$/;

/**
 * The text without what a line of a configuration says is a credential by its words alone.
 *
 * @param words whether the text is no file but somebody's words, in which two words on a line are a sentence
 */
export function withoutDirectives(text: string, words: boolean): string {
  const rest = words ? text : text.replace(line, hideOnLine);
  return directives.reduce((told, directive) => told.replace(directive, `$1${MASK}`), rest);
}

function hideOnLine(whole: string, head: string, name: string, said: string): string {
  const bare = said.replace(/^["']|["']$/g, "");
  const isOne =
    saysPlainly(name) && !handsOn.test(name) && !title.test(name) && !prose.test(said) && !tellsNothing(bare);
  return isOne ? head + said.replace(bare, () => MASK) : whole;
}
