import { compareQuantities } from "./quantity.ts";
import { isExtended, parts } from "./resource-amounts.ts";
import { type Fields, fields, isFilled, isSet, list, type Rule, textOf, type Violation } from "./rule.ts";
import { isQualifiedName } from "./syntax.ts";

const amounts = ["cpu", "memory", "ephemeral-storage"];
const counts = [
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
const asked = [...amounts, "storage"].map((name) => `requests.${name}`);
const inQuota = new Set([...amounts, ...asked, ...amounts.map((name) => `limits.${name}`), ...counts]);
const inLimits = new Set([...inQuota, "storage"]);
const inContainers = new Set(amounts);

/** Pages of any size, which alone a container can ask for without saying how much of them is requested. */
function hugePages(type: string): RegExp {
  return type === "Pod" || type === "Container" ? /^hugepages-/ : /^(?:requests\.)?hugepages-/;
}

/** What a quota or a limit range counts. */
export const resourceNames: Rule = {
  name: "unknown-resource",
  objects: {
    "core.v1.ResourceQuotaSpec": ({ hard, scopes }) => [
      ...parts("hard", fields(hard), (name) => counts.includes(name) || isExtended(name)),
      ...scopeProblems(list(scopes), fields(hard)),
      ...unknown(hard, "hard", (name) => inQuota.has(name) || hugePages("").test(name)),
    ],
    "core.v1.LimitRangeItem": (item) => {
      const type = textOf(item.type);
      const known = type === "Pod" || type === "Container" ? inContainers : inLimits;
      const isKnown = (name: string) => known.has(name) || hugePages(type).test(name);
      const maps = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];
      return [
        ...maps.flatMap((field) => unknown(item[field], field, isKnown)),
        ...typeProblems(type),
        ...byType(item, type),
        ...order(item),
      ];
    },
    "core.v1.LimitRangeSpec": ({ limits }) => {
      const types = list(limits).map((item) => textOf(fields(item).type));
      return types.flatMap((type, index) =>
        type !== "" && types.indexOf(type) < index
          ? [{ predicate: `is the type of another item: \`${type}\``, at: ["limits", index, "type"] }]
          : [],
      );
    },
  },
};

function unknown(resources: unknown, field: string, isKnown: (name: string) => boolean): Violation[] {
  return Object.keys(fields(resources))
    .filter((name) => !(isQualifiedName(name) && (name.includes("/") || isKnown(name))))
    .map((name) => ({ predicate: "is no resource that can be counted here", at: [field, name] }));
}

function typeProblems(type: string): Violation[] {
  if (type === "" || !isQualifiedName(type) || type.includes("/")) return [];
  if (["Pod", "Container", "PersistentVolumeClaim"].includes(type)) return [];
  const must = "must be `Pod`, `Container` or `PersistentVolumeClaim`, or a name such as `example.com/kind`";
  return [{ predicate: `${must}, but it is the text ${JSON.stringify(type)}`, at: ["type"] }];
}

function byType(item: Fields, type: string): Violation[] {
  const found: Violation[] = [];
  if (type === "Pod") {
    for (const field of ["default", "defaultRequest"]) {
      if (isFilled(item[field])) found.push({ predicate: "must not be there for a `Pod`", at: [field] });
    }
  }
  const has = (field: string) => Object.hasOwn(fields(item[field]), "storage");
  if (type === "PersistentVolumeClaim" && !has("min") && !has("max")) {
    found.push({ predicate: "lacks `min` or `max` of `storage`", missing: ["max", "min"] });
  }
  for (const [name, ratio] of Object.entries(fields(item.maxLimitRequestRatio))) {
    if (compareQuantities(ratio ?? 0, 1) === -1) {
      found.push({ predicate: "must be at least 1", at: ["maxLimitRequestRatio", name] });
    }
  }
  return found;
}

const opposites = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;

/** Pods without requests can only be counted. */
function scopeProblems(scopes: readonly unknown[], hard: Fields): Violation[] {
  const pair = opposites.find((both) => both.every((scope) => scopes.includes(scope)));
  if (pair !== undefined)
    return [{ predicate: `must not hold both \`${pair[0]}\` and \`${pair[1]}\``, at: ["scopes"] }];
  if (!scopes.includes("BestEffort")) return [];
  const other = Object.keys(hard).find((name) => inQuota.has(name) && name !== "pods");
  if (other === undefined) return [];
  return [{ predicate: `cannot hold \`BestEffort\` for \`${other}\`: such pods can only be counted`, at: ["scopes"] }];
}

/** What is less must not be more. */
function order(item: Fields): Violation[] {
  const pairs = [
    ["min", "max"],
    ["min", "defaultRequest"],
    ["min", "default"],
    ["defaultRequest", "default"],
    ["defaultRequest", "max"],
    ["default", "max"],
  ] as const;
  return pairs.flatMap(([less, more]) =>
    Object.keys(fields(item[less])).flatMap((name): Violation[] => {
      const limit = fields(item[more])[name];
      if (!Object.hasOwn(fields(item[more]), name)) return [];
      const compared = compareQuantities(fields(item[less])[name] ?? 0, limit ?? 0);
      if (compared === undefined || compared <= 0) return [];
      const shown = isSet(limit) ? JSON.stringify(limit) : "0";
      return [{ predicate: `must not be more than \`${more}\`, which is ${shown}`, at: [less, name] }];
    }),
  );
}
