import { goJsonKind, goKind } from "../go-text.ts";
import type { UnmarshalError } from "./built-in.ts";

/** Why a merged value did not fit its field, which a server tells in other words than of JSON. */
export function notRestored({ type, found, message }: UnmarshalError): string {
  if (message.startsWith("illegal base64")) return `error decoding from json: ${message}`;
  if (type === undefined || found === undefined) return message;
  const kind = goKind(found);
  if (type === "intstr.IntOrString") {
    const number = typeof found === "number" ? `number ${found}` : goJsonKind(found);
    return `json: cannot unmarshal ${number} into Go value of type int32`;
  }
  if (type.startsWith("[]")) return `cannot restore slice from ${kind}`;
  if (type.startsWith("map[")) return `cannot restore map from ${kind}`;
  // Types of packages: `v1.ObjectMeta`.
  if (type.includes(".")) return `cannot restore struct from: ${kind}`;
  const converts = (kind === "int64" && type === "string") || (kind === "float64" && /^u?int/.test(type));
  return converts ? `cannot convert ${kind} to ${type}` : `unrecognized type: ${type}`;
}
