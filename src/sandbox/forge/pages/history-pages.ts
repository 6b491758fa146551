import type { Hono } from "hono";
import { html } from "hono/html";
import type { CommitInfo } from "../git/commits.ts";
import { diffs } from "./diff.ts";
import { attempt, fieldsOf } from "./forms.ts";
import { ago } from "./moments.ts";
import { nothingThere, type RepositoryContext, type RepositoryEnv, repositoryPage } from "./repository-scope.ts";
import { plural } from "./text.ts";

/** Commits, one commit, branches, and a pull request made from one. */
export function historyPages(app: Hono<RepositoryEnv>): void {
  app.get("/commits", (c) => commitsPage(c, c.var.repository.address.defaultBranch, ""));
  app.get("/commits/:ref", (c) => commitsPage(c, c.req.param("ref"), ""));
  app.get("/commits/:ref/:path{.+}", (c) => commitsPage(c, c.req.param("ref"), c.req.param("path")));
  app.get("/commit/:sha", (c) => commitPage(c, c.req.param("sha")));
  app.get("/branches", (c) => branchesPage(c));
  app.get("/compare/:head", (c) => comparePage(c, c.req.param("head"), undefined));
  app.post("/compare/:head", async (c) => {
    const { repository, at } = c.var;
    const head = c.req.param("head");
    const { title = "", body = "" } = await fieldsOf(c);
    const base = repository.address.defaultBranch;
    const wish = { title: title.trim() || head, body: body.replaceAll("\r\n", "\n"), head, base };
    const opened = await attempt(() => repository.openPullRequest(wish));
    return "problem" in opened ? comparePage(c, head, opened.problem) : c.redirect(at.pull(opened.done.number), 303);
  });
}

async function commitsPage(c: RepositoryContext, ref: string, path: string) {
  const { repository, at } = c.var;
  const commits = await repository.commits(ref, { limit: 100, path });
  return repositoryPage(
    c,
    {
      title: `Commits · ${repository.address.fullName}`,
      tab: "commits",
      live: { events: at.events, ids: ["commits"] },
    },
    html`<h1>Commits <span class="quiet">${path === "" ? html`on <b>${ref}</b>` : html`of <b>${path}</b> on <b>${ref}</b>`}</span></h1>
    <div id="commits">${commits.length === 0 ? html`<p class="note">There are no commits here yet.</p>` : commitList(c, commits)}</div>`,
  );
}

/** Commits as lines: what, who, when. */
export function commitList({ var: { at, site } }: RepositoryContext, commits: readonly CommitInfo[]) {
  return html`<ul class="box lines">${commits.map(({ sha, message, author, committer }) => {
    const [first = "", ...rest] = message.split("\n");
    const more = rest.join("\n").trim();
    return html`<li data-key="${sha}"><div class="grow"><a class="strong" href="${at.commit(sha)}">${first || "(no message)"}</a>
      ${more === "" ? "" : html`<details class="more"><summary>more</summary><pre>${more}</pre></details>`}
      <div class="quiet">${author.name} · ${ago(committer.date, site.now())}</div></div>
      <a class="sha" href="${at.commit(sha)}"><code>${sha.slice(0, 7)}</code></a></li>`;
  })}</ul>`;
}

async function commitPage(c: RepositoryContext, sha: string) {
  const { repository, at, site } = c.var;
  const found = await repository.commit(sha);
  if (found === undefined) return nothingThere(c, `There is no commit ${sha}.`);
  const { commit, files } = found;
  const [first = "", ...rest] = commit.message.split("\n");
  const more = rest.join("\n").trim();
  return repositoryPage(
    c,
    { title: `${first} · ${commit.sha.slice(0, 7)}`, tab: "commits" },
    html`<h1>${first || "(no message)"}</h1>
    ${more === "" ? "" : html`<pre class="message">${more}</pre>`}
    <div class="bar"><span class="quiet grow">${commit.author.name} · ${ago(commit.committer.date, site.now())} · <code>${commit.sha.slice(0, 10)}</code>${commit.parents.map((parent) => html` · parent <a href="${at.commit(parent)}"><code>${parent.slice(0, 7)}</code></a>`)}</span>
    <a class="button" href="${at.tree(commit.sha)}">Files at this commit</a></div>
    ${diffs(c, files, { ref: commit.sha, editable: false, annotations: [] })}`,
  );
}

async function branchesPage(c: RepositoryContext) {
  const { repository, at, site } = c.var;
  const { defaultBranch, fullName } = repository.address;
  const pulls = repository.pullRequests("open");
  const branches = await repository.branches();
  const lines = await Promise.all(
    branches.map(async ({ name, sha }) => {
      const pull = pulls.find(({ head }) => head === name);
      const [tip] = await repository.commits(sha, { limit: 1 });
      return html`<li data-key="${name}"><div class="grow"><a class="strong" href="${at.tree(name)}">${name}</a>${name === defaultBranch ? html` <span class="badge">default</span>` : ""}
        <div class="quiet">${tip === undefined ? "" : html`${tip.message.split("\n")[0]} · ${ago(tip.committer.date, site.now())}`}</div></div>
        ${
          name === defaultBranch
            ? ""
            : pull === undefined
              ? html`<a class="button" href="${at.compare(name)}">Open a pull request</a>`
              : html`<a class="button" href="${at.pull(pull.number)}">#${pull.number}</a>`
        }</li>`;
    }),
  );
  return repositoryPage(
    c,
    { title: `Branches · ${fullName}`, tab: "branches", live: { events: at.events, ids: ["branches"] } },
    html`<h1>Branches</h1><div id="branches">${lines.length === 0 ? html`<p class="note">There are no branches yet.</p>` : html`<ul class="box lines">${lines}</ul>`}</div>`,
  );
}

async function comparePage(c: RepositoryContext, head: string, problem: string | undefined) {
  const { repository } = c.var;
  const base = repository.address.defaultBranch;
  if (!(await repository.branches()).some(({ name }) => name === head))
    return nothingThere(c, `There is no branch ${head}.`);
  const already = new Set((await repository.commits(base, { limit: 500 })).map(({ sha }) => sha));
  const commits = (await repository.commits(head, { limit: 100 })).filter(({ sha }) => !already.has(sha));
  const [newest] = commits;
  return repositoryPage(
    c,
    { title: `Open a pull request · ${head}`, tab: "pulls", status: problem === undefined ? 200 : 422 },
    html`<h1>Open a pull request</h1>
    <p>From <b>${head}</b> into <b>${base}</b>.</p>
    ${problem === undefined ? "" : html`<p class="note bad" role="alert">${problem}</p>`}
    ${
      commits.length === 0
        ? html`<p class="note">Everything on ${head} is on ${base} already, so there is nothing to propose.</p>`
        : html`<form method="post" class="edit box box-body">
      <label>Title <input name="title" value="${commits.length === 1 ? newest?.message.split("\n")[0] : head}" required maxlength="200"></label>
      <label>Description <span class="quiet">(Markdown)</span> <textarea name="body" rows="5">
</textarea></label>
      <p class="actions"><button class="main">Open pull request</button></p></form>
      <h2>${plural(commits.length, "commit")}</h2>${commitList(c, commits)}`
    }`,
  );
}
