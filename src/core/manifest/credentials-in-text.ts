import { credentialWords, namesCredential } from "./confidential.ts";

/** One length for all, so that it tells nothing about what it hides. */
export const MASK = "********";

/**
 * The same text without what looks like a credential in it: passwords in URLs, private keys, tokens of well-known form, and what
 * is assigned to a credential's name, in whatever of the usual notations. A guess, and meant to hide too much sooner than too
 * little; where the place alone says that it is confidential, `isConfidential` knows.
 */
export function withoutCredentials(text: string): string {
  const rest = text.replace(privateKey, MASK).replace(urlPassword, `$1${MASK}@`).replace(known, MASK);
  return rest
    .replace(named, `$1${MASK}`)
    .replace(refused, `$1${MASK}`)
    .replace(authorization, `$1${MASK}`)
    .replace(assigned, (_, before: string, value: string) => {
      return `${before}${quoteOf(value)}${MASK}${quoteOf(value)}`;
    });
}

/** A command line, where a credential may be the argument after its name. */
export function withoutCredentialArguments(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const option = /^--?([\w.-]+)$/.exec(args[index - 1] ?? "")?.[1];
    return option !== undefined && namesCredential(option) && !arg.startsWith("-") ? MASK : withoutCredentials(arg);
  });
}

const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY( BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY( BLOCK)?-----|$)/g;

/** `postgres://user:password@host`; a password may hold whatever is no `@`, `/` or space. */
const urlPassword = /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"'`]{0,200}:)[^\s@/"'`]{1,500}@/gi;

/** AWS, GitHub, GitLab, Slack, Google, Stripe, npm, OpenAI's `sk-`, JSON web tokens. */
const known =
  /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{35}|[rs]k_(?:live|test)_\w{10,}|npm_\w{30,}|sk-[\w-]{20,}|(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})/g;

/** `Authorization: Bearer …` */
const authorization = /(\b(?:bearer|basic)\s{1,3})[\w.~+/=-]{8,}/gi;

const name = `(?:${credentialWords}|pwd)`;

/** `password=…`, `"api_key": "…"`, `client-secret: …`, also inside JSON that is a string itself. */
const assigned = new RegExp(
  String.raw`(${name}(?:\\?["'])?[ \t]{0,3}[:=][ \t]{0,3})(?!(?:(?:Invalid|Required|Duplicate|Unsupported) value|Invalid type|Forbidden|Too long|Too many|Not found|Internal error):|(?:field|must|may|should|cannot|expected|unknown|is|are|no|not|only) )("(?:[^"\\\n]|\\[^\n])+"|'[^'\n]+'|\\"[^"\n]+?\\"|(?:[^\s"'\\&,;{}[\]]|[&,;](?![\w.-]+[ \t]?[=:]|\s|$))+)`,
  "gi",
);

/** The value of an environment variable of such a name: in JSON, also inside a string, as Go prints it, and in YAML. */
const named = new RegExp(
  String.raw`(\bname\\?"?[ \t]{0,3}:[ \t]{0,3}\\?["']?[\w.-]{0,100}${name}\\?["']?[ \t]{0,3}(?:,|\n)[ \t]{0,60}\\?"?value\\?"?[ \t]{0,3}:[ \t]{0,3}(?:\\?["'])?)(?:(?<=\\")[^"\n]+?(?=\\")|(?<=[^\\]")(?:[^"\\\n]|\\[^\n])+|(?<=')[^'\n]+|(?<![\\"'])[^\s"'\\][^\n]*)`,
  "gi",
);

/** As the API server quotes what it refuses: `spec.password: Invalid value: "…": too short`. */
const refused = new RegExp(
  String.raw`(${name}[\])"']{0,2}: (?:Invalid|Duplicate|Unsupported|Not found|Too long|Too many)(?: value| items)?: )("(?:[^"\\]|\\[\s\S])*"|[^\s:,]+)`,
  "gi",
);

/** What stands around a value, which tells nothing. */
const quoteOf = (value: string): string => /^\\?["']/.exec(value)?.[0] ?? "";
