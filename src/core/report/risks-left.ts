import { nameInNamespace } from "../manifest/kube-object.ts";
import type { PlannedObject, Risk, SystemPlan } from "../plan/plan.ts";
import { detailsUpTo } from "./assemble.ts";
import { code, prose } from "./inert.ts";
import { verbOf } from "./risks.ts";
import type { RisksAlert } from "./risks-alert.ts";
import { countWithin } from "./within.ts";
import { plural } from "./words.ts";

const mostCharacters = 10_000;

/** `**Stops** it: none of its 3 pods are left`, on what tells of the object itself. */
export const riskTold = ({ kind, text }: Risk): string => `**${verbOf[kind]}** it: ${prose(text)}`;

/**
 * What changes may do to somebody and the alert has no room for, folded, for where the objects that would tell it may be cut; empty
 * when there is none.
 *
 * @param riskiestFirst in which order
 */
export function risksListed(
  plans: readonly SystemPlan[],
  { risksLeft }: RisksAlert,
  riskiestFirst: (objects: readonly PlannedObject[]) => PlannedObject[],
): string {
  const objects = riskiestFirst(plans.flatMap((plan) => plan.objects)).filter((one) => risksLeft(one).length > 0);
  if (objects.length === 0) return "";
  const { texts, total } = detailsUpTo(mostCharacters, objects, (object) =>
    [`- ${code(object.kind)} ${code(nameInNamespace(object))}`, ...risksLeft(object).map(riskTold)].join(". "),
  );
  const shown = texts.slice(0, countWithin(texts, mostCharacters));
  if (shown.length < total) shown.push(`- … and ${plural(total - shown.length, "other object")}.`);
  return `<details><summary><b>${plural(objects.length, "more object")} that this may do something to</b></summary>\n\n${shown.join("\n")}\n\n</details>`;
}
