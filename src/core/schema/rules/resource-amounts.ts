import { compareQuantities, quantityOf } from "./quantity.ts";
import { type Fields, fields, isSet, type Rule, type Violation } from "./rule.ts";
import { isQualifiedName } from "./syntax.ts";

/** Of a maker of devices, and none of Kubernetes' own. */
export function isExtended(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}

/** What comes in wholes alone. */
export function parts(field: string, resources: Fields, comesInWholes: (name: string) => boolean): Violation[] {
  return Object.entries(resources).flatMap(([name, value]) => {
    const amount = comesInWholes(name) ? quantityOf(value) : undefined;
    return amount === undefined || amount % one === 0n
      ? []
      : [{ predicate: "must be a whole number", at: [field, name] }];
  });
}

/** In the units of ./quantity.ts. */
const one = 1_000_000_000n;

const containerResources = new Set(["cpu", "memory", "ephemeral-storage"]);

/** Requests and limits: known or qualified resources, never negative, no request above its limit. */
export const resourceAmounts: Rule = {
  name: "resource-amounts",
  objects: {
    "core.v1.ResourceRequirements": ({ requests, limits }) => [
      ...amounts("limits", fields(limits)),
      ...amounts("requests", fields(requests)),
      ...aboveLimit(fields(requests), fields(limits)),
      ...shared(fields(requests), fields(limits)),
    ],
    "core.v1.VolumeResourceRequirements": ({ requests }) => notPositive("requests", "storage", fields(requests)),
    "core.v1.PersistentVolumeSpec": ({ capacity }) => {
      const found = notPositive("capacity", "storage", fields(capacity));
      const others = Object.keys(fields(capacity)).filter((name) => name !== "storage");
      return [
        ...others.map((name) => ({
          predicate: "is no capacity; a volume has `storage` alone",
          at: ["capacity", name],
        })),
        ...found,
      ];
    },
    "core.v1.PersistentVolumeClaimSpec": ({ resources }) => {
      const requests = fields(fields(resources).requests);
      if (isSet(resources) && typeof resources !== "object") return [];
      return isSet(requests.storage) || Object.hasOwn(requests, "storage") ? [] : storageLacks(resources);
    },
    "core.v1.ResourceQuotaSpec": ({ hard }) => negatives("hard", fields(hard)),
    "node.v1.Overhead": ({ podFixed }) => amounts("podFixed", fields(podFixed)),
  },
};

/** On the nearest thing that is there: the amount, the requests, the resources. */
function storageLacks(resources: unknown): Violation[] {
  const { requests } = fields(resources);
  const at = isSet(requests) ? ["resources", "requests"] : isSet(resources) ? ["resources"] : [];
  const missing = isSet(requests) ? ["storage"] : isSet(resources) ? ["requests"] : ["resources"];
  return [{ predicate: "lacks `requests` of `storage`, which is required", at, missing }];
}

function amounts(field: string, resources: Fields): Violation[] {
  const unknown = Object.keys(resources).filter((name) => !isContainerResource(name));
  return [
    ...unknown.map((name) => ({
      predicate:
        "is no resource of a container: `cpu`, `memory`, `ephemeral-storage`, `hugepages-…`, or a name such as `example.com/gpu`",
      at: [field, name],
    })),
    ...negatives(field, resources),
    ...parts(field, resources, isExtended),
  ];
}

/** Devices cannot be given to more than one: what is requested is what there is at most. */
function shared(requests: Fields, limits: Fields): Violation[] {
  return Object.entries(requests).flatMap(([name, value]): Violation[] => {
    if (!isExtended(name) && !name.startsWith("hugepages-")) return [];
    const at = ["requests", name];
    if (!Object.hasOwn(limits, name)) return [{ predicate: "needs a limit of the same amount", at }];
    return compareQuantities(value ?? 0, limits[name] ?? 0) === -1
      ? [{ predicate: `must be the same as the limit, which is ${JSON.stringify(limits[name])}`, at }]
      : [];
  });
}

function isContainerResource(name: string): boolean {
  if (!isQualifiedName(name)) return false;
  return name.includes("/") || containerResources.has(name) || name.startsWith("hugepages-");
}

function negatives(field: string, resources: Fields): Violation[] {
  return Object.entries(resources).flatMap(([name, value]) =>
    isBelow(value, 0n) ? [{ predicate: "must not be negative", at: [field, name] }] : [],
  );
}

function notPositive(field: string, name: string, resources: Fields): Violation[] {
  if (!Object.hasOwn(resources, name)) return [];
  const value = resources[name] ?? "0";
  return isBelow(value, 1n) ? [{ predicate: "must be more than 0", at: [field, name] }] : [];
}

function isBelow(value: unknown, most: bigint): boolean {
  const quantity = quantityOf(value);
  return quantity !== undefined && quantity < most;
}

function aboveLimit(requests: Fields, limits: Fields): Violation[] {
  return Object.keys(requests).flatMap((name): Violation[] => {
    if (!Object.hasOwn(limits, name)) return [];
    // A null is zero.
    const more = compareQuantities(requests[name] ?? 0, limits[name] ?? 0);
    if (more === undefined || more <= 0) return [];
    return [
      {
        predicate: `must not be more than the limit, which is ${JSON.stringify(limits[name])}`,
        at: ["requests", name],
      },
    ];
  });
}
