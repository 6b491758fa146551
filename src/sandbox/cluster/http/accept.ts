import { StatusError } from "../status-error.ts";

/** How an answer is to be written: the object itself, its metadata alone, or a table for people. */
export type Form = "object" | "partial" | "table";

/** The first form of an `Accept` header that this server can write; throws a 406 when there is none. */
export function acceptedForm(accept: string | undefined): Form {
  for (const { type, parameters } of mediaTypes(accept ?? "*/*")) {
    if (type !== "application/json" && type !== "*/*" && type !== "application/*") continue;
    const as = parameters.get("as");
    if (as === undefined) return "object";
    if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") continue;
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return "partial";
    if (as === "Table") return "table";
  }
  throw notAcceptable(["application/json"]);
}

export interface MediaType {
  type: string;
  parameters: ReadonlyMap<string, string>;
}

export function mediaTypes(header: string): MediaType[] {
  return header.split(",").map((part) => {
    const [type = "", ...rest] = part.split(";").map((piece) => piece.trim());
    const parameters = new Map(rest.map((it) => [it.slice(0, it.indexOf("=")), it.slice(it.indexOf("=") + 1)]));
    return { type: type.toLowerCase(), parameters };
  });
}

export function notAcceptable(accepted: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${accepted.join(", ")}`;
  return new StatusError(406, "NotAcceptable", message, {});
}
