/** Of Kubernetes' quantities: `500m`, `1.5`, `2Gi`, `1e3`. */
const written = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;

const powers: { readonly [suffix: string]: number } = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** A billionth is the least that the server keeps. */
const scale = 9;

/** Manifests say the same few amounts again and again. */
const remembered = new Map<string, bigint | undefined>();
const mostRemembered = 1_000;

/** In billionths, which are rounded up as the server does; undefined for what is no quantity. */
export function quantityOf(value: unknown): bigint | undefined {
  if (typeof value !== "string") return read(value);
  if (remembered.has(value)) return remembered.get(value);
  const amount = read(value);
  if (remembered.size < mostRemembered && value.length < 32) remembered.set(value, amount);
  return amount;
}

function read(value: unknown): bigint | undefined {
  const match = typeof value === "string" || typeof value === "number" ? written.exec(String(value).trim()) : null;
  if (match === null) return undefined;
  const [, sign, whole = "", part = "", power, suffix, exponent] = match;
  if (whole === "" && part === "") return 0n;
  const shift = scale - part.length + (suffix === undefined ? Number(exponent ?? 0) : powers[suffix]!);
  const factor = power === undefined ? 1n : 1024n ** BigInt(binary.indexOf(power) + 1);
  const digits = BigInt(whole + part) * factor;
  const amount = shift >= 0 ? digits * 10n ** BigInt(shift) : dividedUp(digits, 10n ** BigInt(-shift));
  return sign === "-" ? -amount : amount;
}

/** Negative when the first is less; undefined when one is no quantity. */
export function compareQuantities(one: unknown, other: unknown): number | undefined {
  const first = quantityOf(one);
  const second = quantityOf(other);
  if (first === undefined || second === undefined) return undefined;
  return first < second ? -1 : first > second ? 1 : 0;
}

/**
 * Whether the server writes both in the same way, as it does `1024Mi` and `1Gi`, and not `1Gi` and `1073741824`: it keeps what kind of
 * suffix was given (https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity).
 */
export function isWrittenAlike(one: unknown, other: unknown): boolean {
  const amount = quantityOf(one);
  return amount !== undefined && amount === quantityOf(other) && formOf(one, amount) === formOf(other, amount);
}

/** What makes no whole `Ki`, and what an exponent does not shorten unless it is written as `e0`, the server writes in the decimal form. */
function formOf(value: unknown, amount: bigint): "binary" | "exponent" | "decimal" {
  const [, , , , power, , exponent] = written.exec(String(value).trim()) ?? [];
  const isMultipleOf = (number: bigint) => amount % (number * 10n ** BigInt(scale)) === 0n;
  if (amount === 0n) return "decimal";
  if (power !== undefined) return isMultipleOf(1024n) ? "binary" : "decimal";
  const isPlain = isMultipleOf(1n) && !isMultipleOf(1000n);
  return exponent === undefined || (isPlain && Number(exponent) !== 0) ? "decimal" : "exponent";
}

function dividedUp(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}
