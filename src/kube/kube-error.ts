import { withoutCredentialsInWords } from "../core/manifest/credentials-in-text.ts";
import { shortenSentence } from "../core/manifest/shorten-sentence.ts";
import { withoutStructs } from "../core/manifest/without-structs.ts";
import { immutableField } from "../core/plan/guards/immutable.ts";

/** An answer of the API server that is not a success, from its `Status` object. */
export class KubeError extends Error {
  readonly status: number;
  /** The machine's word: `NotFound`, `Conflict`, `Invalid`, `Forbidden`, `Expired` … */
  readonly reason: string;
  /** What each cause names, for `Invalid`. */
  readonly causes: readonly StatusCause[];
  /** Seconds that the server asked to wait, when it did. */
  readonly retryAfter: number | undefined;

  constructor(status: number, reason: string, message: string, causes: readonly StatusCause[], retryAfter?: number) {
    super(message);
    this.name = "KubeError";
    this.status = status;
    this.reason = reason;
    this.causes = causes;
    this.retryAfter = retryAfter;
  }
}

export interface StatusCause {
  reason: string;
  message: string;
  field: string;
}

/** The API server could not be reached, or broke the line off. */
export class KubeUnreachable extends Error {
  constructor(server: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the Kubernetes API at ${server} cannot be reached: ${why}`, { cause });
    this.name = "KubeUnreachable";
  }
}

/** The API server showed a certificate that we do not trust; or something else that stands in its place did. */
export class KubeUntrusted extends KubeUnreachable {
  constructor(server: string, cause: unknown, authority: string) {
    super(server, cause);
    this.message += `; its certificate is not to be trusted by the CA that is used (${authority})`;
    this.name = "KubeUntrusted";
  }
}

/** What is to identify us cannot be loaded: a file is gone, a plugin failed. */
export class CredentialsUnusable extends Error {
  constructor(from: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the credentials of ${from} cannot be loaded: ${why}`, { cause });
    this.name = "CredentialsUnusable";
  }
}

const untrusted =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID|INVALID_CA|INVALID_PURPOSE)/;

/** Whether a connection failed for the server's certificate. */
export function isUntrusted(thrown: unknown): boolean {
  return untrusted.test(String((thrown as { code?: unknown } | undefined)?.code ?? ""));
}

export function isKubeError(thrown: unknown, ...statuses: number[]): thrown is KubeError {
  return thrown instanceof KubeError && (statuses.length === 0 || statuses.includes(thrown.status));
}

/** Words of the API server that hold for one request alone, although their status is that of a fault. */
const WEBHOOK_UNAVAILABLE = "WebhookUnavailable";
const GROUP_UNAVAILABLE = "GroupUnavailable";
/** It fails on just this, as far as its words tell; and so it does while it answers otherwise. */
const MAY_FAIL_ON_THIS = "MayFailOnThis";
const FAILS_ON_THIS = "FailsOnThis";

/** What a server says that is unwell itself; that an object is too large for its store is the object's. */
const unwell =
  /etcdserver: (?!request is too large)|rpc error|deadline exceeded|time[d-]? ?out|connection (?:refused|reset)|\bEOF\b/i;

/** As it says of an apply whose fields its schema does not have, although the fault is the asker's. */
const unfit = /^failed to (?:create typed patch object|prune fields)/;

/** Whether it may be for what was asked that the server failed, and not for its own state: another request tells. */
export const mayFailOnThis = (thrown: unknown): thrown is KubeError =>
  isKubeError(thrown, 500) && thrown.reason === MAY_FAIL_ON_THIS;

/** The same of a server that answers otherwise. */
export const failsOnThis = ({ status, message, causes }: KubeError): KubeError =>
  new KubeError(status, FAILS_ON_THIS, message, causes);

/**
 * Whether the server will not have what was asked, or cannot do just this: another request may well succeed, and the same one
 * only when something was changed. Not for what says that the server itself is unwell or that we are not known.
 */
export function isRefusal(thrown: unknown): thrown is KubeError {
  if (isKubeError(thrown, 400, 403, 404, 405, 409, 413, 422) || isPartlyDown(thrown)) return true;
  return isKubeError(thrown) && thrown.reason === FAILS_ON_THIS;
}

/** Whether it would be refused just so a moment later, as far as the server tells. */
export const isRefusedForGood = (thrown: unknown): thrown is KubeError =>
  isRefusal(thrown) && !isKubeError(thrown, 409) && !isPartlyDown(thrown);

/** For a `catch`: what is refused so is nothing. */
export function unlessRefused(thrown: unknown): undefined {
  if (!isRefusedForGood(thrown)) throw thrown;
}

/** An admission webhook, or a server behind the API server, does not answer. */
export function isPartlyDown(thrown: unknown): boolean {
  return isKubeError(thrown) && [WEBHOOK_UNAVAILABLE, GROUP_UNAVAILABLE].includes(thrown.reason);
}

/**
 * Reads a `Status`; a body that is none (a proxy's page) is not repeated, only its status is told. Validation and admission quote
 * what they refuse, so that what looks like a credential is taken out of their words.
 */
