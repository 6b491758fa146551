import { isMapping } from "../../manifest/kube-object.ts";
import { listAt, partAt, textAt, textsAt } from "./risk.ts";

/** All that a label selector demands, each in words; nothing for one that selects everything. */
export function conditionsOf(selector: unknown): string[] {
  const labels = partAt(selector, "matchLabels");
  const equal = isMapping(labels) ? Object.keys(labels).map((label) => `${label}=${String(labels[label])}`) : [];
  const expressions = listAt(selector, "matchExpressions").map((one) => {
    const values = textsAt(one, "values");
    const among = values.length === 0 ? "" : ` (${values.toSorted().join(", ")})`;
    return `${textAt(one, "key") ?? ""} ${textAt(one, "operator") ?? ""}${among}`;
  });
  return [...equal, ...expressions];
}

/** Whether whatever meets the first conditions meets the second ones too. */
export function isWithin(narrow: readonly string[], wide: readonly string[]): boolean {
  const known = new Set(narrow);
  return wide.every((condition) => known.has(condition));
}
