import { html, raw } from "hono/html";
import type { CheckRun, PullRequest, ReactionContent } from "../model/records.ts";
import { checkWord } from "./check-pages.ts";
import { markdown } from "./markdown.ts";
import { ago } from "./moments.ts";
import type { RepositoryContext } from "./repository-scope.ts";
import { plural } from "./text.ts";

/** The description and every comment, oldest first, as GitHub Markdown. */
export function conversation(c: RepositoryContext, pull: PullRequest) {
  const { repository } = c.var;
  const description = pull.body?.trim() ?? "";
  return html`${said(c, {
    key: "description",
    author: pull.author,
    at: pull.createdAt,
    body: description === "" ? "*No description.*" : description,
    what: "proposed this",
  })}
  ${repository.comments(pull.number).map((comment) =>
    said(c, {
      key: `issuecomment-${comment.id}`,
      author: comment.author,
      at: comment.updatedAt,
      body: comment.body,
      what: comment.updatedAt === comment.createdAt ? "wrote" : "wrote, last updated",
      reactions: repository.reactions(comment.id).map(({ content }) => content),
    }),
  )}`;
}

interface Said {
  key: string;
  author: string;
  /** ISO 8601. */
  at: string;
  body: string;
  what: string;
  reactions?: ReactionContent[];
}

const signs: Record<ReactionContent, string> = {
  ...{ "+1": "👍", "-1": "👎", laugh: "😄", confused: "😕", heart: "❤️", hooray: "🎉", rocket: "🚀", eyes: "👀" },
};

function said(
  { var: { at: addresses, site } }: RepositoryContext,
  { key, author, at, body, what, reactions = [] }: Said,
) {
  const isApp = author.endsWith("[bot]");
  const name = isApp ? author.slice(0, -"[bot]".length) : author;
  return html`<article class="box said${isApp ? " by-app" : ""}" id="${key}" data-key="${key}">
    <p class="box-head"><span class="avatar" aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span><span class="grow"><b>${name}</b>${isApp ? html` <span class="badge">app</span>` : ""} <span class="quiet">${what} ${ago(at, site.now())}</span></span></p>
    <div class="markdown box-body">${raw(markdown(body, { base: addresses.base }))}</div>
    ${reactions.length === 0 ? "" : html`<p class="reactions">${[...new Set(reactions)].map((content) => html`<span class="badge">${signs[content]} ${content.replace(/^[+-]1$/, "")} ${reactions.filter((one) => one === content).length}</span>`)}</p>`}
  </article>`;
}

/** For a pull request's line in a list: how many comments, and how its checks stand. */
export function countsAndChecks({ var: { repository } }: RepositoryContext, pull: PullRequest) {
  const comments = repository.comments(pull.number).length;
  const checks = repository.checks(pull.headSha);
  return html`${comments === 0 ? "" : html`<span class="quiet nowrap">${plural(comments, "comment")}</span>`}
    ${checks.length === 0 ? "" : checkSum(checks)}`;
}

function checkSum(checks: CheckRun[]) {
  const words = checks.map(checkWord);
  const worst = words.find(({ tone }) => tone === "bad") ?? words.find(({ tone }) => tone === "waiting") ?? words[0]!;
  return html`<span class="check-word ${worst.tone}" title="Checks">${worst.word}</span>`;
}
