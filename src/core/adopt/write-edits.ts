import { visit } from "yaml";
import { isMapping, type Json } from "../manifest/kube-object.ts";
import { positionsIn } from "../manifest/text-position.ts";
import { type Edit, inOrder, type Place } from "./edit.ts";
import { editDocument } from "./edit-document.ts";
import { Refusal } from "./refusal.ts";
import { smallestEdits } from "./smallest-edits.ts";
import type { DocumentText } from "./split-documents.ts";
import { parseTree, type YamlTree } from "./yaml-tree.ts";

export interface WrittenEdits<Change> {
  /** Of the document. */
  text: string;
  /** What is in it, in an order in which one leads to the next. */
  edits: Edit[];
  refused: Map<Change, Refusal>;
}

/**
 * Writes into a document what can be written; a change of which a part cannot is left out as a whole.
 * @param budget characters that may be read again, for all edits together: each reads the document once
 */
export function writeEdits<Change>(
  document: DocumentText,
  edits: ReadonlyMap<Change, Edit>,
  budget: number,
): WrittenEdits<Change> {
  const left = new Map(edits);
  const refused = new Map<Change, Refusal>();
  const lineOf = anchorLines(document);
  let read = 0;
  const tooMuch = new Refusal(
    "This is more than is written into one file at once; edit it by hand, or adopt less of it.",
  );
  const write = (text: string, edit: Edit): string | Refusal => {
    read += text.length;
    return read > budget ? tooMuch : editDocument(text, edit, lineOf);
  };
  for (;;) {
    const parts = new Map<Edit, Change>();
    for (const [change, edit] of left) {
      for (const part of smallestEdits(edit, valueAt(document.value, edit.path))) parts.set(part, change);
    }
    if (read + parts.size * document.text.length > budget) {
      for (const change of left.keys()) refused.set(change, tooMuch);
      return { text: document.text, edits: [], refused };
    }
    const result = writeAll(document.text, inOrder([...parts.keys()]), write);
    if (typeof result === "string") {
      const done = inOrder([...left.values()]);
      return { text: result, edits: done, refused };
    }
    const change = parts.get(result.edit)!;
    refused.set(change, result.refusal);
    left.delete(change);
  }
}

function writeAll(
  text: string,
  edits: readonly Edit[],
  write: (text: string, edit: Edit) => string | Refusal,
): string | { edit: Edit; refusal: Refusal } {
  let result = text;
  let waiting = edits.filter(({ type }) => type === "set");
  // Where all places that share a value change, the last of them shares it with nobody: what is refused may not be later.
  while (waiting.length > 0) {
    const refused: { edit: Edit; refusal: Refusal }[] = [];
    for (const edit of waiting) {
      const written = write(result, edit);
      if (written instanceof Refusal) refused.push({ edit, refusal: written });
      else result = written;
    }
    if (refused.length === waiting.length) return refused[0]!;
    waiting = refused.map(({ edit }) => edit);
  }
  for (const edit of edits.filter(({ type }) => type !== "set")) {
    const written = write(result, edit);
    if (written instanceof Refusal) return { edit, refusal: written };
    result = written;
  }
  return result;
}

function valueAt(value: Json, path: Place): Json | undefined {
  return path.reduce<Json | undefined>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    return isMapping(inner) ? inner[String(step)] : undefined;
  }, value);
}

/** On which line of the file an anchor stands. */
function anchorLines(document: DocumentText): (anchor: string) => number | undefined {
  let tree: YamlTree | undefined;
  return (anchor) => {
    tree ??= parseTree(document.text);
    let offset: number | undefined;
    if (tree === undefined) return undefined;
    visit(tree.root, {
      Value(_, node) {
        if (node.anchor !== anchor) return undefined;
        offset = node.range?.[0];
        return visit.BREAK;
      },
    });
    return offset === undefined ? undefined : document.firstLine + positionsIn(document.text)(offset).line - 1;
  };
}