export function kubeErrorFrom(
  status: number,
  body: string,
  { retryAfter, path = "" }: { retryAfter?: string | undefined; path?: string },
): KubeError {
  const told = parseStatus(body);
  if (
    status === 500 &&
    /failed (?:to call|calling) webhook|^conversion webhook for \S+ .*failed/.test(told?.message ?? "")
  ) {
    return new KubeError(status, WEBHOOK_UNAVAILABLE, shortenSentence(told!.message!, mostWords), []);
  }
  // The API server says so of a group that another server is to serve, and not with a Status.
  const group = /^\/apis\/([^/?]+\.[^/?]+)/.exec(path)?.[1];
  if (status === 503 && group !== undefined && /^(?:service unavailable|error trying to reach service)/i.test(body)) {
    const message = `the API group ${group} is not available now: the server behind it (APIService) does not answer`;
    return new KubeError(status, GROUP_UNAVAILABLE, message, []);
  }
  if (status === 500 && unfit.test(told?.message ?? "")) {
    return new KubeError(422, "Invalid", shortenSentence(told!.message!, mostWords), []);
  }
  const seconds = Number(retryAfter ?? told?.details?.retryAfterSeconds);
  // A webhook may deny in as many words as it likes.
  const message = shortenSentence(told?.message ?? `the API server answered ${status}`, mostWords);
  return new KubeError(
    status,
    status === 500 && told?.message !== undefined && !unwell.test(told.message)
      ? MAY_FAIL_ON_THIS
      : (told?.reason ?? ""),
    withWayOut(status, message),
    (told?.details?.causes ?? []).map(({ reason = "", message = "", field = "" }) => ({ reason, message, field })),
    Number.isFinite(seconds) ? seconds : undefined,
  );
}

/**
 * The same error about a Secret, without words that may quote its values: validation and admission repeat what they refuse.
 * That it is not there, in conflict or not allowed is told as it is.
 */
export function withoutSecrets(error: KubeError): KubeError {
  const { status, reason, causes, retryAfter } = error;
  const mayQuote =
    !isPartlyDown(error) &&
    ![401, 404, 409, 413, 429].includes(status) &&
    (status !== 403 || /\bdenied\b/i.test(error.message));
  if (!mayQuote) return error;
  const fields = [...new Set(causes.map(({ field }) => field))].filter((field) => field !== "");
  const where = fields.length === 0 ? "" : ` at ${fields.join(", ")}`;
  const message = `the API server refuses this Secret (${reason === MAY_FAIL_ON_THIS ? status : reason || status})${where}; its words are left out, because they may quote what is secret. ${immutableField(error.message) ?? "Values under data must be base64, under stringData text"}`;
  return new KubeError(
    status,
    reason,
    message,
    causes.map((cause) => ({ ...cause, message: "" })),
    retryAfter,
  );
}

const mostWords = 2_000;

const missingRight = / is forbidden: User ".*" cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(.*)/;

function withWayOut(status: number, message: string): string {
  const wayOut = status === 422 ? immutableField(message) : undefined;
  if (wayOut !== undefined) return `${message}; ${wayOut}`;
  return status === 403 ? withMissingRight(message) : message;
}

/** The server's words about a right that is missing, with the rule that would give it. */
function withMissingRight(message: string): string {
  const [, verb, resource, group, place] = missingRight.exec(message) ?? [];
  if (verb !== undefined) {
    const scope = /in the namespace "([^"]+)"/.exec(place!)?.[1];
    const where = scope === undefined ? "in a ClusterRole" : `in a Role of the namespace ${scope} or a ClusterRole`;
    return `${message}; it needs the rule {apiGroups: ["${group}"], resources: [${resource}], verbs: [${verb}]} ${where} that is bound to it`;
  }
  if (!/attempting to grant (?:extra privileges|RBAC permissions not currently held)/.test(message)) return message;
  return `${message}; nobody can hand on what they do not hold themselves: give it that first, or take it out of the role`;
}

interface RawStatus {
  kind?: string;
  reason?: string;
  message?: string;
  details?: { retryAfterSeconds?: number; causes?: Partial<StatusCause>[] };
}

/**
 * What the server prints below its words to show how an object would change: a unified diff, or Go's. It mixes the lines of two
 * objects, what is live among them, so that no credential in it is told as one; a plan shows what changes anyway.
 */
const printedDiff = /\n(?:@@ -\d|[^\S\n]*[&*]?[\w.[\]]{1,100}\{[^\S\n]*(?:\n|$))[\s\S]*$/;

/** What the server says, without the objects that it quotes and what looks like a credential. */
export const wordsWithout = (message: string): string =>
  withoutCredentialsInWords(withoutStructs(message.replace(printedDiff, "").trimEnd()));

const causeWithout = (cause: Partial<StatusCause>): Partial<StatusCause> =>
  cause.message === undefined ? cause : { ...cause, message: wordsWithout(cause.message) };

function parseStatus(body: string): RawStatus | undefined {
  try {
    const parsed = JSON.parse(body) as RawStatus | null;
    if (parsed?.kind !== "Status") return undefined;
    const { message, details } = parsed;
    return {
      ...parsed,
      ...(message === undefined ? {} : { message: wordsWithout(message) }),
      ...(details === undefined ? {} : { details: { ...details, causes: details.causes?.map(causeWithout) } }),
    } as RawStatus;
  } catch {
    return undefined;
  }
}
