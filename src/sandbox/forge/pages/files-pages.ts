import type { Hono } from "hono";
import { html, raw } from "hono/html";
import type { TreeEntry } from "../git/trees.ts";
import { markdown } from "./markdown.ts";
import { ago } from "./moments.ts";
import { nothingThere, type RepositoryContext, type RepositoryEnv, repositoryPage } from "./repository-scope.ts";
import { lineCountOf, sizeInWords, textOf } from "./text.ts";

/** What lies in a repository: folders with their README, and files with line numbers. */
export function filesPages(app: Hono<RepositoryEnv>): void {
  app.get("/", (c) => folderPage(c, c.get("repository").address.defaultBranch, ""));
  app.get("/tree/:ref", (c) => folderPage(c, c.req.param("ref"), ""));
  app.get("/tree/:ref/:path{.+}", (c) => folderPage(c, c.req.param("ref"), c.req.param("path")));
  app.get("/blob/:ref/:path{.+}", (c) => filePage(c, c.req.param("ref"), c.req.param("path")));
}

async function folderPage(c: RepositoryContext, ref: string, path: string) {
  const { repository, at } = c.var;
  const { defaultBranch, cloneUrl, fullName } = repository.address;
  const branches = await repository.branches();
  if (branches.length === 0) {
    return repositoryPage(
      c,
      { title: fullName, tab: "files" },
      html`<h1>An empty repository</h1>
      <p>Nothing was pushed to it yet. Push a first commit, or <a href="${at.create(defaultBranch)}">write a first file</a> here.</p>
      <pre class="code"><code>git clone ${cloneUrl}</code></pre>`,
    );
  }
  const entries = await repository.tree(ref, path);
  if (entries === undefined) return nothingThere(c, `There is no folder ${path || "/"} on ${ref}.`);
  const [last] = await repository.commits(ref, { limit: 1, path });
  const readme = entries.find(({ name, type }) => type === "blob" && /^readme(\.md|\.markdown)?$/i.test(name));
  const text = readme === undefined ? undefined : textOf((await repository.file(ref, readme.path))?.content);
  const isBranch = branches.some(({ name }) => name === ref);
  return repositoryPage(
    c,
    { title: path === "" ? fullName : `${path} · ${fullName}`, tab: "files" },
    html`<h1 class="${path === "" ? "hidden" : "path"}">${path === "" ? `Files of ${fullName} at ${ref}` : crumbs(c, ref, path)}</h1>
    <div class="bar">
      <details class="menu"><summary>Branch <b>${isBranch ? ref : ref.slice(0, 10)}</b></summary>
        <ul>${branches.map(({ name }) => html`<li><a href="${at.tree(name)}"${name === ref ? html` aria-current="true"` : ""}>${name}</a></li>`)}</ul>
      </details>
      ${ref === defaultBranch || !isBranch ? "" : html`<a class="button" href="${at.compare(ref)}">Open a pull request</a>`}
      ${isBranch ? html`<a class="button end" href="${at.create(ref, path)}">New file</a>` : ""}
    </div>
    <div class="box">
      ${last === undefined ? "" : html`<p class="box-head"><b>${last.author.name}</b> <a class="quiet grow" href="${at.commit(last.sha)}">${last.message.split("\n")[0]}</a> <span class="quiet nowrap"><code>${last.sha.slice(0, 7)}</code> · ${ago(last.committer.date, c.var.site.now())}</span></p>`}
      <ul class="files" aria-label="Files">
        ${path === "" ? "" : html`<li><a href="${parentAddress(c, ref, path)}"><span class="file-kind" aria-hidden="true">↑</span> ..</a></li>`}
        ${byKind(entries).map((entry) => entryLine(c, ref, entry))}
      </ul>
    </div>
    ${readme === undefined || text === undefined ? "" : html`<section class="box readme" aria-label="${readme.name}"><p class="box-head"><b class="grow">${readme.name}</b></p><div class="markdown box-body">${raw(markdown(text, { base: at.base, folder: at.blob(ref, path === "" ? "" : path).replace(/\/$/, "") }))}</div></section>`}
    ${path === "" ? html`<details class="clone"><summary>Clone it</summary><pre class="code"><code>git clone ${cloneUrl}</code></pre></details>` : ""}`,
  );
}

