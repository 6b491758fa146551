import { goQuoted } from "../go-text.ts";
import { invalid } from "../status-error.ts";
import type { Exchange } from "./exchange.ts";

/** What a write's query asks for. */
export interface AskedWrite {
  manager: string;
  dryRun: boolean;
  fieldValidation: "Strict" | "Warn" | "Ignore";
}

/** Throws a 422 for values that there are not. */
export function askedWrite({ query, request }: Exchange, options: string): AskedWrite {
  const refuse = (field: string, value: unknown, allowed: string[]) =>
    invalid("meta.k8s.io", options, "", [
      {
        reason: "FieldValueNotSupported",
        field,
        message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((it) => JSON.stringify(it)).join(", ")}`,
      },
    ]);
  const dryRun = query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) throw refuse("dryRun", dryRun, ["All"]);
  const fieldValidation = query.get("fieldValidation") || "Warn";
  if (fieldValidation !== "Strict" && fieldValidation !== "Warn" && fieldValidation !== "Ignore") {
    throw refuse("fieldValidation", fieldValidation, ["", "Ignore", "Strict", "Warn"]);
  }
  const named = query.get("fieldManager") ?? "";
  if (named.length > 128) {
    throw invalid("meta.k8s.io", options, "", [
      { reason: "FieldValueTooLong", field: "fieldManager", message: "Too long: may not be more than 128 bytes" },
    ]);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these cannot be printed
  const position = named.search(/[\u0000-\u001f\u007f-\u009f]/);
  if (position >= 0) {
    const code = named.charCodeAt(position).toString(16).toUpperCase().padStart(4, "0");
    const message = `Invalid value: ${goQuoted(named)}: invalid character U+${code} (at position ${position})`;
    throw invalid("meta.k8s.io", options, "", [{ reason: "FieldValueInvalid", field: "fieldManager", message }]);
  }
  return { manager: named || programOf(request.headers["user-agent"]), dryRun: dryRun.length > 0, fieldValidation };
}

/** `kubectl` of `kubectl/v1.37.2 (linux/amd64)`: who does not name itself goes by its program. */
function programOf(userAgent: string | undefined): string {
  const [program = ""] = (userAgent ?? "").split("/");
  return program.replace(/[^\x20-\x7e]/g, "").slice(0, 128) || "unknown";
}
