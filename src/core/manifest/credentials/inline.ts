import { hideArgument, hideArgumentText } from "./arguments.ts";
import { argumentOf, attachedArgument, isProgram, programName } from "./command-line.ts";
import { Markup } from "./markup.ts";
import { isLogin, namesCredential, saysPlainly } from "./names.ts";
import { closingQuoteOnLine, quotedAt } from "./quotes.ts";
import { matchAt, Telling } from "./telling.ts";
import { hideValue } from "./value.ts";
import { lineEnd, type Notation, valueEnd } from "./value-end.ts";

export interface Reading {
  /** Whether a key holds a Secret's data. */
  isData(key: string): boolean;
  /** Whether the text is the API server's words, where what a line begins with is no key of a file. */
  words: boolean;
  /** The program whose arguments the text is. */
  program: string | undefined;
  /** Tells what stands between quotes. */
  within(text: string, program: string | undefined): string;
}

const token = /-{0,2}[A-Za-z0-9_][\w.-]*|\\+["'`]|["'`]|<(?=[A-Za-z_])|[\n;|&]/g;
/** What assigns, behind a name and the quote that ends it. */
const assigns = /(?:\\{0,15}["'`])?[)\]]{0,2}[ \t]*(:=|=>|->|[?+]?={1,2}|:)[ \t]*/y;
const lineBreak = /\r?\n\s*(?=["{[])/y;
/** What a line may begin with in front of a name. */
const lead =
  /^[\s#;/*>+-]*(?:(?:export|set|setx|env|local|declare|readonly|const|let|var|val|ENV|ARG)[ \t]+){0,3}\\?["']?$/;
const keyLike = /^[\w./@ -]{1,200}$/;
/** What hands a name and a value to something: a header of nginx', a variable of Apache's. */
const hands =
  /^(?:(?:proxy|grpc)_set_header|add_header|(?:fastcgi|uwsgi|scgi)_param|SetEnv|(?:Request)?Header|(?:set|add|replace)-header)$/;
const handed = /[ \t]+(?:(?:always|set|append|add|merge|setifempty)[ \t]+){0,2}["']?([\w.-]{1,200})["']?[ \t]+/y;
/** Between a name and a value that are arguments: `define('DB_PASSWORD', 'x')`. */
const nextArgument = /[ \t]*,\s*(?=["'`])/y;
/** Between SQL's word and what it assigns. */
const statement = /(?:[ \t]{1,9}for\b[^=;\n]{1,200}=)?[ \t]{0,9}\(?[ \t]{0,9}(?=["'])/iy;
/** How many Secrets there may be, as a quota's refusal tells it. */
const secretsCounted = /secrets=\d{1,4}(?=,|\s|$)/y;
const nameValue = /(?:\\{0,15}["'`])?([\w.-]{1,200})/y;
const thenValue = /(?:\\{0,15}["'`])?[ \t]*[,;]?(\s*)\\{0,15}["'`]?value\\{0,15}["'`]?[ \t]*[:=][ \t]*/iy;

/** The text without what it assigns to a credential's name, or hands to a program as one, in whatever of the usual notations. */
export function withoutAssignments(text: string, reading: Reading): string {
  return new Walk(text, reading).told();
}

class Walk {
  private at = 0;
  private lineStart = 0;
  private program: string | undefined;
  private readonly text: string;
  private readonly reading: Reading;
  private readonly telling: Telling;
  private readonly markup: Markup;

  constructor(text: string, reading: Reading) {
    this.text = text;
    this.reading = reading;
    this.program = reading.program;
    this.telling = new Telling(text);
    this.markup = new Markup(text);
  }

  told(): string {
    for (;;) {
      token.lastIndex = this.at;
      const found = token.exec(this.text);
      if (found === null) return this.telling.told();
      this.at = found.index + found[0].length;
      this.take(found[0], found.index);
    }
  }

  private take(taken: string, start: number): void {
    switch (taken[0]) {
      case "\n":
        this.lineStart = this.at;
        if (this.text[start - 1] !== "\\") this.program = this.reading.program;
        return;
      case ";":
      case "|":
      case "&":
        this.program = undefined;
        return;
      case "\\":
        return;
      case "<":
        this.at = this.markup.hideElement(this.telling, start, (tag) => this.within(tag)) ?? this.at;
        return;
      case '"':
      case "'":
      case "`":
        this.takeQuoted(taken, start);
        return;
      default:
        this.takeWord(taken, start);
    }
  }

  private takeWord(word: string, start: number): void {
    const before = this.text[start - 1] ?? " ";
    if (word[0] === "-" && /[\s"'`[,(=]/.test(before) && this.takeOption(word, start)) return;
    if (isProgram(word)) this.program = programName(word);
    if (this.takeHanded(word) || this.takeStatement(word, start)) return;
    if (this.reading.words && matchAt(secretsCounted, this.text, start) !== undefined) return;
    const sign = matchAt(assigns, this.text, this.at);
    if (sign === undefined) return;
    // Parts of an address or of an image: `ghcr.io/acme/token:1.2`.
    const isTight = sign[0] === ":" && (/[:/@]/.test(before) || this.text[this.at + 1] === "/");
    if (!isTight) this.takeAssignment(word.replace(/^--?/, ""), start, sign, false);
  }

  private takeQuoted(quote: string, start: number): void {
    // An apostrophe, and a quote that closes on no line.
    const to =
      quote === "'" && /\w/.test(this.text[start - 1] ?? "") ? -1 : closingQuoteOnLine(this.text, this.at, quote);
    if (to < 0) return;
    const content = this.text.slice(this.at, to);
    const from = this.at;
    this.at = to + 1;
    const sign = keyLike.test(content) ? matchAt(assigns, this.text, this.at) : undefined;
    if (sign !== undefined) {
      this.takeAssignment(content, start, sign, true);
      return;
    }
    const isCalled = /\(\s*$/.test(this.text.slice(Math.max(0, start - 100), start)) && namesCredential(content);
    const next = isCalled ? matchAt(nextArgument, this.text, this.at) : undefined;
    if (next !== undefined) {
      this.hideWord(this.at + next[0].length);
      return;
    }
    const argument = argumentOf(content, this.program);
    if (argument !== undefined) {
      this.at = hideArgument(this.telling, this.at, argument);
      return;
    }
    if (isProgram(content)) this.program = programName(content);
    const told = quote === '"' ? this.withinEscaped(content) : this.within(content);
    if (told !== content) this.telling.put(from, to, told);
  }

  /** @returns whether the word is an option with a credential for its argument */
  private takeOption(word: string, start: number): boolean {
    const attached = attachedArgument(word, this.program);
    if (attached !== undefined && /[^\s,\]]/.test(this.text[start + 2] ?? "")) {
      this.at = hideArgumentText(this.telling, start + 2, valueEnd(this.text, start + 2, "word"), attached);
      return true;
    }
    const argument = argumentOf(word, this.program);
    // What `--password=` assigns is a value like others.
    if (argument === undefined || (argument === "whole" && this.text[this.at] === "=")) return false;
    this.at = hideArgument(this.telling, this.at, argument);
    return true;
  }

  /** What hands a name and a value to something. */
  private takeHanded(word: string): boolean {
    const given = hands.test(word) ? matchAt(handed, this.text, this.at) : undefined;
    return given !== undefined && namesCredential(given[1]) && this.hideWord(this.at + given[0].length);
  }

  /** SQL's, which assigns by words: `IDENTIFIED BY 'x'`, `SET PASSWORD FOR a = 'x'`, `PASSWORD('x')`. */
  private takeStatement(word: string, start: number): boolean {
    if (!/^(?:password|by)$/i.test(word)) return false;
    const before = this.text.slice(Math.max(this.lineStart, start - 100), start);
    if (word.length === 2 && !/\bidentified\b[^;]*$/i.test(before)) return false;
    const gap = matchAt(statement, this.text, this.at);
    if (gap === undefined) return false;
    return this.hideWord(this.at + gap[0].length);
  }

  private hideWord(from: number): true {
    this.at = hideValue(this.telling, from, { notation: "word", isData: true, words: false });
    return true;
  }

  /** @param sign the separator with what stands around it */
  private takeAssignment(name: string, start: number, sign: RegExpExecArray, quoted: boolean): void {
    // Code compares by keys: `event.key == "Enter"`.
    if (sign[1] === "==" && !saysPlainly(name)) return;
    const from = this.valueStart(this.at + sign[0].length, quoted && sign[1] === ":");
    const isData = this.reading.isData(name);
    if (isData || namesCredential(name)) {
      const notation = this.notation(start, sign, from, quoted);
      this.at = Math.max(this.at, hideValue(this.telling, from, { notation, isData, words: this.reading.words }));
    } else if (/^_?auth$/i.test(name)) this.takeLogin(from);
    else if (/^(?:name|key)$/i.test(name)) this.takeNamed(from);
  }

  /** JSON may have its values on lines of their own; what ends with a colon there is another key of YAML. */
  private valueStart(at: number, mayBreak: boolean): number {
    const broken = mayBreak ? matchAt(lineBreak, this.text, at) : undefined;
    if (broken === undefined) return at;
    const from = at + broken[0].length;
    const end = quotedAt(this.text, from)?.end ?? from;
    return matchAt(assigns, this.text, end) === undefined ? from : at;
  }

  private notation(start: number, sign: RegExpExecArray, from: number, quoted: boolean): Notation {
    const before = this.text.slice(Math.max(this.lineStart, start - 200), start);
    const isFirst = !this.reading.words && start - this.lineStart < 200 && lead.test(before);
    if (isFirst && !(quoted && /[-\d.]/.test(this.text[from] ?? ""))) return /\s/.test(sign[0]) ? "line" : "first";
    return quoted || (sign[1] === ":" && /[{,]\s*$/.test(before)) ? "flow" : "word";
  }

  /** `{name: DB_PASSWORD, value: …}`, also as an element's attributes. */
  private takeNamed(from: number): void {
    const name = matchAt(nameValue, this.text, from);
    if (name === undefined || !namesCredential(name[1])) return;
    const then = matchAt(thenValue, this.text, from + name[0].length);
    if (then === undefined) return;
    const notation = then[1]!.includes("\n") ? "line" : "flow";
    const at = from + name[0].length + then[0].length;
    this.at = hideValue(this.telling, at, { notation, isData: true, words: this.reading.words });
  }

  /** Docker's and npm's base64 of `user:password`. */
  private takeLogin(from: number): void {
    const quoted = quotedAt(this.text, from);
    const begin = quoted?.from ?? from;
    const end = quoted === undefined ? lineEnd(this.text, from) : quoted.to;
    if (end >= 0 && isLogin(this.text.slice(begin, end).trim())) this.at = this.telling.hide(begin, end);
  }

  /** A string of JSON is a text of its own, with lines of its own. */
  private withinEscaped(content: string): string {
    if (!content.includes("\\")) return this.within(content);
    try {
      const plain = JSON.parse(`"${content}"`) as string;
      const told = this.within(plain);
      return told === plain ? content : JSON.stringify(told).slice(1, -1);
    } catch {
      return this.within(content);
    }
  }

  private within(text: string): string {
    return text.length < 6 ? text : this.reading.within(text, this.program);
  }
}
