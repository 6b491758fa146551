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

export function isKubeError(thrown: unknown, ...statuses: number[]): thrown is KubeError {
  return thrown instanceof KubeError && (statuses.length === 0 || statuses.includes(thrown.status));
}

/** Reads a `Status`; a body that is none (a proxy's page) is not repeated, only its status is told. */
export function kubeErrorFrom(status: number, body: string, retryAfter: string | undefined): KubeError {
  const told = parseStatus(body);
  // The real server answers 500 to an apply with a field that its schema does not have, although the fault is the asker's.
  if (status === 500 && told?.message?.startsWith("failed to create typed patch object")) {
    return new KubeError(422, "Invalid", told.message, []);
  }
  const seconds = Number(retryAfter ?? told?.details?.retryAfterSeconds);
  return new KubeError(
    status,
    told?.reason ?? "",
    told?.message ?? `the API server answered ${status}`,
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
  const mayQuote = ![401, 404, 409, 429].includes(status) && (status !== 403 || /\bdenied\b/i.test(error.message));
  if (!mayQuote) return error;
  const fields = [...new Set(causes.map(({ field }) => field))].filter((field) => field !== "");
  const where = fields.length === 0 ? "" : ` at ${fields.join(", ")}`;
  const message = `the API server refuses this Secret (${reason || status})${where}; its words are left out, because they may quote what is secret. Values under data must be base64, under stringData text`;
  return new KubeError(
    status,
    reason,
    message,
    causes.map((cause) => ({ ...cause, message: "" })),
    retryAfter,
  );
}

interface RawStatus {
  kind?: string;
  reason?: string;
  message?: string;
  details?: { retryAfterSeconds?: number; causes?: Partial<StatusCause>[] };
}

function parseStatus(body: string): RawStatus | undefined {
  try {
    const parsed = JSON.parse(body) as RawStatus | null;
    return parsed?.kind === "Status" ? parsed : undefined;
  } catch {
    return undefined;
  }
}
