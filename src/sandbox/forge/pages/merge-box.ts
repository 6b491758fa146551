import { html } from "hono/html";
import type { PullRequest } from "../model/records.ts";
import { checkLine, checkWord } from "./check-pages.ts";
import type { RepositoryContext } from "./repository-scope.ts";

/** The checks of a pull request's head, and what can be done with it: merge, close, reopen. */
export function mergeBox(c: RepositoryContext, pull: PullRequest) {
  const { at, repository } = c.var;
  const here = at.pull(pull.number);
  const checks = repository.checks(pull.headSha);
  return html`<section class="box merge" id="merge-box" aria-label="Checks and merging">
    <p class="box-head"><b>Checks</b></p>
    ${checks.length === 0 ? html`<p class="box-body quiet">None has reported on <code>${pull.headSha.slice(0, 7)}</code> yet.</p>` : html`<ul class="lines">${checks.map((run) => checkLine(c, run))}</ul>`}
    <div class="box-foot">${
      pull.state === "open"
        ? openPull(
            pull,
            here,
            checks.some((run) => checkWord(run).tone === "bad"),
          )
        : donePull(c, pull, here)
    }</div>
  </section>`;
}

function openPull(pull: PullRequest, here: string, red: boolean) {
  const close = html`<form method="post" action="${here}/state"><input type="hidden" name="state" value="closed"><button class="quiet-button">Close without merging</button></form>`;
  if (pull.draft) return html`<p>This is a draft; it can be merged once it is ready for review.</p>${close}`;
  if (pull.mergeable?.clean === false) {
    return html`<p class="bad-word"><b>Conflicts with <code>${pull.base}</code>.</b> Both have changed the same lines. Merge <code>${pull.base}</code> into <code>${pull.head}</code> in a clone, settle the lines, and push; the plan is made again.</p>${close}`;
  }
  return html`<form method="post" action="${here}/merge" class="merge-form">
      <input type="hidden" name="sha" value="${pull.headSha}">
      <label class="hidden" for="method">How to merge</label>
      <select id="method" name="method"><option value="merge">with a merge commit</option><option value="squash">as one commit (squash)</option><option value="rebase">commit by commit (rebase)</option></select>
      <button class="${red ? "danger" : "go"}">Merge</button>
      <span class="quiet">${red ? "A check is red: what is wrong will not be applied." : html`Merging deploys: the cluster follows <code>${pull.base}</code>.`}</span>
    </form>${close}`;
}

function donePull({ var: { at } }: RepositoryContext, pull: PullRequest, here: string) {
  if (!pull.merged) {
    return html`<p>Closed without merging.</p><form method="post" action="${here}/state"><input type="hidden" name="state" value="open"><button>Reopen</button></form>`;
  }
  const commit = pull.mergeCommitSha;
  return html`<p>Merged into <code>${pull.base}</code>${commit === null ? "" : html` as <a href="${at.commit(commit)}"><code>${commit.slice(0, 7)}</code></a>`}. See <a href="${at.base}/deployments">the deployments</a>.</p>`;
}
