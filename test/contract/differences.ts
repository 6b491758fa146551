/** Where two JSON values differ, each place with both values: `spec.ports[0].protocol: "TCP" ≠ undefined`. */
export function differences(real: unknown, embedded: unknown, path = ""): string[] {
  if (Array.isArray(real) && Array.isArray(embedded)) {
    return Array.from({ length: Math.max(real.length, embedded.length) }).flatMap((_, index) =>
      differences(real[index], embedded[index], `${path}[${index}]`),
    );
  }
  if (isObject(real) && isObject(embedded)) {
    return [...new Set([...Object.keys(real), ...Object.keys(embedded)])].flatMap((key) =>
      differences(real[key], embedded[key], step(path, key)),
    );
  }
  return Object.is(real, embedded) ? [] : [`${path}: ${shown(real)} ≠ ${shown(embedded)}`];
}

/** The suite's one way to fail: real API server and embedded cluster answer differently. */
export class ContractDifference extends Error {
  override name = "ContractDifference";

  constructor(about: string, found: readonly string[]) {
    super(`${about}\n${found.map((line) => `  ${line}`).join("\n")}\n  (real ≠ embedded)`);
  }
}

/** Throws a `ContractDifference` unless both are the same. */
export function expectSame(about: string, real: unknown, embedded: unknown): void {
  const found = differences(real, embedded);
  if (found.length > 0) throw new ContractDifference(about, found);
}

function step(path: string, key: string): string {
  const plain = /^[\w$-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? plain : `${path}.${plain}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
