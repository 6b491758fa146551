import { html } from "hono/html";
import { nameInNamespace } from "../../core/manifest/kube-object.ts";
import type { Overlap } from "../../core/plan/overlap.ts";
import type { Plan, PlannedObject, SystemOnCluster, SystemPlan } from "../../core/plan/plan.ts";
import type { ToldFinding } from "../../core/report/findings-table.ts";
import { inPart, overlapWords } from "../../core/report/overlaps.ts";
import { countsIn } from "../../core/report/plan-sections.ts";
import { type Risk, risksIn } from "../../core/report/risks.ts";
import { approvalsNeeded } from "../../core/report/risks-alert.ts";
import { type SilentSystem, silenceWords } from "../../core/report/silence.ts";
import { systemNames } from "../../core/report/system-name.ts";
import type { Markup } from "../layout.ts";
import { clause, inWords, name, sentence } from "./foreign.ts";

/** Each object stands further below with all there is to say; here, what is beyond this is counted. */
const mostNames = 12;
const mostRisks = 60;
const mostFindings = 500;

/** `1 create`, `2 delete`, … as marks. */
export function counts(plans: readonly SystemPlan[]): Markup {
  const told = countsIn(plans);
  const nothing = told.every(({ what }) => what === "drifted");
  return html`<span class="counts">${nothing ? html`<span class="count">nothing changes</span>` : ""}${told.map(
    ({ count, what, more }) => html`<span class="count ${what}">${count} ${what}${more}</span> `,
  )}</span>`;
}

/** What can hurt, and who lets go what is held. */
export function risks(plans: readonly Plan[], hrefOf: HrefOf): Markup {
  const all = risksIn(plans);
  if (all.length === 0) return "";
  return html`<section class="alert ${all.some(({ severe }) => severe) ? "warning" : ""}" aria-label="What can hurt">
<ul>${all.slice(0, mostRisks).map((one) => html`<li>${risk(one, plans, hrefOf)}</li>`)}</ul>
${all.length > mostRisks ? html`<p>… and ${all.length - mostRisks} more, below.</p>` : ""}
${approvalsNeeded(plans).map((how) => html`<p>${sentence(how)}</p>`)}
</section>`;
}

type HrefOf = (object: PlannedObject) => string | undefined;

function risk({ verb, of, what, reason }: Risk, plans: readonly Plan[], hrefOf: HrefOf): Markup {
  const { objects } = of[0]!;
  const names = objects
    .slice(0, mostNames)
    .map((object) => linked(html`${name(object.kind)} ${name(nameInNamespace(object))}`, hrefOf(object)));
  return html`<strong>${verb}</strong> ${listed(names, objects.length)}${plans.length < 2 ? "" : html` in ${whose(of, plans, hrefOf)}`}${
    what === "" ? "" : html`: ${clause(what)}`
  }.${reason === undefined ? "" : html` ${sentence(reason)}`}`;
}

/** Each system leads to the first of its objects that this is about. */
function whose(of: Risk["of"], plans: readonly Plan[], hrefOf: HrefOf): Markup {
  const nameOf = systemNames(plans);
  const names = of
    .slice(0, mostNames)
    .map(({ plan, objects }) => linked(html`${inWords(nameOf(plan))}`, hrefOf(objects[0]!)));
  return listed(names, of.length);
}

const linked = (title: Markup, href: string | undefined): Markup =>
  href === undefined ? title : html`<a href="${href}">${title}</a>`;

function listed(names: readonly Markup[], of: number): Markup {
  const more = of > names.length ? ` and ${of - names.length} more` : "";
  return html`${names.map((one, index) => html`${index === 0 ? "" : ", "}${one}`)}${more}`;
}

export function findings(found: readonly ToldFinding[]): Markup {
  if (found.length === 0) return "";
  return html`<section class="findings"><h2>What is wrong with the files</h2><ul>${found
    .slice(0, mostFindings)
    .map(
      ({ file, line, message, severity, whose }) =>
        html`<li class="${severity}">${name(`${file}:${line}`)}${inWords(whose)}${whose.length === 0 ? "" : ":"} ${severity === "warning" ? "warning: " : ""}${sentence(message)}</li>`,
    )}</ul>${found.length > mostFindings ? html`<p>… and ${found.length - mostFindings} more.</p>` : ""}</section>`;
}

export function unplanned(systems: readonly { system: string; cluster: string; message: string }[]): Markup {
  if (systems.length === 0) return "";
  return html`<section class="alert bad" aria-label="Not planned"><ul>${systems.map(
    ({ system, cluster, message }) =>
      html`<li><strong>Not planned:</strong> ${name(system)} on ${name(cluster)}: ${clause(message)}</li>`,
  )}</ul></section>`;
}

/** On every page: what is read there may not be so any more. */
export function silences(systems: readonly SilentSystem[]): Markup {
  if (systems.length === 0) return "";
  return html`<section class="alert bad" aria-label="Agent silent"><ul>${systems.map((one) => html`<li>${inWords(silenceWords(one))}</li>`)}</ul></section>`;
}

/** Other open pull requests that touch the same objects. */
export function overlaps(met: readonly Overlap[], plans: readonly Plan[], all: readonly SystemOnCluster[]): Markup {
  const part = inPart(plans);
  if (met.length === 0 && part === "") return "";
  const lines = met.map((one) => html`<li>${inWords(overlapWords(one, all))}</li>`);
  return html`<section class="alert note" aria-label="Other pull requests">${lines.length === 0 ? "" : html`<ul>${lines}</ul>`}${part === "" ? "" : html`<p>${part}</p>`}</section>`;
}
