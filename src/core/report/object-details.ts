import { type Json, nameInNamespace } from "../manifest/kube-object.ts";
import { type Action, type FieldChange, type PlannedObject, RISKS, type Risk, type SystemPlan } from "../plan/plan.ts";
import { type Details, detailsUpTo, type Group, mostCommentCharacters } from "./assemble.ts";
import { fieldName } from "./field-name.ts";
import { type FieldWords, fieldTable } from "./field-table.ts";
import { code, htmlCode } from "./inert.ts";
import { countWords } from "./plan-sections.ts";
import { isAskedFor, isStanding, reasonOf } from "./risks.ts";
import { type RisksAlert, sentence } from "./risks-alert.ts";
import { riskTold } from "./risks-left.ts";
import { systemNames } from "./system-name.ts";
import { countOfChanges, isLeft, isText } from "./text-diff.ts";
import { htmlOf } from "./words.ts";

/** Order of what a reader should see first. */
const riskOrder: readonly Action[] = [
  "held",
  "delete",
  "recreate",
  "invalid",
  "update",
  "create",
  "adopt",
  "unchanged",
];

const updates = riskOrder.indexOf("update");

interface Changed {
  plan: SystemPlan;
  object: PlannedObject;
}

/**
 * Every changed object folded, riskiest first, the first one open; each text stands alone, so that a long plan can be cut between
 * them.
 *
 * @param alert of these plans, which stands above
 * @param most characters of which somebody could have a use: a comment's, or however many there are
 * @param wordsOf what is said of a system's fields, where nothing is merged
 */
export function objectDetails(
  plans: readonly SystemPlan[],
  { reasons, whole, risksLeft }: RisksAlert,
  most = mostCommentCharacters,
  wordsOf?: (plan: SystemPlan) => FieldWords,
): Details {
  const changed = changedObjects(plans, whole);
  const details = detailsUpTo(most, changed, ({ plan, object }, index) =>
    detailsOf(object, index === 0, { reasons: reasons.get(plan), risks: risksLeft(object), words: wordsOf?.(plan) }),
  );
  return { ...details, beside: whole.size, ...bySystem(plans, changed) };
}

/** The same, each as an item of a list. */
export function objectNames(plans: readonly SystemPlan[], { whole, risksLeft }: RisksAlert): Details {
  const changed = changedObjects(plans, whole);
  const names = detailsUpTo(mostCommentCharacters, changed, ({ object }) =>
    [
      `- ${object.action} ${code(object.kind)} ${code(nameInNamespace(object))}`,
      ...risksLeft(object).map(riskTold),
    ].join(". "),
  );
  return { ...names, beside: whole.size, ...bySystem(plans, changed) };
}

/** Riskiest first, without those that are told elsewhere with all that is to say of them. */
function changedObjects(plans: readonly SystemPlan[], toldWhole: ReadonlySet<PlannedObject>): Changed[] {
  return plans
    .flatMap((plan) => plan.objects.map((object) => ({ plan, object })))
    .filter(({ object }) => object.action !== "unchanged" || object.fields.length > 0 || object.reason !== undefined)
    .filter(({ object }) => !toldWhole.has(object))
    .sort((one, other) => rankOf(one.object) - rankOf(other.object));
}

/** What stands under which system; nothing where there is but one. */
function bySystem(plans: readonly SystemPlan[], changed: readonly Changed[]): Pick<Details, "groups"> {
  if (plans.length < 2) return {};
  const nameOf = systemNames(plans);
  const groups = new Map<SystemPlan, Group>();
  for (const [plan, { length }] of Map.groupBy(changed, ({ plan }) => plan)) {
    const title = `<b>${htmlOf(nameOf(plan))}</b> · ${htmlOf(countWords([plan]))}`;
    groups.set(plan, { title, total: length });
  }
  return { groups: changed.map(({ plan }) => groups.get(plan)!) };
}

