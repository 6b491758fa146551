import type { Hono } from "hono";
import { html } from "hono/html";
import type { PullRequest } from "../model/records.ts";
import { conversation, countsAndChecks } from "./conversation.ts";
import { diffs } from "./diff.ts";
import { attempt, fieldsOf } from "./forms.ts";
import { commitList } from "./history-pages.ts";
import { sorry } from "./layout.ts";
import { mergeBox } from "./merge-box.ts";
import { ago } from "./moments.ts";
import { nothingThere, type RepositoryContext, type RepositoryEnv, repositoryPage } from "./repository-scope.ts";

type Part = "conversation" | "files" | "commits";

/** Pull requests: the list, the conversation with checks and merging, the changed files, the commits. */
export function pullPages(app: Hono<RepositoryEnv>): void {
  app.get("/pulls", pullsPage);
  app.get("/pull/:number{[0-9]{1,9}}", (c) => withPull(c, (pull) => pullPage(c, pull, "conversation")));
  app.get("/pull/:number{[0-9]{1,9}}/files", (c) => withPull(c, (pull) => pullPage(c, pull, "files")));
  app.get("/pull/:number{[0-9]{1,9}}/commits", (c) => withPull(c, (pull) => pullPage(c, pull, "commits")));

  app.post("/pull/:number{[0-9]{1,9}}/comments", async (c) => {
    const { body = "", as = c.var.site.login } = await fieldsOf(c);
    const known = [c.var.site.login, ...c.var.site.others];
    if (!known.includes(as)) return refused(c, "Nobody of that name writes here.");
    if (body.trim() === "") return refused(c, "A comment needs some words.");
    return acted(c, (number) => c.var.repository.addComment(number, body.replaceAll("\r\n", "\n"), as));
  });
  app.post("/pull/:number{[0-9]{1,9}}/merge", async (c) => {
    const { method, sha = "" } = await fieldsOf(c);
    if (method !== "merge" && method !== "squash" && method !== "rebase")
      return refused(c, "There is no such way to merge.");
    return acted(c, (number) => c.var.repository.mergePullRequest(number, { method, sha }));
  });
  app.post("/pull/:number{[0-9]{1,9}}/state", async (c) => {
    const { state } = await fieldsOf(c);
    if (state !== "open" && state !== "closed") return refused(c, "A pull request is open or closed.");
    return acted(c, (number) => c.var.repository.setPullRequestState(number, state));
  });
}

async function withPull<T>(c: RepositoryContext, answer: (pull: PullRequest) => T) {
  const pull = await c.var.repository.pullRequest(Number(c.req.param("number")));
  return pull === undefined ? nothingThere(c, `There is no pull request #${c.req.param("number")}.`) : answer(pull);
}

async function acted(c: RepositoryContext, act: (number: number) => Promise<unknown>) {
  const number = Number(c.req.param("number"));
  const result = await attempt(() => act(number));
  return "problem" in result ? refused(c, result.problem) : c.redirect(c.var.at.pull(number), 303);
}

const refused = (c: RepositoryContext, text: string) =>
  sorry(c, {
    title: "That did not work",
    text,
    status: 422,
    repository: c.var.repository.address,
    back: {
      href: c.var.at.pull(Number(c.req.param("number"))),
      text: `Back to pull request #${c.req.param("number")}`,
    },
  });

function pullsPage(c: RepositoryContext) {
  const { repository, at, site } = c.var;
  const all = repository.pullRequests("all");
  const open = all.filter(({ state }) => state === "open");
  const closed = all.filter(({ state }) => state !== "open");
  const line = (pull: PullRequest) => html`<li data-key="${pull.number} ${pull.headSha} ${stateOf(pull)}">
      <div class="grow"><a class="strong" href="${at.pull(pull.number)}">${pull.title}</a>
      <div class="quiet">#${pull.number} by ${pull.author} · ${ago(pull.updatedAt, site.now())}</div></div>
      ${countsAndChecks(c, pull)} ${stateBadge(pull)}</li>`;
  return repositoryPage(
    c,
    {
      title: `Pull requests · ${repository.address.fullName}`,
      tab: "pulls",
      live: { events: at.events, ids: ["pulls"] },
    },
    html`<h1>Pull requests</h1><div id="pulls">
    ${open.length === 0 ? html`<p class="note">Nothing is proposed right now. <a href="${at.base}">Edit a file</a>, or push a branch and open one from <a href="${at.branches}">the branches</a>.</p>` : html`<ul class="box lines">${open.map(line)}</ul>`}
    ${closed.length === 0 ? "" : html`<h2>Done</h2><ul class="box lines">${closed.map(line)}</ul>`}</div>`,
  );
}

const stateOf = ({ merged, state, draft }: PullRequest): "merged" | "closed" | "draft" | "open" =>
  merged ? "merged" : state === "closed" ? "closed" : draft ? "draft" : "open";

function stateBadge(pull: PullRequest) {
  const state = stateOf(pull);
  return html`<span class="state ${state}">${state}</span>`;
}

async function pullPage(c: RepositoryContext, pull: PullRequest, part: Part) {
  const { repository, at, site } = c.var;
  const here = at.pull(pull.number);
  const [files, commits] = await Promise.all([
    repository.pullRequestFiles(pull.number),
    repository.pullRequestCommits(pull.number),
  ]);
  const annotations = repository.checks(pull.headSha).flatMap((run) => repository.annotations(run.id));
  const tabs: [Part, string, string, number | undefined][] = [
    ["conversation", here, "Conversation", undefined],
    ["files", `${here}/files`, "Files changed", files.length],
    ["commits", `${here}/commits`, "Commits", commits.length],
  ];
  const who = pull.merged ? (pull.mergedBy ?? pull.author) : pull.author;
  const editable = pull.state === "open";
  return repositoryPage(
    c,
    {
      title: `${pull.title} · #${pull.number}`,
      tab: "pulls",
      live: { events: at.events, ids: ["pull-head", "pull-part", "merge-box"] },
    },
    html`<div id="pull-head"><h1>${pull.title} <span class="number">#${pull.number}</span></h1>
    <p class="about">${stateBadge(pull)} <span><b>${who}</b> ${pull.merged ? "merged" : "wants to merge"} <code>${pull.head}</code> into <code>${pull.base}</code>, ${ago(pull.mergedAt ?? pull.createdAt, site.now())}</span></p>
    <nav class="tabs inner" aria-label="Pull request">${tabs.map(
      ([name, href, text, count]) =>
        html`<a href="${href}"${name === part ? html` aria-current="page"` : ""}>${text}${count === undefined ? "" : html` <span class="count">${count}</span>`}</a>`,
    )}</nav></div>
    <div id="pull-part">${
      part === "files"
        ? diffs(c, files, { ref: editable ? pull.head : pull.headSha, editable, annotations })
        : part === "commits"
          ? commitList(c, commits)
          : conversation(c, pull)
    }</div>
    ${
      part === "conversation"
        ? html`${mergeBox(c, pull)}
    <form method="post" action="${here}/comments" class="comment-form">
      <label for="body"><b>Write a comment</b> <span class="quiet">Markdown; <code>/trueup help</code> tells what trueup understands</span></label>
      <textarea id="body" name="body" rows="3" required></textarea>
      <p class="actions"><button class="main">Comment</button> <span class="quiet">as</span> <select name="as" aria-label="Comment as">${[site.login, ...site.others].map((login) => html`<option>${login}</option>`)}</select></p>
    </form>`
        : ""
    }`,
  );
}
