/** Repeatable chance. */
export interface Chance {
  /** From 0 up to, and without, `below`. */
  number(below: number): number;
  pick<T>(values: readonly T[]): T;
  /** One time in `times`. */
  oneIn(times: number): boolean;
}

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number): number => Math.floor(next() * below);
  return { number, pick: (values) => values[number(values.length)]!, oneIn: (times) => number(times) === 0 };
}
