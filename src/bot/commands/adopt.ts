import { type Adopted, adoptChanges } from "../../core/adopt/adopt-changes.ts";
import type { Adoptable, LeftOut } from "../../core/adopt/adoptable-changes.ts";
import { nameInNamespace, titleOf } from "../../core/manifest/kube-object.ts";
import { code, prose } from "../../core/report/inert.ts";
import { within } from "../../core/report/within.ts";
import { plural } from "../../core/report/words.ts";
import { answer } from "./answer.ts";
import { askDrift, forgetDrift } from "./ask-drift.ts";
import type { Asked } from "./asked.ts";
import { openOnce, whyNoPush } from "./own-pull-request.ts";

/** Larger files are nobody's hand-written manifests. */
const largestFile = 1024 * 1024 + 1;
/** Of sentences in an answer and a description. */
const mostTold = 8_000;
const publicSentence =
  "This repository is public, and what is live in the cluster is not shown to the world. Write it into the files by hand.";
const nothingDrifted =
  "Nothing that could be adopted has drifted. With `heal: true` what somebody changes is put back within moments: `/trueup pause 30m` keeps that from happening. What others have added is adopted when its object is named.";

/**
 * Opens a pull request that writes what is live into the YAML files that describe it, with nothing else of them touched.
 *
 * @param wanted names an object (`web`, `Deployment/web`, `Deployment/shop/web`): then what others have added to it is adopted too;
 *   undefined: whatever has drifted
 * @returns undefined while an agent has yet to answer
 */
export async function adopt(asked: Asked, wanted: string | undefined): Promise<string | undefined> {
  if (!(await asked.client.info()).private) {
    await answer(asked, publicSentence);
    return "refused, the repository is public";
  }
  const now = await askDrift(asked);
  if (now === undefined) return undefined;
  const done = async (text: string, outcome: string) => {
    await answer(asked, text);
    await forgetDrift(asked);
    return outcome;
  };
  const found = now.answers
    .flatMap(({ adoptable = [] }) => adoptable)
    .filter((one) => wanted === undefined || isNamed(one, wanted))
    .map((one) => ({ ...one, changes: [...one.changes, ...(wanted === undefined ? [] : one.added)] }));
  const told = [
    ...now.answers.flatMap(({ system, error }) =>
      error === undefined ? [] : [`${code(system)}: ${prose(error.message)}`],
    ),
    ...now.silent.map(({ system }) => `${code(system)}: its agent does not answer.`),
    ...found.flatMap(leftOut),
    ...deleted(now.answers, wanted),
  ];
  const drifted = found.filter(({ changes }) => changes.length > 0);
  if (drifted.length === 0) return done([nothingDrifted, ...list(told)].join("\n\n"), "nothing to adopt");
  const edited = await editFiles(asked, drifted);
  const notes = [...edited.refused, ...told];
  if (edited.files.size === 0) {
    return done(["Nothing was adopted.", ...list(notes)].join("\n\n"), "nothing could be adopted");
  }
  try {
    const number = await propose(asked, edited, notes);
    const text = [`#${number} writes what is live into ${names(edited.files.keys())}.`, ...list(notes)];
    return await done(text.join("\n\n"), `opened #${number}`);
  } catch (error) {
    const sentence = whyNoPush(error, "the adoption");
    if (sentence === undefined) throw error;
    return done(sentence, "could not be pushed");
  }
}

/** What of an object a person has to edit by hand, each with why; an agent of old says only how much. */
function leftOut({ object, left, leftOut: fields = [] }: Adoptable): string[] {
  const told = fields.map(({ path, why }) => `${code(titleOf(object))} ${code(path)}: ${notAdopted[why]}`);
  const more = left - fields.length;
  if (more > 0)
    told.push(
      `${code(titleOf(object))}: ${plural(more, told.length === 0 ? "field" : "more field")} left out: credentials or the order of a list; edit them by hand.`,
    );
  return told;
}

