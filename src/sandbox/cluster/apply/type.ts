import type { Json } from "../../../core/manifest/kube-object.ts";

/** What a value may be; resolved when first looked at, for types refer to themselves. */
export interface Type {
  readonly atom: Atom;
}

/** At least one of the three; several where the schema leaves it to the value. */
export interface Atom {
  readonly scalar?: Scalar;
  readonly list?: ListType;
  readonly map?: MapType;
}

export type Scalar = "numeric" | "string" | "boolean" | "untyped";

export interface ListType {
  readonly merge: "atomic" | "associative";
  /** The fields that tell items apart; none for a set of scalars. */
  readonly keys: readonly string[];
  readonly items: Type;
}

export interface MapType {
  readonly merge: "atomic" | "granular";
  readonly fields: ReadonlyMap<string, { readonly type: Type; readonly default?: Json }>;
  /** Of fields that are not in `fields`; undefined when there may be none. */
  readonly others: Type | undefined;
}

/** Anything, merged as a whole. */
export const untypedAtomic: Type = {
  get atom(): Atom {
    return atomicAtom;
  },
};
export const atomicAtom: Atom = {
  scalar: "untyped",
  list: { merge: "atomic", keys: [], items: untypedAtomic },
  map: { merge: "atomic", fields: new Map(), others: untypedAtomic },
};

/** Anything whose type is deduced from the value: maps are merged field by field, lists replaced as a whole. */
export const deduced: Type = {
  get atom(): Atom {
    return deducedAtom;
  },
};
export const deducedAtom: Atom = {
  scalar: "untyped",
  list: { merge: "atomic", keys: [], items: untypedAtomic },
  map: { merge: "granular", fields: new Map(), others: deduced },
};

/** A type that is worked out when it is first looked at. */
export function lazily(resolve: () => Atom): Type {
  let atom: Atom | undefined;
  return {
    get atom() {
      atom ??= resolve();
      return atom;
    },
  };
}
