/**
 * Which names say that a credential stands under them. One rule for all, so that no two places differ about it.
 */

/** What may follow: `PASSWORD_2`, `SECRET_KEY_BASE`, `tokenValue`, `PASSWORD_HASH`, `credentials.json`. */
const ending = String.raw`(?:[_.-]?(?:\d{1,3}|base|base64|b64|value|plain|te?xt|old|new|current|previous|hash|bcrypt|json|ya?ml))?$`;

const endings = new RegExp(ending, "i");

/** Said by the end of a name alone, in whatever case: `DB_PASSWORD`, `accessToken`, `api-key`, `dbpass`. */
const said = new RegExp(
  `(?:${[
    "(?:password|passwd|passphrase|passcode|secret|token|credential)s?",
    "passwort|kennwort|mot[_.-]?de[_.-]?passe|contrasena|senha",
    "(?:api|access|account|private|secret|sec|signing|encryption|master|session|hmac|ssh|deploy|unseal)[_.-]?keys?",
    "(?:token|secret|access[_.-]?key)[_.-]?id",
    "(?:user|db|root|admin|store|key|require|master|login|smtp|redis|mysql|pg|ssh)(?:pass|pwd)",
    "(?:root|bind|admin|user)pw",
    "connection[_.-]?strings?(?:__\\w{1,60})?|webhook[_.-]?url|erlang[_.-]?cookie",
    "kubeconfig|\\.(?:dockercfg|dockerconfigjson|pgpass|netrc|p12|pfx)|\\bid_(?:rsa|dsa|ecdsa|ed25519)",
    "master[_.-]?auth|^_auth|client-key-data|\\bauths",
  ].join("|")})${ending}`,
  "i",
);
/** Short words, which say so only where they are a word of their own: not `compass`, but `DB_PASS` and `adminPwd`. */
const saidShortly = new RegExp(
  `(?:${[
    "(?:^|[^A-Za-z])(?:[Pp]ass|PASS|[Pp]wd|PWD|[Pp]w|PW|[Cc]reds|CREDS|[Pp]sk|PSK|[Pp]at|PAT|[Dd]sn|DSN|[Ss]alt|SALT)",
    "[a-z0-9](?:Pass|Pwd|Pw|Creds|Psk|Pat|Dsn|Salt)",
    // As headers and variables are written, and not the settings `authorization:` and `auth:`.
    "(?:^|[^A-Za-z])(?:Authorization|AUTHORIZATION|BEARER|PIN|OTP)|[A-Z0-9]_AUTH",
  ].join("|")})$`,
);
/** Any key of something: `JWT_KEY`, `tls.key`, `presharedKey`. What is called `key` and no more names an entry of something. */
const saidByKey = /(?:[A-Za-z0-9][_.-]{1,2}(?:key|Key|KEY)|[a-z0-9]Key|^KEY)$/;
/** Names that end like it, and mean a Secret's name, a field of Kubernetes or a count. */
const saidInVain =
  /(?:pull[_.-]?secrets?|existing[_.-]?secrets?(?:[_.-]?key)?|service[_.-]?account[_.-]?token|(?:max|min|num|total|prompt|completion|input|output)[\w.-]{0,30}tokens)$/i;
/** Keys that are for everybody, or by which something is found, ordered or told apart. */
const openKey = new RegExp(
  `(?:(?:${[
    "pub(?:lic)?|publishable",
    "primary|foreign|partition|shard|sort|order|group|unique|index|column|row|lookup|cache|idempotency|dedup(?:lication)?",
    "topology|labels?|annotations?|selector|attribute|property|header|metric|object|configmap|kubeletconfig|capacity|translation|merge|listmap",
  ].join("|")})[_.-]?|\\b(?:e|event|entry|item|kv|pair|node|record)\\.)key${ending}`,
  "i",
);
/** Which key of a Secret holds it: `passwordKey: admin-password`. */
const keyOfSecret = /(?:^|[a-z])(?:[Pp]assword|[Uu]ser(?:[Nn]ame)?)Key$/;

/** Longer names are told by their end. */
const mostOfName = 200;

/** Of an environment variable, a field or a ConfigMap's key. */
export function namesCredential(name: unknown): boolean {
  if (typeof name !== "string") return false;
  const end = name.slice(-mostOfName);
  if (saysPlainly(end)) return true;
  return saidByKey.test(withoutEnding(end)) && ![openKey, keyOfSecret, saidInVain].some((vain) => vain.test(end));
}

/** Whether a name says so by more than that it is a key of something. */
export function saysPlainly(name: string): boolean {
  const end = name.slice(-mostOfName);
  return (said.test(end) || saidShortly.test(withoutEnding(end))) && !saidInVain.test(end);
}

function withoutEnding(name: string): string {
  return name.replace(endings, "");
}

/** What tells where a credential stands or how it must look, and not what it is. */
const open =
  /^(?:optional|default(?:Mode|User)|mode|items|audiences?|source|kind|apiVersion|group|type|enabled|create|existingSecret|provider|description|title|format|(?:additional)?properties|(?:all|any|one)Of|x-kubernetes-[a-z-]+|required|enum|pattern|m(?:in|ax)(?:imum|Length|Items|Properties)|nullable|algorithm|encoding|size|rotationPolicy)$|(?:refs?|references?|from|names?|namespace|file|path|seconds|ttl)$/i;

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

const nothing = /^(?:|-|true|false|null|nil|none|~|\$\{[A-Z_][A-Z0-9_]{0,99}\}|\$\([A-Z_][A-Z0-9_]{0,99}\))$/;
/** What a header of a login holds once its credential is hidden, or that names the variable with it. */
const headerOfNone = /^(?:basic|bearer|token) (?:\*{8}|\$[{(]?[A-Z_a-z]\w{0,99}[})]?)$/i;

/** What is no secret wherever it stands: nothing, a truth value, or the name of a variable or a file that holds the secret. */
export function tellsNothing(value: string): boolean {
  return nothing.test(value) || headerOfNone.test(value) || isFileName(value);
}

const fileNames: readonly RegExp[] = [
  /^(?:file:\/\/|~)?\/(?:etc|var|run|mnt|opt|home|root|usr|tmp|srv|app|certs?|tls|ssl|pki|keys?|secrets?|vault|config|data|\.kube|\.ssh)\/[\w.@/-]{1,200}$/,
  /^[\w./-]{0,200}[\w-]\.(?:pem|key|crt|kubeconfig)$/,
];

/** Where a program finds what is secret: `TLS_KEY=/etc/tls/tls.key`. */
export function isFileName(value: string): boolean {
  return fileNames.some((one) => one.test(value));
}

/** Of Docker's `auth`, which is a common word too: base64 of `user:password`. */
export function isLogin(value: string): boolean {
  if (value.length > 4_000 || !/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) || value.length % 4 !== 0) return false;
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(atob(value));
}
