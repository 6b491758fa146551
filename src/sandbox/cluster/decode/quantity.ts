import type { Json } from "../../../core/manifest/kube-object.ts";

const shape = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d+))$/;
const binary: { [suffix: string]: bigint } = Object.fromEntries(
  ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, i) => [suffix, 1024n ** BigInt(i + 1)]),
);
const decimal: { [suffix: string]: number } = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/**
 * A resource quantity as the API server writes it: `0.5` → `500m`, `1024Mi` → `1Gi`, `1000` → `1k`.
 * @returns undefined when it is none
 */
export function canonicalQuantity(value: Json): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const match = shape.exec(String(value).trim());
  if (match === null) return undefined;
  const [, sign, digits = "", ki, suffix = "", exponent] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const mantissa = BigInt(`${whole}${fraction}` || "0");
  const minus = sign === "-" ? "-" : "";
  if (mantissa === 0n) return "0";
  const nanos = 10n ** BigInt(9);
  const scale = 10n ** BigInt(fraction.length);
  if (ki !== undefined) {
    const amount = mantissa * binary[ki]!;
    if (amount % scale === 0n) return minus + binaryForm(amount / scale);
    return minus + decimalForm((amount * nanos + scale - 1n) / scale, false);
  }
  const power = exponent === undefined ? decimal[suffix]! : Number(exponent);
  if (power > 100 || power < -100) return undefined;
  const shifted = power >= 0 ? mantissa * 10n ** BigInt(power) * nanos : (mantissa * nanos * 1n) / 1n;
  const divisor = power >= 0 ? scale : scale * 10n ** BigInt(-power);
  // Finer than nano is rounded up, as the server does.
  return minus + decimalForm((shifted + divisor - 1n) / divisor, exponent !== undefined);
}

function binaryForm(amount: bigint): string {
  let best = "";
  let rest = amount;
  for (const [suffix, size] of Object.entries(binary)) {
    // Below 1024 a binary quantity is written without a suffix.
    if (amount >= 1024n && amount % size === 0n) {
      best = suffix;
      rest = amount / size;
    }
  }
  return `${rest}${best}`;
}

function decimalForm(nanos: bigint, exponential: boolean): string {
  let rest = nanos;
  let step = 0;
  while (step < decimalSuffixes.length - 1 && rest % 1000n === 0n) {
    rest /= 1000n;
    step += 1;
  }
  if (!exponential) return `${rest}${decimalSuffixes[step]}`;
  const power = step * 3 - 9;
  return power === 0 ? `${rest}` : `${rest}e${power}`;
}
