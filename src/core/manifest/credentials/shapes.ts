import { MASK } from "./mask.ts";
import { withoutUrlLogins } from "./urls.ts";

/** The text without what is a credential by its form, wherever it stands. */
export function withoutShapes(text: string): string {
  const rest = text.replace(privateKey, MASK);
  return withoutUrlLogins(rest)
    .replace(lettingIn, `$1${MASK}`)
    .replace(token, MASK)
    .replace(authorization, `$1${MASK}`);
}

const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY( BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY( BLOCK)?-----|$)/g;

/** Each has a beginning of its own, so that it is looked for once in a run of words. */
const token = new RegExp(
  [
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}(?:["']?[\t ]{0,3}[\t ,:;|][\t ]{0,3}["']?[\w+/]{40}(?![\w+/]))?`, // AWS, with its secret behind it
    String.raw`\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}`,
    String.raw`\bgl(?:pat|ptt|dt|rt|cbt|soat|agent|ft|imt)-[\w.-]{20,}`, // GitLab
    String.raw`\bxox[abeoprs][.-][\w.-]{10,}|\bxapp-[\w-]{10,}`, // Slack
    String.raw`\bhooks\.slack\.com/(?:services|workflows|triggers)/[\w/]{10,}`,
    String.raw`\b\d{8,10}:AA[\w-]{33}`, // Telegram
    String.raw`\bAIza[\w-]{35}|\bya29\.[\w-]{20,}`, // Google
    String.raw`\b[rs]k_(?:live|test)_\w{10,}|\bwhsec_[\w+/=]{20,}`, // Stripe
    String.raw`\bnpm_\w{30,}|\bpypi-[\w-]{30,}|\bdckr_pat_[\w-]{20,}`,
    String.raw`\bhv[sbr]\.[\w-]{20,}`, // Vault
    String.raw`\bSG\.[\w-]{16,}\.[\w-]{16,}`, // SendGrid
    String.raw`\b(?:sk|pk)-[\w-]{20,}|\bhf_[A-Za-z]{30,}`, // OpenAI and others
    String.raw`\bAGE-SECRET-KEY-1[A-Z0-9]{20,}`,
    String.raw`(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){2,4}`, // JSON web tokens
    String.raw`\$(?:2[abxy]|[1567y]|apr1|argon2\w{1,2}|scrypt)\$[\w./$=,+-]{8,}`, // a password's hash
    String.raw`\bLS0tLS1CRUdJTiB(?:SU0Eg|QUklW|FQyBQ|PUEVO|FTkNS|EU0Eg)[\w+/=]{20,}`, // a private key in base64
  ].join("|"),
  "g",
);

/** `Authorization: Bearer …` */
const authorization = /(\b(?:bearer|basic|(?<=authorization: {0,3}["']?)token)\s{1,3})(?!\*{8})[\w.~+/=-]{8,}/gi;

/** Paths and queries that let in whoever knows them. */
const lettingIn = new RegExp(
  `(${[
    String.raw`\bapi\.telegram\.org/(?:file/)?bot`,
    String.raw`\bdiscord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/`,
    String.raw`\.webhook\.office\.com/webhookb2/`,
    String.raw`[?&](?:amp;)?(?:sig|[\w-]{0,30}signature)=`,
    String.raw`[?&](?:amp;)?(?:key|code|auth)=(?=[^&\s]{8})`,
  ].join("|")})[^\\s"'\`<>&?#\\\\]+`,
  "gi",
);
