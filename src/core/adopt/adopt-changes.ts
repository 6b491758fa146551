import { decodeText } from "../manifest/decode-text.ts";
import type { Json, ObjectRef } from "../manifest/kube-object.ts";
import { type ReadManifests, readManifestFile } from "../manifest/read-manifests.ts";
import { equalJson } from "../plan/equal.ts";
import { showPath } from "../plan/field-path.ts";
import { edited } from "./edit.ts";
import { findObject } from "./find-object.ts";
import { Refusal } from "./refusal.ts";
import { type AdoptedChange, resolveChanges } from "./resolve-changes.ts";
import { splitDocuments } from "./split-documents.ts";
import { unfitChange } from "./unfit-change.ts";
import { commentsAtStart, whereToEdit, whereToEditUnread } from "./where-to-edit.ts";
import { writeEdits } from "./write-edits.ts";

export type { AdoptedChange } from "./resolve-changes.ts";

export interface Adoption {
  /** Of the file, inside the repository. */
  file: string;
  /** As it is in Git. */
  content: Uint8Array | string;
  /** What drifted, with the namespace that it is applied to. */
  object: ObjectRef;
  /** What is live, in clear: a masked value is refused. */
  changes: readonly AdoptedChange[];
}

export interface Adopted {
  /** The whole file after it; undefined when nothing of it changes. */
  content?: string;
  /** How many of the changes are in it. */
  adopted: number;
  /** What is not adopted, with a sentence for a person that says what to do instead. Hostile text inside is not yet inert. */
  refused: { path: string; sentence: string }[];
}

/** Larger files and longer lists are no work for somebody who waits. */
const largestFile = 1024 * 1024;
const mostChanges = 200;
/** Characters that are read again, all edits together. */
const mostRead = 4 * 1024 * 1024;

/**
 * Writes what is live into the file that describes it: only the values that differ, each in the style of what stands there or
 * beside it; all else stays byte for byte. The file is read again afterwards, as kubectl reads it: whatever would change another object, or
 * this one otherwise than asked for, is refused. Nothing in a file makes it throw.
 */
export function adoptChanges({ file, content, object: ref, changes }: Adoption): Adopted {
  const whole = (sentence: string): Adopted => ({
    adopted: 0,
    refused: changes.map(({ path }) => ({ path: showPath(path), sentence })),
  });
  if (content.length > largestFile) return whole("The file is larger than 1 MiB; edit it by hand.");
  if (changes.length > mostChanges)
    return whole(`More than ${mostChanges} fields are not adopted at once; edit the file by hand.`);
  const decoded = decodeText(file, content);
  if (typeof decoded !== "string") return whole(decoded.message);
  const read = readManifestFile({ path: file, content: decoded });
  const broken = read.findings.find(({ severity }) => severity === "error");
  if (read.objects.length === 0 && broken !== undefined) return whole(whereToEditUnread(broken));
  const documents = splitDocuments(file, decoded);
  if (documents === undefined)
    return whole("The objects of the file do not stand apart; put `---` between them, and adopt then.");
  const found = findObject(documents, ref);
  if (found instanceof Refusal) return whole(found.sentence);
  const head = decoded.slice(0, documents[0]?.start);
  const comments = commentsAtStart(head) + commentsAtStart(found.document.text);
  const generated = whereToEdit(comments, found.object);
  if (generated !== undefined) return whole(generated);

  const refused = new Map<AdoptedChange, Refusal>();
  for (const change of changes) {
    const unfit = unfitChange(found.object, change);
    if (unfit !== undefined) refused.set(change, unfit);
  }
  const fit = changes.filter((change) => !refused.has(change));
  const resolved = resolveChanges(found.object as Json, fit, found.place);
  const written = writeEdits(found.document, resolved.edits, mostRead);
  for (const [change, refusal] of [...resolved.refused, ...written.refused]) refused.set(change, refusal);
  const told = [...refused].map(([{ path }, { sentence }]) => ({ path: showPath(path), sentence }));
  if (written.edits.length === 0) return { adopted: 0, refused: told };

  const { start, text } = found.document;
  const after = decoded.slice(0, start) + written.text + decoded.slice(start + text.length);
  const expected = written.edits.reduce<Json | undefined>(
    (value, edit) => value && edited(value, { ...edit, path: edit.path.slice(found.place.length) }),
    found.object as Json,
  );
  if (!saysJust(expected, found.number, read, readManifestFile({ path: file, content: after }))) {
    return whole("This cannot be written without touching something else in the file; edit it by hand.");
  }
  return { content: withMark(content, after), adopted: written.edits.length, refused: told };
}

/** Whether a file says of one object what is expected, of all others what it said, and nothing that is wrong and was not before. */
function saysJust(expected: Json | undefined, number: number, before: ReadManifests, after: ReadManifests): boolean {
  if (expected === undefined || after.objects.length !== before.objects.length) return false;
  const rules = (read: ReadManifests) => Map.groupBy(read.findings, ({ rule }) => rule);
  const known = rules(before);
  for (const [rule, findings] of rules(after)) if (findings.length > (known.get(rule)?.length ?? 0)) return false;
  return after.objects.every(({ object }, at) =>
    equalJson(object as Json, at === number ? expected : (before.objects[at]!.object as Json)),
  );
}

/** The byte order mark stays where there is one. */
function withMark(content: Uint8Array | string, text: string): string {
  const marked =
    typeof content === "string" ? content.startsWith("\uFEFF") : content[0] === 0xef && content[1] === 0xbb;
  return marked ? `\uFEFF${text}` : text;
}
