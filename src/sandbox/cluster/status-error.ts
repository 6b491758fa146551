export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** A Kubernetes `Status` of a failure, as the API answers it: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  /** Of a list that cannot go on: the token with which it can, from another moment. */
  readonly metadata: { continue?: string };

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: { continue?: string } = {},
  ) {
    super(message);
    this.metadata = metadata;
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The body of the answer. */
  toStatus() {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: this.metadata,
      status: "Failure",
      message: this.message,
      ...(this.reason !== "" && { reason: this.reason }),
      ...(this.details !== undefined && { details: this.details }),
      code: this.code,
    };
  }
}

/** What a Status about one object is about; `resource` is the plural. */
export interface Subject {
  group: string;
  resource: string;
}

/** `deployments.apps`, `pods`: a resource as messages name it. */
export function qualified({ group, resource }: Subject): string {
  return group === "" ? resource : `${resource}.${group}`;
}

const details = ({ group, resource }: Subject, name?: string, more?: StatusDetails): StatusDetails => ({
  ...(name !== undefined && name !== "" && { name }),
  ...(group !== "" && { group }),
  kind: resource,
  ...more,
});

export function notFound(subject: Subject, name: string): StatusError {
  return new StatusError(404, "NotFound", `${qualified(subject)} "${name}" not found`, details(subject, name));
}

export function noSuchPath(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

/** A 501 for what Kubernetes does and this cluster does not (docs/embedded-cluster.md). */
export function notImplemented(what: string): StatusError {
  return new StatusError(501, "NotImplemented", `${what}: the embedded cluster does not do this`, {});
}

/** A 404 for a path that belongs to nothing, not even to a group: plain text, as Go's server answers it. */
export class NoSuchPage extends StatusError {
  constructor() {
    super(404, "NotFound", "404 page not found");
  }
}

/** @param ends whether the other is being deleted */
export function alreadyExists(subject: Subject, name: string, { ends }: { ends: boolean }): StatusError {
  const said = `${ends ? "object is being deleted: " : ""}${qualified(subject)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", said, details(subject, name));
}

export function conflict(subject: Subject, name: string, why: string): StatusError {
  return new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`,
    details(subject, name),
  );
}

export const objectModified =
  "the object has been modified; please apply your changes to the latest version and try again";

export function forbidden(subject: Subject, name: string, why: string, causes?: StatusCause[]): StatusError {
  return new StatusError(
    403,
    "Forbidden",
    `${qualified(subject)} "${name}" is forbidden: ${why}`,
    details(subject, name, causes === undefined ? undefined : { causes }),
  );
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}

/** One violation, as `field.Error` of apimachinery says it. */
export interface FieldViolation {
  reason:
    | "FieldValueInvalid"
    | "FieldValueRequired"
    | "FieldValueForbidden"
    | "FieldValueDuplicate"
    | "FieldValueNotSupported"
    | "FieldValueTypeInvalid"
    | "FieldValueNotFound"
    | "FieldValueTooLong"
    | "FieldValueTooMany";
  field: string;
  message: string;
}

/** 422 for an object of a kind; the message joins the violations as the real server does. */
export function invalid(group: string, kind: string, name: string, violations: FieldViolation[]): StatusError {
  const said = violations.map(({ field, message }) => `${field}: ${message}`);
  const text = said.length === 1 ? said[0] : `[${said.join(", ")}]`;
  return new StatusError(422, "Invalid", `${group === "" ? kind : `${kind}.${group}`} "${name}" is invalid: ${text}`, {
    ...(name !== "" && { name }),
    ...(group !== "" && { group }),
    ...(kind !== "" && { kind }),
    causes: violations.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
