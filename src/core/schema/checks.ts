import { shown } from "./shown.ts";

/** What a value violates: a predicate ("must be …") that follows the field's name in a sentence. */
export interface Violation {
  rule: string;
  predicate: string;
  /** Where inside the value, as steps; absent for the value itself. */
  at?: readonly string[];
}

/**
 * Rules for single values that JSON Schema has no word for, each as the API server has it. A `null` never gets here:
 * the server reads it as an absent field.
 */
export const checks = {
  quantity(value: unknown): Violation | undefined {
    if (typeof value === "number") return undefined;
    if (typeof value === "string" && quantity.test(value.trim())) return undefined;
    return {
      rule: "invalid-quantity",
      predicate: `must be a quantity such as \`500m\`, \`1.5\` or \`2Gi\`, but it is ${shown(value)}`,
    };
  },

  base64(value: unknown): Violation | undefined {
    // Go's decoder skips line breaks and is strict about everything else, the padding included.
    if (typeof value !== "string" || base64.test(value.replaceAll(/[\r\n]/g, ""))) return undefined;
    return {
      rule: "invalid-base64",
      predicate: "must be base64; a Secret takes plain text under `stringData` instead of `data`",
    };
  },

  time(value: unknown): Violation | undefined {
    if (typeof value !== "string" || rfc3339.test(value)) return undefined;
    return {
      rule: "invalid-time",
      predicate: `must be a time such as \`2026-11-23T04:05:06Z\` (RFC 3339), but it is ${shown(value)}`,
    };
  },

  dnsLabel(value: unknown): Violation | undefined {
    // Where a name is required, an empty one is said to be missing.
    if (typeof value !== "string" || value === "" || isDnsLabel(value)) return undefined;
    return {
      rule: "invalid-name",
      predicate: `must be at most 63 lower-case letters, digits and \`-\`, beginning and ending with a letter or digit, but it is ${shown(value)}`,
    };
  },

  objectName(value: unknown): Violation | undefined {
    // Some references may be empty, and mean none then.
    if (typeof value !== "string" || value === "" || isDnsSubdomain(value)) return undefined;
    return { rule: "invalid-name", predicate: `must be the name of an object, but it is ${shown(value)}` };
  },

  portName(value: unknown): Violation | undefined {
    if (typeof value !== "string" || value === "" || isPortName(value)) return undefined;
    return { rule: "invalid-name", predicate: `must be ${portNameRule}, but it is ${shown(value)}` };
  },

  portReference(value: unknown): Violation | undefined {
    if (typeof value === "number" && value >= 1 && value <= 65_535) return undefined;
    if (typeof value === "string" && (value === "" || isPortName(value))) return undefined;
    const predicate = `must be a port from 1 to 65535 or a port's name (${portNameRule}), but it is ${shown(value)}`;
    return { rule: "invalid-value", predicate };
  },

  labels(value: unknown): Violation | undefined {
    for (const [key, text] of entries(value)) {
      const problem = qualifiedNameProblem(key);
      if (problem !== undefined) return { rule: "invalid-label", predicate: `is no label key: ${problem}`, at: [key] };
      if (typeof text === "string" && !isLabelValue(text)) {
        return {
          rule: "invalid-label",
          predicate: `must be empty or at most 63 letters, digits, \`-\`, \`_\` and \`.\`, beginning and ending with a letter or digit, but it is ${shown(text)}`,
          at: [key],
        };
      }
    }
    return undefined;
  },

  selectorRequirement(value: unknown): Violation | undefined {
    const { operator, values } = Object.fromEntries(entries(value));
    const count = Array.isArray(values) ? values.length : 0;
    if ((operator === "In" || operator === "NotIn") && count === 0) {
      return { rule: "missing-field", predicate: `needs \`values\`, because its operator is \`${operator}\`` };
    }
    if ((operator === "Exists" || operator === "DoesNotExist") && count > 0) {
      return { rule: "invalid-value", predicate: `must have no \`values\`, because its operator is \`${operator}\`` };
    }
    return undefined;
  },

  annotations(value: unknown): Violation | undefined {
    let size = 0;
    for (const [key, text] of entries(value)) {
      // The server looks at annotation keys in lower case.
      const problem = qualifiedNameProblem(key.toLowerCase());
      if (problem !== undefined) {
        return { rule: "invalid-annotation", predicate: `is no annotation key: ${problem}`, at: [key] };
      }
      size += key.length + (typeof text === "string" ? text.length : 0);
    }
    if (size <= largestAnnotations) return undefined;
    return {
      rule: "invalid-annotation",
      predicate: `must not exceed ${largestAnnotations} bytes together, but they have ${size}`,
    };
  },

  dataKeys(value: unknown): Violation | undefined {
    for (const [key] of entries(value)) {
      if (key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && key !== "." && !key.startsWith("..")) continue;
      return {
        rule: "invalid-key",
        predicate:
          "is no valid key: only letters, digits, `-`, `_` and `.`, at most 253, and not `.` or beginning with `..`",
        at: [key],
      };
    }
    return undefined;
  },
} satisfies Record<string, (value: unknown) => Violation | undefined>;

export type CheckName = keyof typeof checks;

const quantity = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;
const largestAnnotations = 256 * 1024;

const portNameRule = "at most 15 lower-case letters, digits and single `-`, with a letter among them";

/** A service name of IANA's registry (RFC 6335). */
function isPortName(text: string): boolean {
  return (
    text.length <= 15 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text) && /[a-z]/.test(text) && !text.includes("--")
  );
}

/** RFC 1123 label: what namespaces, containers and ports are called. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** RFC 1123 subdomain: what most objects are called. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && text.split(".").every((part) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(part));
}

function isLabelValue(text: string): boolean {
  return text === "" || (text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text));
}

/** `[prefix/]name`, as label and annotation keys are. */
function qualifiedNameProblem(key: string): string | undefined {
  const slash = key.indexOf("/");
  if (slash !== key.lastIndexOf("/")) return "at most one `/` may stand in it";
  if (slash >= 0 && !isDnsSubdomain(key.slice(0, slash))) return "what stands before `/` must be a DNS name";
  const name = key.slice(slash + 1);
  if (name.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)) return undefined;
  return "its name must be 1 to 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit";
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
