import { html } from "hono/html";
import type { Overlap } from "../../core/plan/overlap.ts";
import type { Plan, PlannedObject } from "../../core/plan/plan.ts";
import { timeIn } from "../../core/report/cause.ts";
import { findingsOf } from "../../core/report/findings-table.ts";
import { plural } from "../../core/report/words.ts";
import type { SeenRepository } from "../../github/user-access.ts";
import type { Markup } from "../layout.ts";
import { inWords, name } from "./foreign.ts";
import { type Listing, listingOf } from "./listing.ts";
import { objects } from "./objects.ts";
import type { StoredPlan } from "./read-plan.ts";
import { counts, findings, overlaps, risks, silences, unplanned } from "./summary.ts";

export interface PlanPageOptions {
  repository: SeenRepository;
  number: number;
  stored: StoredPlan;
  /** Of other open pull requests, worst first. */
  met: readonly Overlap[];
  /** The reader may not see what is live. */
  isHidden: boolean;
  /** Path of the page itself. */
  path: string;
  /** From 1; what is too far is the last one. */
  pageNumber: number;
  find: string;
}

/** The whole plan of a pull request: what can hurt first, then system by system every object with all its fields. */
export function planPage(options: PlanPageOptions): Markup {
  const { stored, met, path, find } = options;
  const { plans } = stored;
  const listing = listingOf(plans, find);
  const pageNumber = Math.min(Math.max(options.pageNumber, 1), listing.pages.length);
  const hrefOf = (page: number, id = ""): string => `${path}${queryOf(page, find)}${id === "" ? "" : `#${id}`}`;
  const hrefOfObject = (object: PlannedObject): string | undefined => {
    const place = listing.placeOf.get(object);
    return place && hrefOf(place.page, place.id);
  };
  const at = { headSha: stored.headSha, base: "", baseSha: stored.baseSha };
  const found = findingsOf({ stage: "planned", plans, unplanned: stored.unplanned, at });
  const first = pageNumber === 1 && find === "";
  return html`${head(options)}
${notes(options)}
${silences(stored.silent)}
${first ? html`${unplanned(stored.unplanned)}${risks(plans, hrefOfObject)}${overlaps(met, plans, [...plans, ...stored.unplanned])}${findings(found)}${systems(plans, hrefOfObject)}` : ""}
${listing.of > 20 || find !== "" ? search(options, listing) : ""}
${objects(listing.pages[pageNumber - 1]!, plans, first ? plans.filter((plan) => plan.objects.length === 0) : [], first)}
${pager(listing, pageNumber, hrefOf)}`;
}

function queryOf(page: number, find: string): string {
  const query = new URLSearchParams();
  if (find !== "") query.set("find", find);
  if (page > 1) query.set("page", String(page));
  return query.size === 0 ? "" : `?${query}`;
}

function head({ repository: { owner, name: repo, webUrl }, number, stored, path }: PlanPageOptions): Markup {
  const { headSha, baseSha, plans } = stored;
  const web = /^https?:\/\//.test(webUrl) ? webUrl : "";
  const commit = (sha: string): Markup => html`<a href="${web}/commit/${sha}"><code>${sha.slice(0, 7)}</code></a>`;
  const asOf = plans.map(({ liveAsOf }) => liveAsOf).sort()[0];
  return html`<p class="where"><a href="${web}">${owner}/${repo}</a></p>
<h1><a href="${path}">Plan</a> of <a href="${web}/pull/${number}">#${number}</a></h1>
<p>${counts(plans)}${plans.length > 1 ? html` <span class="quiet">in ${plans.length} systems</span>` : ""}</p>
<p class="quiet">For ${commit(headSha)} on ${commit(baseSha)}${asOf === undefined ? "" : html`, live as of ${inWords([timeIn(asOf)])}`}</p>`;
}

function notes({ stored: { awaited, silent, again, final }, isHidden }: PlanPageOptions): Markup {
  const told: Markup[] = [];
  if (final) told.push("Merged. This is what was planned before.");
  if (awaited.length > 0) {
    const names = awaited.map(({ system, cluster }) => html` ${name(system)} on ${name(cluster)}`);
    told.push(html`Waiting for the plan of${names}. Reload to see it.`);
  }
  if (again && !final && silent.length === 0)
    told.push("It is being made again, because something has changed since. Reload to see the new one.");
  if (isHidden)
    told.push("What is live in the cluster is hidden: the repository is public, and you may not write to it.");
  return html`${told.map((text) => html`<p class="note">${text}</p>`)}`;
}

/** Where each system begins, when there are several. */
function systems(plans: readonly Plan[], hrefOf: (object: PlannedObject) => string | undefined): Markup {
  if (plans.length < 2) return "";
  return html`<nav class="systems" aria-label="Systems"><ul>${plans.map((plan) => {
    const [firstObject] = listingOf([plan], "").pages[0]!;
    const href = firstObject && hrefOf(firstObject.object);
    const title = html`${name(plan.system)} on ${name(plan.cluster)}`;
    return html`<li>${href === undefined ? html`<span>${title}</span>` : html`<a href="${href}">${title}</a>`} ${counts([plan])}</li>`;
  })}</ul></nav>`;
}

function search({ path, find }: PlanPageOptions, { count, of }: Listing): Markup {
  return html`<form class="search" action="${path}"><label>Kind or name <input type="search" name="find" value="${find}" maxlength="80"></label> <button>Find</button> <span class="quiet">${
    find === "" ? plural(of, "object") : html`${count} of ${plural(of, "object")} · <a href="${path}">all</a>`
  }</span></form>`;
}

function pager({ pages, count }: Listing, current: number, hrefOf: (page: number) => string): Markup {
  if (count === 0) return html`<p class="quiet">There is no such object.</p>`;
  if (pages.length === 1) return "";
  const link = (page: number, text: string, rel: string): Markup =>
    html`<a rel="${rel}" href="${hrefOf(page)}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages">${current > 1 ? link(current - 1, "Riskier ones before", "prev") : html`<span></span>`}
<span>Page ${current} of ${pages.length}</span>
${current < pages.length ? link(current + 1, "More", "next") : html`<span></span>`}</nav>`;
}
