import { EVENT_ID, type Event, SCALAR_STYLE } from "js-yaml";
import type { Finding } from "./finding.ts";
import type { ScalarPlace } from "./pointer-index.ts";

/** A plain scalar that kubectl may read otherwise than its author. */
export interface SuspectScalar {
  document: number;
  offset: number;
  /** Once it is known where it stands, and whether it may be quoted there; undefined when it is fine there. */
  explain(place: ScalarPlace & { confidential: boolean }): Pick<Finding, "severity" | "rule" | "message"> | undefined;
}

const booleanWord = /^(?:[yn]|yes|no|on|off)$/i;
const leadingZero = /^[-+]?0o?[0-9_]+$/;
const grouped = /^[-+]?[0-9][0-9_.]*_[0-9_.]*$/;
const wholeNumber = /^[-+]?[0-9_]+$/;
const notJson = /^[-+]?\.(?:inf|nan)$/i;
/** Where an octal number is what people mean: `defaultMode: 0644`. */
const fileMode = /\/(?:defaultM|m)ode$/;

export function suspectScalars(source: string, events: readonly Event[]): SuspectScalar[] {
  const suspects: SuspectScalar[] = [];
  let document = -1;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) document++;
    if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN || event.tagStart >= 0) continue;
    const length = event.valueEnd - event.valueStart;
    if (length === 0 || !mayBeSuspect(source.charCodeAt(event.valueStart), length)) continue;
    const text = source.slice(event.valueStart, event.valueEnd);
    const explain = explainScalar(text);
    if (explain !== undefined) suspects.push({ document, offset: event.valueStart, explain: unquoted(explain) });
  }
  return suspects;
}

/** Where the scalar may be a secret, it is told what is wrong and not what it is. */
function unquoted(explain: SuspectScalar["explain"]): SuspectScalar["explain"] {
  return (place) => {
    const told = explain(place);
    if (told === undefined || !place.confidential || place.isKey) return told;
    const wrong =
      told.severity === "error" ? "no number that Kubernetes can keep" : "not read as the text that it looks like";
    return { ...told, message: `This value is ${wrong}; put it in quotes.` };
  };
}

/** By the first character and the length alone, as this is asked of every scalar of every file. */
function mayBeSuspect(first: number, length: number): boolean {
  const isDigitOrSign = (first >= 0x2b && first <= 0x39 && first !== 0x2c && first !== 0x2f) || first === 0x2e;
  if (isDigitOrSign) return length > 1;
  const letter = first | 0x20;
  return length <= 3 && (letter === 0x79 || letter === 0x6e || letter === 0x6f || first === 0x3c);
}

function explainScalar(text: string): SuspectScalar["explain"] | undefined {
  if (booleanWord.test(text)) {
    const read = /^(?:y|yes|on)$/i.test(text);
    // `yEs` is text for kubectl too.
    if (!/^(?:[A-Z]+|[a-z]+|[A-Z][a-z]+)$/.test(text)) return undefined;
    return ({ isKey }) => ({
      severity: "warning",
      rule: "ambiguous-scalar",
      message: isKey
        ? `The key \`${text}\` is read as \`"${read}"\`; write \`"${text}"\` in quotes for the text.`
        : `\`${text}\` is read as \`${read}\`; write \`${read}\`, or \`"${text}"\` in quotes for the text.`,
    });
  }
  if (text === "<<") {
    const message =
      "`<<` stands after other keys here: in YAML they win over what it merges, and kubectl lets it win; put it first.";
    return ({ isLaterKey }) => (isLaterKey ? { severity: "warning", rule: "merge-order", message } : undefined);
  }
  if (notJson.test(text)) {
    return () => ({
      severity: "error",
      rule: "number-out-of-range",
      message: `\`${text}\` is no number that Kubernetes can keep; write \`"${text}"\` in quotes for the text.`,
    });
  }
  if (leadingZero.test(text)) {
    const plain = text.replaceAll("_", "");
    const octal = /^[-+]?0o?[0-7]+$/.test(plain);
    const digits = plain.replace(/^[-+]?0+o?/, "") || "0";
    const value = octal ? Number.parseInt(digits, 8) : Number(digits);
    if (value === 0 && /^[-+]?0$/.test(plain)) return undefined;
    return ({ pointer, isKey }) =>
      fileMode.test(pointer) && !isKey
        ? undefined
        : {
            severity: "warning",
            rule: "ambiguous-scalar",
            message: `\`${text}\` is read as the number ${value}${octal ? " (octal)" : ""}; write \`"${text}"\` in quotes for the text.`,
          };
  }
  if (wholeNumber.test(text) && !Number.isSafeInteger(Number(text.replaceAll("_", "")))) {
    return ({ isKey }) =>
      isKey
        ? undefined
        : {
            severity: "error",
            rule: "number-out-of-range",
            message: `\`${text}\` is larger than numbers are exact (2^53); write \`"${text}"\` in quotes for the text.`,
          };
  }
  if (grouped.test(text)) {
    return () => ({
      severity: "warning",
      rule: "ambiguous-scalar",
      message: `\`${text}\` is read as the number ${text.replaceAll("_", "")}; write \`"${text}"\` in quotes for the text.`,
    });
  }
  return undefined;
}
