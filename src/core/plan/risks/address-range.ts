import { added } from "./risk.ts";

/** Ranges are looked for in one another one by one; beyond this only in their like. */
const mostCompared = 200_000;

/** Which ranges do not lie in one of those that are known. */
export function outside(known: readonly string[], ranges: readonly string[]): string[] {
  const fresh = added(known, ranges);
  if (fresh.length * known.length > mostCompared) return fresh;
  return fresh.filter((range) => !known.some((one) => isInside(range, one)));
}

/** Whether the first range of addresses lies in the second; what is no range lies in its like alone. */
export function isInside(range: string, other: string): boolean {
  const [inner, outer] = [rangeOf(range), rangeOf(other)];
  if (inner === undefined || outer === undefined) return range === other;
  if (inner.width !== outer.width || inner.prefix < outer.prefix) return false;
  const hostBits = BigInt(outer.width - outer.prefix);
  return inner.bits >> hostBits === outer.bits >> hostBits;
}

interface AddressRange {
  bits: bigint;
  width: 32 | 128;
  prefix: number;
}

function rangeOf(text: string): AddressRange | undefined {
  const [, address, length] = /^([0-9A-Fa-f.:]{1,45})\/(\d{1,3})$/.exec(text) ?? [];
  if (address === undefined) return undefined;
  const isOld = !address.includes(":");
  const bits = isOld ? numberOf(address.split("."), 4, 10, 8n) : numberOf(spelledOut(address), 8, 16, 16n);
  const [width, prefix] = [isOld ? 32 : 128, Number(length)] as const;
  return bits === undefined || prefix > width ? undefined : { bits, width, prefix };
}

function numberOf(parts: readonly string[], count: number, base: number, each: bigint): bigint | undefined {
  const numbers = parts.map((part) => Number.parseInt(part, base));
  const isValid = numbers.length === count && numbers.every((one) => one >= 0 && one < 2 ** Number(each));
  return isValid ? numbers.reduce((sum, one) => (sum << each) | BigInt(one), 0n) : undefined;
}

/** The groups of an IPv6 address, with those that `::` leaves out. */
function spelledOut(address: string): string[] {
  const halves = address.split("::");
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (tail === undefined || halves.length > 2) return head ?? [];
  return [...head!, ...Array.from({ length: Math.max(0, 8 - head!.length - tail.length) }, () => "0"), ...tail];
}
