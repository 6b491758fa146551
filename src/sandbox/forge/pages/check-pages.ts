import type { Hono } from "hono";
import { html, raw } from "hono/html";
import type { CheckRun } from "../model/records.ts";
import { markdown } from "./markdown.ts";
import { ago } from "./moments.ts";
import { nothingThere, type RepositoryContext, type RepositoryEnv, repositoryPage } from "./repository-scope.ts";
import { plural, withCode } from "./text.ts";

type Tone = "good" | "bad" | "waiting" | "plain";

const conclusions: Record<NonNullable<CheckRun["conclusion"]>, { word: string; tone: Tone }> = {
  success: { word: "passed", tone: "good" },
  failure: { word: "failed", tone: "bad" },
  timed_out: { word: "timed out", tone: "bad" },
  cancelled: { word: "cancelled", tone: "bad" },
  action_required: { word: "action required", tone: "waiting" },
  neutral: { word: "neutral", tone: "plain" },
  skipped: { word: "skipped", tone: "plain" },
  stale: { word: "stale", tone: "plain" },
};

/** How a check stands, in words. */
export function checkWord({ status, conclusion }: CheckRun): { word: string; tone: Tone } {
  if (status === "completed" && conclusion !== null) return conclusions[conclusion];
  return { word: status === "queued" ? "queued" : "in progress", tone: "waiting" };
}

export function checkLine({ var: { at } }: RepositoryContext, run: CheckRun) {
  const { word, tone } = checkWord(run);
  return html`<li data-key="${run.id} ${word}"><span class="check-word ${tone}">${word}</span> <span class="grow"><a class="strong" href="${at.check(run.id)}">${run.name}</a> <span class="quiet">${run.title ?? ""}</span></span></li>`;
}

/** A check run with its summary and all its annotations. */
export function checkPages(app: Hono<RepositoryEnv>): void {
  app.get("/runs/:id{[0-9]{1,15}}", (c) => {
    const run = c.var.repository.check(Number(c.req.param("id")));
    return run === undefined ? nothingThere(c, `There is no check run ${c.req.param("id")}.`) : checkPage(c, run);
  });
}

function checkPage(c: RepositoryContext, run: CheckRun) {
  const { at, repository, site } = c.var;
  const { word, tone } = checkWord(run);
  const annotations = repository.annotations(run.id);
  const pulls = repository.pullRequests("all").filter(({ headSha }) => headSha === run.headSha);
  const moment = run.completedAt ?? run.startedAt;
  return repositoryPage(
    c,
    { title: `${run.name}: ${word}`, tab: "pulls", live: { events: at.events, ids: ["check"] } },
    html`<div id="check"><h1>${run.name} <span class="check-word ${tone}">${word}</span></h1>
    <p class="quiet">for <a href="${at.commit(run.headSha)}"><code>${run.headSha.slice(0, 7)}</code></a>${pulls.map(({ number }) => html` · <a href="${at.pull(number)}">pull request #${number}</a>`)}${moment === null ? "" : html` · ${ago(moment, site.now())}`}</p>
    ${
      run.title === null && run.summary === null
        ? html`<p class="note">It has said nothing yet.</p>`
        : html`<section class="box"><p class="box-head"><b>${run.title ?? run.name}</b></p><div class="markdown box-body">${raw(markdown(run.summary ?? "", { base: at.base }))}${raw(markdown(run.text ?? "", { base: at.base }))}</div></section>`
    }
    ${
      annotations.length === 0
        ? ""
        : html`<h2>${plural(annotations.length, "annotation")}</h2><ul class="box lines">${annotations.map(
            ({ path, startLine, level, title, message }) =>
              html`<li><span class="check-word ${level === "failure" ? "bad" : level === "warning" ? "waiting" : "plain"}">${level}</span><div class="grow"><a href="${at.blob(run.headSha, path)}#L${startLine}"><code>${path}:${startLine}</code></a> ${title ?? ""}<div>${withCode(message)}</div></div></li>`,
          )}</ul>`
    }</div>`,
  );
}
