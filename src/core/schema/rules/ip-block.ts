import { isCidr, isIpv4 } from "./syntax.ts";

/** A block of IP addresses. */
export interface IpBlock {
  /** Of its addresses, the same ones at the front. */
  bits: number;
  isIn(other: IpBlock): boolean;
  /** The first `bits` of its addresses, and the family. */
  front(bits: number): string;
}

/** @returns undefined for what is none */
export function blockOf(block: string): IpBlock | undefined {
  if (!isCidr(block)) return undefined;
  const [address = "", length = ""] = block.split("/");
  const bits = Number(length);
  const digits = isIpv4(address) ? address.split(".").map((part) => binary(Number(part), 8)) : groups(address);
  const front = (count: number) => `${digits.length === 4 ? "IPv4" : "IPv6"} ${digits.join("").slice(0, count)}`;
  return { bits, front, isIn: (other) => front(other.bits) === other.front(other.bits) };
}

/** The eight groups of an IPv6 address. */
function groups(address: string): string[] {
  const numbers = (part: string): number[] =>
    part.split(":").flatMap((group) => {
      if (!group.includes(".")) return group === "" ? [] : [Number.parseInt(group, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
      return [a * 256 + b, c * 256 + d];
    });
  const [before = "", after = ""] = address.split("::");
  const [first, last] = [numbers(before), numbers(after)];
  const gap = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...gap, ...last].map((group) => binary(group, 16));
}

function binary(number: number, length: number): string {
  return number.toString(2).padStart(length, "0");
}
