/** One kind of misbehaviour. */
export interface Fault {
  method?: string;
  /** Tested against the path below `/api/v3`, for example `/repos/acme/shop/pulls`. */
  path?: RegExp;
  /** How many requests it hits; default 1. */
  times?: number;
  does:
    | { kind: "answer"; status: number; headers?: Record<string, string>; body?: unknown }
    /** The request takes effect, but the connection breaks before its answer. */
    | { kind: "lose-answer" }
    /** The request takes effect, but the answer says otherwise. */
    | { kind: "answer-after"; status: number };
}

/** Misbehaviour on demand, for tests; nothing happens unless asked for. */
export interface Faults {
  add(fault: Fault): void;
  /** Deliveries for which this is true are logged as failed and never sent; undefined: send all. */
  loseDeliveries(when: ((event: string, action: string | null) => boolean) | undefined): void;
  /** Deliveries for which this is true arrive twice. */
  doubleDeliveries(when: ((event: string, action: string | null) => boolean) | undefined): void;
  clear(): void;
}

export interface FaultState extends Faults {
  take(method: string, path: string): Fault["does"] | undefined;
  losesDelivery(event: string, action: string | null): boolean;
  doublesDelivery(event: string, action: string | null): boolean;
}

export function createFaults(): FaultState {
  let faults: { fault: Fault; left: number }[] = [];
  let lose: ((event: string, action: string | null) => boolean) | undefined;
  let double: ((event: string, action: string | null) => boolean) | undefined;
  return {
    add: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    loseDeliveries: (when) => {
      lose = when;
    },
    doubleDeliveries: (when) => {
      double = when;
    },
    clear() {
      faults = [];
      lose = undefined;
      double = undefined;
    },
    take(method, path) {
      const hit = faults.find(
        ({ fault, left }) =>
          left > 0 &&
          (fault.method === undefined || fault.method === method) &&
          (fault.path === undefined || fault.path.test(path)),
      );
      if (hit === undefined) return undefined;
      hit.left--;
      return hit.fault.does;
    },
    losesDelivery: (event, action) => lose?.(event, action) ?? false,
    doublesDelivery: (event, action) => double?.(event, action) ?? false,
  };
}
