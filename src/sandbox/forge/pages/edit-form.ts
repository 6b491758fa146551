import { html } from "hono/html";
import { crumbs } from "./files-pages.ts";
import type { RepositoryContext } from "./repository-scope.ts";

/** A form for one file, as it is first shown or as it comes back with what was typed. */
export interface EditForm {
  what: "edit" | "new" | "delete";
  ref: string;
  path: string;
  content: string;
  /** SHA of the blob that the edit starts from; `""` for a new file. */
  blob: string;
  fields?: Record<string, string>;
  /** Why it was not taken. */
  problem?: string;
}

export function editForm(
  c: RepositoryContext,
  { what, ref, path, content, blob, fields, problem }: EditForm,
  { branches, message }: { branches: string[]; message: string },
) {
  const { at, repository } = c.var;
  const isFirst = branches.length === 0;
  const propose = isFirst
    ? false
    : fields === undefined
      ? ref === repository.address.defaultBranch
      : fields.how !== "directly";
  const branch = fields?.branch ?? freeBranch(what, path, branches);
  const back = what === "new" ? at.tree(ref, path.replace(/\/?[^/]*$/, "")) : at.blob(ref, path);
  return html`<h1 class="path">${what === "new" ? "New file" : html`${what === "delete" ? "Delete " : ""}${crumbs(c, ref, path)}`}</h1>
  ${problem === undefined ? "" : html`<p class="note bad" role="alert">${problem}</p>`}
  <form method="post" class="edit">
    <input type="hidden" name="blob" value="${blob}">
    ${what === "new" ? html`<label>File <input name="path" value="${path}" required placeholder="folder/name.yaml" autocomplete="off" autocapitalize="off" spellcheck="false"></label>` : ""}
    ${
      what === "delete"
        ? html`<p>The file goes from the branch, and its objects go from the cluster once that is merged.</p>`
        : html`<label class="hidden" for="content">Content of the file</label>
    <textarea id="content" name="content" class="code" rows="${Math.min(34, Math.max(14, content.split("\n").length + 1))}" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off">
${content}</textarea>`
    }
    <fieldset class="box box-body">
      <legend>${what === "delete" ? "Delete it" : "Propose it"}</legend>
      <label>What changes <input name="message" value="${fields?.message ?? message}" required maxlength="200" autocomplete="off"></label>
      <label>Why <span class="quiet">(optional)</span> <textarea name="description" rows="2">
${fields?.description ?? ""}</textarea></label>
      ${
        isFirst
          ? html`<input type="hidden" name="how" value="directly">`
          : html`<div class="choice"><label><input type="radio" name="how" value="propose"${propose ? html` checked` : ""}> <span>On a new branch, opening a pull request into <b>${ref}</b></span></label>
        <label class="inner">Branch <input name="branch" value="${branch}" autocomplete="off" autocapitalize="off" spellcheck="false"></label>
        <label><input type="radio" name="how" value="directly"${propose ? "" : html` checked`}> <span>Straight onto <b>${ref}</b>${ref === repository.address.defaultBranch ? ", without a plan first" : ""}</span></label></div>`
      }
      <p class="actions"><button class="main ${what === "delete" ? "danger" : ""}">${what === "delete" ? "Delete file" : isFirst ? "Commit" : "Propose change"}</button> <a class="button" href="${back}">Cancel</a></p>
    </fieldset>
  </form>`;
}

/** `change-system-state`, or the next of that name that is free. */
function freeBranch(what: EditForm["what"], path: string, branches: string[]): string {
  const file = path.slice(path.lastIndexOf("/") + 1).replace(/\.[a-z]+$/i, "");
  const stem = file
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const verb = { edit: "change", new: "add", delete: "delete" }[what];
  const wish = `${verb}-${stem || "a-file"}`;
  let name = wish;
  for (let number = 2; branches.includes(name); number += 1) name = `${wish}-${number}`;
  return name;
}