const notAdopted: Record<LeftOut["why"], string> = {
  credential: "holds a credential, which is never written into Git; edit it by hand.",
  order: "the order of a list is all that differs; edit it by hand.",
};

interface Edited {
  tip: string;
  files: Map<string, string>;
  /** `Deployment shop/web: 2 fields`, inert. */
  done: string[];
  refused: string[];
}

/** Writes into each file what it describes of the drifted objects, one after the other. */
async function editFiles({ context, client, pullRequest }: Asked, drifted: readonly Adoptable[]): Promise<Edited> {
  const mirror = await context.mirror(client.id);
  const tip = await client.branch(pullRequest.base.ref);
  const edited: Edited = { tip: tip ?? "", files: new Map(), done: [], refused: [] };
  if (tip === undefined) return { ...edited, refused: [`Branch ${code(pullRequest.base.ref)} is gone.`] };
  await mirror.fetchCommits([tip]);
  for (const { object, file, changes } of drifted) {
    const content = edited.files.get(file) ?? (await mirror.readFile(tip, file, largestFile));
    const name = code(titleOf(object));
    if (content === undefined) {
      edited.refused.push(`${name}: there is no file ${code(file)} any more.`);
      continue;
    }
    const adopted: Adopted = adoptChanges({ file, content, object, changes });
    if (adopted.content !== undefined) edited.files.set(file, adopted.content);
    if (adopted.adopted > 0)
      edited.done.push(`${name} in ${code(file)}: ${adopted.adopted} of ${changes.length} fields`);
    edited.refused.push(...adopted.refused.map(({ path, sentence }) => `${name} ${code(path)}: ${prose(sentence)}`));
  }
  return edited;
}

async function propose(asked: Asked, { tip, files, done }: Edited, notes: readonly string[]): Promise<number> {
  const { context, client, pullRequest, comment } = asked;
  const why = `Writes what is live into Git, and nothing else. Asked for by ${code(comment.author)} in #${pullRequest.number}.`;
  const { number } = await openOnce(asked, "adopt", {
    // Without the names of files, which are anybody's words.
    title: `Adopt what is live in ${plural(files.size, "file")}`,
    body: [why, ...list(done), ...(notes.length === 0 ? [] : ["Not adopted:", ...list(notes)])].join("\n\n"),
    tip,
    tree: async () => (await context.mirror(client.id)).withFiles(tip, files),
  });
  return number;
}

/** What somebody deleted has no live state that Git could take over. */
function deleted(
  answers: readonly { plan?: { objects: readonly PlannedLike[] } }[],
  wanted: string | undefined,
): string[] {
  return answers
    .flatMap(({ plan }) => plan?.objects ?? [])
    .filter(({ action, drifted }) => action === "create" && drifted)
    .filter((object) => wanted === undefined || isNamed({ object }, wanted))
    .map(
      (object) =>
        `${code(titleOf(object))} was deleted in the cluster; to keep it so, take it out of ${code(object.file ?? "Git")}.`,
    );
}

type PlannedLike = Adoptable["object"] & { action: string; drifted: boolean; file?: string };

/** `web`, `Deployment/web`, `shop/web`, `Deployment/shop/web`. */
function isNamed({ object }: Pick<Adoptable, "object">, wanted: string): boolean {
  const name = nameInNamespace(object).toLowerCase();
  const kind = object.kind.toLowerCase();
  const forms = [object.name.toLowerCase(), name, `${kind}/${object.name.toLowerCase()}`, `${kind}/${name}`];
  return forms.includes(wanted.toLowerCase());
}

const names = (files: Iterable<string>): string =>
  within(
    [...files].map((file) => code(file)),
    mostTold,
    (left) => `${left} more`,
  ).join(", ");

function list(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [
    within(
      lines.map((line) => `- ${line}`),
      mostTold,
      (left) => `- … and ${left} more`,
    ).join("\n"),
  ];
}