const byKind = (entries: TreeEntry[]): TreeEntry[] => [
  ...entries.filter(({ type }) => type === "tree"),
  ...entries.filter(({ type }) => type !== "tree"),
];

function entryLine({ var: { at } }: RepositoryContext, ref: string, { name, path, type, mode, size }: TreeEntry) {
  if (type === "commit")
    return html`<li><span><span class="file-kind" aria-hidden="true">◇</span> ${name}</span> <span class="quiet">submodule</span></li>`;
  if (type === "tree")
    return html`<li><a href="${at.tree(ref, path)}"><span class="file-kind folder" aria-hidden="true">▸</span> ${name}/</a></li>`;
  const note = mode === "120000" ? "symbolic link" : size === null ? "" : sizeInWords(size);
  return html`<li><a href="${at.blob(ref, path)}"><span class="file-kind" aria-hidden="true">·</span> ${name}</a> <span class="quiet">${note}</span></li>`;
}

function parentAddress({ var: { at } }: RepositoryContext, ref: string, path: string): string {
  return at.tree(ref, path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");
}

/** The way down to a file, each folder a link. */
export function crumbs({ var: { at, repository } }: RepositoryContext, ref: string, path: string) {
  const parts = path.split("/");
  return html`<a href="${at.tree(ref)}">${repository.address.name}</a>${parts.map((part, index) => {
    const upTo = parts.slice(0, index + 1).join("/");
    return index === parts.length - 1
      ? html`<span class="quiet">/</span><b>${part}</b>`
      : html`<span class="quiet">/</span><a href="${at.tree(ref, upTo)}">${part}</a>`;
  })}`;
}

async function filePage(c: RepositoryContext, ref: string, path: string) {
  const { repository, at } = c.var;
  const file = await repository.file(ref, path);
  if (file === undefined) return nothingThere(c, `There is no file ${path} on ${ref}.`);
  const text = textOf(file.content);
  const isBranch = (await repository.branches()).some(({ name }) => name === ref);
  const rendered = text !== undefined && /\.(md|markdown)$/i.test(path) && c.req.query("plain") === undefined;
  const folder = at.blob(ref, path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "").replace(/\/$/, "");
  return repositoryPage(
    c,
    { title: `${path} · ${repository.address.fullName}`, tab: "files" },
    html`<h1 class="path">${crumbs(c, ref, path)}</h1>
    <div class="bar">
      <span class="quiet grow">on <b>${isBranch ? ref : ref.slice(0, 10)}</b>${text === undefined ? "" : ` · ${lineCountOf(text)} lines`} · ${sizeInWords(file.content.length)}</span>
      ${text !== undefined && /\.(md|markdown)$/i.test(path) ? html`<a class="button" href="${rendered ? "?plain=1" : "?"}">${rendered ? "Source" : "Rendered"}</a>` : ""}
      <a class="button" href="${at.commits(ref, path)}">History</a>
      ${isBranch && text !== undefined ? html`<a class="button main" href="${at.edit(ref, path)}">Edit</a>` : ""}
      ${isBranch ? html`<a class="button danger" href="${at.remove(ref, path)}">Delete</a>` : ""}
    </div>
    ${
      text === undefined
        ? html`<p class="note">This file is binary or too large to show: ${sizeInWords(file.content.length)}.</p>`
        : rendered
          ? html`<div class="box"><div class="markdown box-body">${raw(markdown(text, { base: at.base, folder }))}</div></div>`
          : html`<div class="box source">${sourceTable(text)}</div>`
    }`,
  );
}

function sourceTable(text: string) {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return html`<table class="code-lines"><tbody>${lines.map(
    (line, index) =>
      html`<tr id="L${index + 1}"><td class="number"><a href="#L${index + 1}" aria-label="Line ${index + 1}">${index + 1}</a></td><td class="line">${line.replace(/\r$/, "")}</td></tr>`,
  )}</tbody></table>`;
}
