import { MASK } from "./mask.ts";

/** The same text with the logins of its URLs hidden: `postgres://user:********@host`. */
export function withoutUrlLogins(text: string): string {
  let told = "";
  let done = 0;
  let end = 0;
  let lastAt = -1;
  for (let mark = text.indexOf("://"); mark >= 0; mark = text.indexOf("://", Math.max(mark + 3, done))) {
    const from = mark + 3;
    if (from > end) {
      end = endOfRun(text, from);
      lastAt = from + text.slice(from, end).lastIndexOf("@");
    }
    if (lastAt < from) continue;
    const hidden = loginIn(text.slice(from, lastAt + 1), text.slice(Math.max(0, mark - 12), mark));
    if (hidden === undefined) continue;
    told += `${text.slice(done, from + hidden.from)}${MASK}`;
    done = from + hidden.to;
  }
  return withoutHostLogins(withoutDriverLogins(told + text.slice(done)));
}

/**
 * In front of a host without a scheme, as of an image: `user:password@registry.example/web:1.2`. A digest's `@sha256:` is no host,
 * and what follows `mailto:` is no password.
 */
const hostLogin =
  /(?<![\w.+%~:@/-])(?!mailto:)([\w.+%~-]{1,100}:)[^\s"'`<>@/]{1,300}@(?=(?:[\w-]{1,63}\.){1,10}[\w-]{1,63}[:/]|localhost[:/])/g;

function withoutHostLogins(text: string): string {
  return text.includes("@") ? text.replace(hostLogin, `$1${MASK}@`) : text;
}

const runEnd = /[\s"'`<>]|\\(?=["'nrt])|$/g;

function endOfRun(text: string, from: number): number {
  runEnd.lastIndex = from;
  return runEnd.exec(text)!.index;
}

/** Such URLs have no `@` in their paths, so that it ends a login always. */
const ofService = /(?:sql|postgres|mariadb|rediss?|amqps?|mongodb|srv|smtps?|ldaps?|nats|mqtts?)$/i;

/**
 * What to hide between `://` and the last `@`. A password may hold `/`, `@` and `:` itself, so that it reaches up to there, unless
 * what is in front of the first slash is a host with its port.
 */
function loginIn(run: string, scheme: string): { from: number; to: number } | undefined {
  const authority = /^[^/?#]*/.exec(run)![0];
  const colon = authority.indexOf(":");
  if (colon >= 0 && !authority.startsWith("[")) {
    const isHost = !authority.includes("@") && /^\d{0,5}$/.test(authority.slice(colon + 1));
    return isHost && !ofService.test(scheme) ? undefined : { from: colon + 1, to: run.length - 1 };
  }
  // A name alone is a token where the web is meant; Git's own user is none.
  const at = authority.lastIndexOf("@");
  return /https?$/i.test(scheme) && at > 0 && authority.slice(0, at) !== "git" ? { from: 0, to: at } : undefined;
}

/** Oracle's: `jdbc:oracle:thin:scott/password@host`. */
const oracleLogin = /(\bjdbc:oracle:\w{1,10}:[^/\s@]{1,100}\/)[^@\s]{1,300}(?=@)/gi;

/** A Go driver's, which have no scheme: `user:password@tcp(host:3306)/db`. */
function withoutDriverLogins(text: string): string {
  let told = "";
  let done = 0;
  for (const { index } of text.matchAll(/@(?:tcp|unix)\(/g)) {
    const start = Math.max(done, index - 300);
    const run = /[^\s"'`=]*$/.exec(text.slice(start, index))!;
    const colon = run[0].indexOf(":");
    if (colon < 0) continue;
    told += `${text.slice(done, start + run.index + colon + 1)}${MASK}`;
    done = index;
  }
  return (told + text.slice(done)).replace(oracleLogin, `$1${MASK}`);
}
