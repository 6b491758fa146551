import { html } from "hono/html";
import type { ChangedFile } from "../git/changed-files.ts";
import type { Annotation } from "../model/records.ts";
import type { RepositoryContext } from "./repository-scope.ts";
import { plural, withCode } from "./text.ts";

export interface DiffOptions {
  /** Where the new side lies: a branch or a SHA. */
  ref: string;
  /** Whether the new side is a branch that can be edited. */
  editable: boolean;
  annotations: readonly Annotation[];
}

/** Changed files, each with its lines, and what checks say on these lines. */
export function diffs(c: RepositoryContext, files: readonly ChangedFile[], options: DiffOptions) {
  const shown = new Set(files.map(({ filename }) => filename));
  const elsewhere = options.annotations.filter(({ path }) => !shown.has(path));
  const sum = (of: (file: ChangedFile) => number): number => files.reduce((total, file) => total + of(file), 0);
  return html`<p class="quiet">${plural(files.length, "file")} changed, <b class="added">${sum(({ additions }) => additions)} added</b> and <b class="removed">${sum(({ deletions }) => deletions)} removed</b> lines</p>
  ${elsewhere.length === 0 ? "" : html`<section class="box"><p class="box-head"><b>In files that are not changed here</b></p><div class="box-body">${elsewhere.map((one) => annotationBox(one, true))}</div></section>`}
  ${files.map((file) => fileDiff(c, file, options))}`;
}

function fileDiff({ var: { at } }: RepositoryContext, file: ChangedFile, { ref, editable, annotations }: DiffOptions) {
  const { filename, previousFilename, status, additions, deletions, patch } = file;
  const own = annotations.filter(({ path }) => path === filename);
  const lines = patch === null ? [] : linesOf(patch);
  const inDiff = new Set(lines.map(({ now }) => now));
  const aside = own.filter(({ endLine }) => !inDiff.has(endLine));
  const name = previousFilename === null ? filename : `${previousFilename} → ${filename}`;
  return html`<section class="box diff" aria-label="${filename}">
    <div class="box-head"><b class="grow breaks">${status === "removed" ? name : html`<a href="${at.blob(ref, filename)}">${name}</a>`}</b>
      <span class="quiet nowrap">${status === "modified" ? "" : `${status} · `}<b class="added">+${additions}</b> <b class="removed">−${deletions}</b></span>
      ${editable && status !== "removed" ? html`<a class="button small" href="${at.edit(ref, filename)}">Edit</a>` : ""}</div>
    ${aside.length === 0 ? "" : html`<div class="box-body">${aside.map((one) => annotationBox(one, true))}</div>`}
    ${
      lines.length === 0
        ? html`<p class="box-body quiet">${patch === null ? "Binary, or too large to show." : "No lines changed."}</p>`
        : html`<table class="code-lines"><tbody>${lines.map(
            (line) =>
              html`${lineRow(line)}${own
                .filter(({ endLine }) => line.now !== undefined && endLine === line.now)
                .map((one) => html`<tr class="annotated"><td colspan="3">${annotationBox(one, false)}</td></tr>`)}`,
          )}</tbody></table>`
    }
  </section>`;
}

const words = { failure: "Error", warning: "Warning", notice: "Note" } as const;

function annotationBox({ level, title, message, path, startLine, rawDetails }: Annotation, place: boolean) {
  return html`<div class="annotation ${level}"><p><b>${words[level]}</b>${title === null ? "" : html` · ${title}`}${place ? html` · <code>${path}:${startLine}</code>` : ""}</p>
    <p class="message">${withCode(message)}</p>${rawDetails === null ? "" : html`<pre>${rawDetails}</pre>`}</div>`;
}

interface DiffLine {
  kind: "hunk" | "add" | "del" | "same" | "note";
  text: string;
  /** Line numbers on the old and the new side. */
  was: number | undefined;
  now: number | undefined;
}

/** The lines of a unified diff with their numbers on both sides. */
export function linesOf(patch: string): DiffLine[] {
  let was = 0;
  let now = 0;
  const lines = patch.replace(/\n$/, "").split("\n");
  return lines.map((line): DiffLine => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (hunk !== null) {
      was = Number(hunk[1]);
      now = Number(hunk[2]);
      return { kind: "hunk", text: line, was: undefined, now: undefined };
    }
    const text = line.slice(1).replace(/\r$/, "");
    if (line.startsWith("+")) return { kind: "add", text, was: undefined, now: now++ };
    if (line.startsWith("-")) return { kind: "del", text, was: was++, now: undefined };
    if (line.startsWith("\\")) return { kind: "note", text: line.slice(2), was: undefined, now: undefined };
    return { kind: "same", text, was: was++, now: now++ };
  });
}

const signs = { add: "+", del: "−", same: " ", hunk: "", note: "" } as const;

function lineRow({ kind, text, was, now }: DiffLine) {
  return html`<tr class="line-${kind}"><td class="number">${was ?? ""}</td><td class="number">${now ?? ""}</td><td class="line"><span class="sign">${signs[kind]}</span>${text}</td></tr>`;
}
