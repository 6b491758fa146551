import type { Resource } from "../resources/resource.ts";
import { StatusError } from "../status-error.ts";
import type { UnmarshalError } from "./built-in.ts";

/** A 400 for an object with a value that does not fit its field; a patch that leads to it is refused otherwise. */
export class Unreadable extends StatusError {
  readonly unmarshal: UnmarshalError;

  constructor(message: string, unmarshal: UnmarshalError) {
    super(400, "BadRequest", message);
    this.unmarshal = unmarshal;
  }
}

export function unreadable({ kind, version }: Pick<Resource, "kind" | "version">, error: UnmarshalError): Unreadable {
  return new Unreadable(`${kind} in version "${version}" cannot be handled as a ${kind}: ${error.message}`, error);
}
