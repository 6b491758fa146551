const units = { h: 3_600_000, m: 60_000, s: 1000 } as const;

/** @param text as the schema's pattern has it, such as `1h30m`; @returns milliseconds */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)([hms])/g)) {
    total += Number(digits) * units[unit as keyof typeof units];
  }
  return total;
}
