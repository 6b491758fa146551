/**
 * Which names say that a credential stands under them. One rule for all, so that no two places differ about it.
 */

/** What may follow: `PASSWORD_2`, `SECRET_KEY_BASE`, `tokenValue`. */
const ending = String.raw`(?:[_.-]?(?:\d{1,3}|base|base64|b64|value|plain|te?xt|old|new|current|previous))?$`;

/** Said by the end of a name alone, in whatever case: `DB_PASSWORD`, `accessToken`, `api-key`, `dbpass`. */
const said = new RegExp(
  `(?:${[
    "(?:password|passwd|passphrase|passcode|secret|token|credential)s?",
    "(?:api|access|account|private|secret|signing|encryption|master|session|hmac|ssh|deploy)[_.-]?keys?",
    "(?:user|db|root|admin|store|key|require|master|login|smtp|redis|mysql|pg|ssh)(?:pass|pwd)",
    "master[_.-]?auth|client-key-data|\\bauths",
  ].join("|")})${ending}`,
  "i",
);
/** Short words, which say so only where they are a word of their own: not `compass`, but `DB_PASS` and `adminPwd`. */
const saidShortly = new RegExp(
  `(?:(?:^|[^A-Za-z])(?:[Pp]ass|PASS|[Pp]wd|PWD|[Pp]w|PW|[Cc]reds|CREDS|[Pp]sk|PSK)|[a-z0-9](?:Pass|Pwd|Pw|Creds|Psk))${ending}`,
);
/** Names that end like it, and mean a Secret's name, a field of Kubernetes or a count. */
const saidInVain =
  /(?:pull[_.-]?secrets?|existing[_.-]?secrets?|service[_.-]?account[_.-]?token|(?:max|min|num|total|prompt|completion|input|output)[\w.-]{0,30}tokens)$/i;

/** Longer names are told by their end. */
const mostOfName = 200;

/** Of an environment variable, a field or a ConfigMap's key. */
export function namesCredential(name: unknown): boolean {
  if (typeof name !== "string") return false;
  const end = name.slice(-mostOfName);
  return (said.test(end) || saidShortly.test(end)) && !saidInVain.test(end);
}

/** What tells where a credential stands or how it must look, and not what it is. */
const open =
  /^(?:optional|default(?:Mode|User)|mode|items|audiences?|source|kind|apiVersion|group|type|enabled|create|existingSecret|provider|description|title|format|(?:additional)?properties|(?:all|any|one)Of|x-kubernetes-[a-z-]+|required|enum|pattern|m(?:in|ax)Length|nullable)$|(?:refs?|references?|from|names?|namespace|file|path|seconds|ttl)$/i;

/** Whether a field below a credential's name may be shown with all that it holds: `secret: {secretName: tls}`. */
export function isOpenField(name: string): boolean {
  return open.test(name.slice(-mostOfName));
}

/** Whether what stands at the end of these field names stands below a credential's name. */
export function isBelowCredential(names: readonly string[]): boolean {
  return names.reduce((below, name) => namesCredential(name) || (below && !isOpenField(name)), false);
}

/** How many there may be, as of a quota's `secrets: 10`. */
export function isCount(name: string | undefined, value: string): boolean {
  return name?.endsWith("s") === true && /^\d{1,4}$/.test(value);
}

/** What is no secret wherever it stands: nothing, a truth value, or the name of a variable that holds the secret. */
export function tellsNothing(value: string): boolean {
  return /^(?:|true|false|null|nil|none|~|\$\{[A-Z_][A-Z0-9_]{0,99}\}|\$\([A-Z_][A-Z0-9_]{0,99}\))$/.test(value);
}

/** Of Docker's `auth`, which is a common word too: base64 of `user:password`. */
export function isLogin(value: string): boolean {
  if (value.length > 4_000 || !/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) || value.length % 4 !== 0) return false;
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(atob(value));
}
