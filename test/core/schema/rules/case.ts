/** An object that shows one rule at work. */
export interface Case {
  /** Of ./src/core/schema/rules. */
  rule: string;
  title: string;
  object: object;
  /** Where the finding lies; absent when there is none, because the server accepts it. */
  at?: string;
}

/** A rule, what the case is about, the object, and where the finding lies when the server rejects it. */
export type Row = [rule: string, title: string, object: object, at?: string];
