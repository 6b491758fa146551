import { StatusError } from "../status-error.ts";

/** A 415 for a body in a form that the server does not read here. */
export function unsupported(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}
