import { one } from "./pod-amounts.ts";

const binary = ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"];
const inBytes = /memory$|storage$|hugepages-/;

/** What is said of quotas, the server's words and ours, without how much is in use: that is live. */
export function withoutUsage(text: string): string {
  return text
    .replaceAll(/, used: \S+ limited: \S+/g, "")
    .replaceAll(/(the quota `[^`]+` leaves) [^\s;]+/g, "$1 less")
    .replace(/(in use than it allows): .+? (?=What is there stays)/, "$1. ");
}

/** An amount in billionths as people write it of that resource: `500m`, `2`, `1536Mi`. What is less than nothing is nothing. */
export function amountText(resource: string, amount: bigint): string {
  if (amount <= 0n) return "0";
  if (amount % one !== 0n) return `${(amount + 999_999n) / 1_000_000n}m`;
  const whole = amount / one;
  if (!inBytes.test(resource)) return `${whole}`;
  const at = binary.findIndex((_, index) => whole % 1024n ** BigInt(binary.length - index) === 0n);
  return at < 0 ? `${whole}` : `${whole / 1024n ** BigInt(binary.length - at)}${binary[at]}`;
}
