import type { Hono } from "hono";
import { html } from "hono/html";
import type { CommitFile } from "../forge.ts";
import { type EditForm, editForm } from "./edit-form.ts";
import { attempt, fieldsOf } from "./forms.ts";
import { nothingThere, type RepositoryContext, type RepositoryEnv, repositoryPage } from "./repository-scope.ts";
import { submittedText, textOf } from "./text.ts";

/** Edit, make and delete a file in place: a commit on the branch, or one on a new branch that is proposed in the same step. */
export function editPages(app: Hono<RepositoryEnv>): void {
  app.get("/edit/:ref/:path{.+}", async (c) => {
    const { ref, path } = c.req.param();
    const file = await c.var.repository.file(ref, path);
    const text = textOf(file?.content);
    if (file === undefined || text === undefined) return nothingThere(c, `There is no text file ${path} on ${ref}.`);
    return show(c, { what: "edit", ref, path, content: text, blob: file.sha });
  });
  app.post("/edit/:ref/:path{.+}", async (c) => {
    const { ref, path } = c.req.param();
    const fields = await fieldsOf(c);
    const before = textOf((await c.var.repository.file(ref, path))?.content);
    const content = submittedText(fields.content ?? "", before);
    const form: EditForm = { what: "edit", ref, path, content, blob: fields.blob ?? "", fields };
    if (content === before)
      return show(c, { ...form, problem: "Nothing was changed, so there is nothing to propose." });
    return commit(c, form, content);
  });

  app.get("/new/:ref/:path{.*}", (c) => show(c, newFile(c.req.param("ref"), folderPrefix(c.req.param("path")))));
  app.get("/new/:ref", (c) => show(c, newFile(c.req.param("ref"), "")));
  app.post("/new/:ref/:path{.*}", create);
  app.post("/new/:ref", create);

  app.get("/delete/:ref/:path{.+}", async (c) => {
    const { ref, path } = c.req.param();
    const file = await c.var.repository.file(ref, path);
    if (file === undefined) return nothingThere(c, `There is no file ${path} on ${ref}.`);
    return show(c, { what: "delete", ref, path, content: "", blob: file.sha });
  });
  app.post("/delete/:ref/:path{.+}", async (c) => {
    const { ref, path } = c.req.param();
    const fields = await fieldsOf(c);
    return commit(c, { what: "delete", ref, path, content: "", blob: fields.blob ?? "", fields }, null);
  });
}

const newFile = (ref: string, path: string): EditForm => ({ what: "new", ref, path, content: "", blob: "" });
const folderPrefix = (folder: string): string => (folder === "" ? "" : `${folder}/`);

async function create(c: RepositoryContext) {
  const ref = c.req.param("ref") ?? "";
  const fields = await fieldsOf(c);
  const path = (fields.path ?? "").trim();
  const form: EditForm = { ...newFile(ref, path), content: submittedText(fields.content ?? "", undefined), fields };
  if (path === "" || path.endsWith("/")) return show(c, { ...form, problem: "The file needs a name." });
  if ((await c.var.repository.file(ref, path)) !== undefined) {
    return show(c, { ...form, problem: `${path} is there already; edit it, or take another name.` });
  }
  return commit(c, form, form.content);
}

async function commit(c: RepositoryContext, form: EditForm, content: string | null) {
  const { repository, at } = c.var;
  const { ref, path, blob, fields = {} } = form;
  const message = fields.message?.trim() || defaultMessage(form);
  const description = (fields.description ?? "").replaceAll("\r\n", "\n").trim();
  const propose = fields.how !== "directly";
  const newBranch = (fields.branch ?? "").trim();
  if (propose && newBranch === "") return show(c, { ...form, problem: "The new branch needs a name." });
  const change: CommitFile = {
    ...{ branch: ref, path, content },
    message: description === "" ? message : `${message}\n\n${description}`,
    ...(blob === "" ? {} : { expectedBlob: blob }),
    ...(propose ? { newBranch } : {}),
  };
  const committed = await attempt(() => repository.commitFile(change));
  if ("problem" in committed) return show(c, { ...form, problem: committed.problem });
  if (!propose) return c.redirect(content === null ? at.tree(ref) : at.blob(ref, path), 303);
  const pull = await repository.openPullRequest({ title: message, body: description, head: newBranch, base: ref });
  return c.redirect(at.pull(pull.number), 303);
}

const verbs = { edit: "Change", new: "Add", delete: "Delete" } as const;

const defaultMessage = ({ what, path }: Pick<EditForm, "what" | "path">): string =>
  `${verbs[what]} ${path === "" || path.endsWith("/") ? "a file" : path.slice(path.lastIndexOf("/") + 1)}`;

async function show(c: RepositoryContext, form: EditForm) {
  const { repository } = c.var;
  const branches = (await repository.branches()).map(({ name }) => name);
  // An empty repository's first file makes its first branch.
  if (branches.length > 0 && !branches.includes(form.ref)) return nothingThere(c, `There is no branch ${form.ref}.`);
  const title = defaultMessage(form);
  return repositoryPage(
    c,
    {
      title: `${title} · ${repository.address.fullName}`,
      tab: "files",
      status: form.problem === undefined ? 200 : 422,
    },
    html`${editForm(c, form, { branches, message: title })}`,
  );
}
