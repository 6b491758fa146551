import { MASK } from "./mask.ts";

/** A text on the way to being told: gone over once, from the left to the right, with parts of it hidden. */
export class Telling {
  readonly text: string;
  private out = "";
  private done = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @returns where to go on */
  hide(from: number, to: number): number {
    return this.put(from, to, MASK);
  }

  put(from: number, to: number, by: string): number {
    this.out += this.text.slice(this.done, from) + by;
    this.done = to;
    return to;
  }

  told(): string {
    return this.out + this.text.slice(this.done);
  }
}

/** A sticky pattern at that place. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
