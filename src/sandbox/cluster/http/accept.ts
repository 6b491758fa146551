import { StatusError } from "../status-error.ts";

/** How an answer is to be written: the object itself, its metadata alone, or a table for people. */
export type Form = "object" | "partial" | "table";

/**
 * The first form of an `Accept` header that this server can write; throws a 406 when there is none.
 * @param answers what the answer is: one object, a list, or a stream, in which either word for metadata will do
 */
export function acceptedForm(accept: string | undefined, answers: "object" | "list" | "stream" = "stream"): Form {
  for (const { type, parameters } of mediaTypes(accept ?? "*/*")) {
    if (type !== "application/json" && type !== "*/*" && type !== "application/*") continue;
    const as = parameters.get("as");
    if (as === undefined) return "object";
    if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") continue;
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") {
      if (answers !== "stream" && (as === "PartialObjectMetadataList") !== (answers === "list")) {
        const kind = answers === "list" ? "a list" : "not a list";
        throw new StatusError(406, "NotAcceptable", `you requested ${as}, but the requested object is ${kind}`);
      }
      return "partial";
    }
    if (as === "Table") return "table";
  }
  const message = `406: Not Acceptable\n\nAvailable representations: application/json, application/json;stream=watch`;
  throw new StatusError(406, "NotAcceptable", message, {});
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
