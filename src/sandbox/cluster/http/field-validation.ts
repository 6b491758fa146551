import type { StatusError } from "../status-error.ts";
import type { Exchange } from "./exchange.ts";
import type { AskedWrite } from "./write-options.ts";

/** What is to be told of a request's object, each in its own words or by the field's path. */
export interface Complaints {
  /** Of a patch itself, before what it leads to. */
  patch?: readonly string[];
  /** Fields that stand twice: their paths, or of YAML the whole complaint. */
  duplicates?: readonly string[];
  unknown?: readonly string[];
}

/** Refuses unknown and doubled fields, warns of them or passes them over, as the request asks. */
export function judge(
  { warnings }: Exchange,
  { fieldValidation }: AskedWrite,
  { patch = [], duplicates = [], unknown = [] }: Complaints,
  refusal: (said: string) => StatusError,
): void {
  const said = [
    ...patch,
    ...duplicates.map((field) => (isComplaint(field) ? field : `duplicate field ${JSON.stringify(field)}`)),
    ...unknown.map((field) => `unknown field ${JSON.stringify(field)}`),
  ];
  if (said.length === 0 || fieldValidation === "Ignore") return;
  if (fieldValidation === "Strict") {
    const complaints = duplicates.filter(isComplaint);
    const yaml = complaints.length > 0 ? [`yaml: unmarshal errors:\n  ${complaints.join("\n  ")}`] : [];
    throw refusal([...yaml, ...said.filter((it) => !complaints.includes(it))].join(", "));
  }
  warnings.push(...said);
}

/** Of YAML, which knows the line and not the path. */
const isComplaint = (duplicate: string) => duplicate.startsWith("line ");