export function riskiestFirst(objects: readonly PlannedObject[]): PlannedObject[] {
  return objects.toSorted((one, other) => rankOf(one) - rankOf(other));
}

/**
 * What may do something to somebody comes before what does not; what nobody asked for in the pull request after its like that somebody
 * did; what this merge leaves as it is, last.
 */
function rankOf(object: PlannedObject): number {
  if (isStanding(object)) return riskOrder.length;
  const [worst] = object.risks ?? [];
  const byAction = riskOrder.indexOf(object.action);
  const afterLike = isAskedFor(object) ? 0 : 0.5;
  if (worst === undefined || byAction < updates) return byAction + afterLike;
  return updates - 1 + (RISKS.indexOf(worst.kind) + 1 + afterLike) / (RISKS.length + 2);
}

interface Telling {
  /** That need not be told again. */
  reasons: ReadonlySet<string | undefined> | undefined;
  /** That stand nowhere else. */
  risks: readonly Risk[];
  words: FieldWords | undefined;
}

/**
 * Folded, or one line of a list where the name, and what it may do to somebody, is all that there is to say.
 */
function detailsOf(object: PlannedObject, open: boolean, { reasons, risks, words }: Telling): string {
  const { action, kind, file, line, drifted, pending } = object;
  const marks = `${countOfChanges(object.fields)}${drifted ? " · drifted" : ""}${pending === true ? " · pending" : ""}`;
  const place = file === undefined ? undefined : code(`${file}${line === undefined ? "" : `:${line}`}`);
  const why = reasonOf(object);
  const reason = why === undefined || reasons?.has(why) ? [] : [sentence(why, object)];
  const fields = object.fields.length === 0 ? [] : [fieldTable(object.fields, words)];
  if (reason.length + fields.length === 0) {
    const from = place === undefined ? "" : ` from ${place}`;
    return `- **${action}** ${code(kind)} ${code(nameInNamespace(object))}${marks}${from}${risks.map((risk) => `. ${riskTold(risk)}`).join("")}`;
  }
  const summary = `<b>${action}</b> ${htmlCode(kind)} ${htmlCode(nameInNamespace(object))}${marks}${changesInShort(object)}`;
  const dangers = risks.map((risk) => `${riskTold(risk)}.`);
  const body = [...dangers, ...reason, ...fields, ...(place === undefined ? [] : [`From ${place}.`])].join("\n\n");
  return `<details${open ? " open" : ""}><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** That an object's line tells by itself, and characters of each. */
const inShort = { mostFields: 2, mostCharacters: 90 };

/** ` · image: web:1.4 → web:1.5`: the table below is too wide for a phone; empty when there is more to say than a line holds. */
function changesInShort({ fields }: PlannedObject): string {
  const told = fields.filter((field) => !isLeft(field)).map(changeInShort);
  const isShort = told.every((one) => one !== undefined && one.length <= inShort.mostCharacters);
  return isShort && told.length <= inShort.mostFields ? told.map((one) => ` · ${htmlCode(one!)}`).join("") : "";
}

function changeInShort(field: FieldChange): string | undefined {
  const { path, cause, before, after } = field;
  const isTold = isScalar(before) && isScalar(after) && before !== after && !isText(field);
  if (cause !== "pull-request" || !isTold || path.endsWith("]")) return undefined;
  const [now, then] = [String(before ?? "–"), String(after ?? "–")];
  // What only its quotes would tell apart is left to the table.
  if (now === then) return undefined;
  const same = sameFolder(now, then);
  return `${fieldName(path)}: ${now.slice(same)} → ${then.slice(same)}`;
}

const isScalar = (value: Json | undefined): boolean => value === null || typeof value !== "object";

/** How long the part up to a slash is that both begin with: an image's registry and folder. */
function sameFolder(one: string, other: string): number {
  const folder = one.slice(0, one.lastIndexOf("/") + 1);
  return other.lastIndexOf("/") + 1 === folder.length && other.startsWith(folder) ? folder.length : 0;
}
