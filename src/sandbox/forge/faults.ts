/** One kind of misbehaviour of the REST API. */
export interface Fault {
  method?: string;
  /** Tested against the path below `/api/v3`, for example `/repos/acme/shop/pulls`. */
  path?: RegExp;
  /** How many requests it hits; default 1. */
  times?: number;
  does:
    | { kind: "answer"; status: number; headers?: Record<string, string>; body?: unknown }
    /** Nothing happens before this is resolved; then all goes as usual. */
    | { kind: "wait"; until: Promise<unknown> }
    /** The request takes effect, but the connection breaks before its answer. */
    | { kind: "lose-answer" }
    /** The request takes effect, but the answer says otherwise. */
    | { kind: "answer-after"; status: number };
}

/** Which deliveries: by the event's name and its action. */
export type DeliveryTest = (event: string, action: string | null) => boolean;

/** Misbehaviour on demand, for tests; nothing happens unless asked for. */
export interface Faults {
  add(fault: Fault): void;
  /** Deliveries for which this is true are logged as failed and never sent; undefined: send all. */
  loseDeliveries(when: DeliveryTest | undefined): void;
  /** Deliveries for which this is true arrive twice. */
  doubleDeliveries(when: DeliveryTest | undefined): void;
  /** Deliveries for which this is true wait until it is called off, and so arrive after later ones. */
  holdDeliveries(when: DeliveryTest): { release(): void };
  /** Everything as usual again; what was held goes out. */
  clear(): void;
}

/** What the API and the sender ask. */
export interface FaultState extends Faults {
  take(method: string, path: string): Fault["does"] | undefined;
  losesDelivery: DeliveryTest;
  doublesDelivery: DeliveryTest;
  /** Resolves when the delivery may go; undefined: at once. */
  heldBack(event: string, action: string | null): Promise<void> | undefined;
}

export function createFaults(): FaultState {
  let faults: { fault: Fault; left: number }[] = [];
  let lose: DeliveryTest | undefined;
  let double: DeliveryTest | undefined;
  const holds = new Set<{ when: DeliveryTest; released: Promise<void>; release(): void }>();
  return {
    add: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    loseDeliveries: (when) => {
      lose = when;
    },
    doubleDeliveries: (when) => {
      double = when;
    },
    holdDeliveries(when) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const hold = {
        when,
        released: promise,
        release() {
          holds.delete(hold);
          resolve();
        },
      };
      holds.add(hold);
      return hold;
    },
    clear() {
      faults = [];
      lose = undefined;
      double = undefined;
      for (const hold of holds) hold.release();
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
    heldBack: (event, action) => [...holds].find(({ when }) => when(event, action))?.released,
  };
}
