import { html } from "hono/html";
import type { Finding } from "../../core/manifest/finding.ts";
import { nameInNamespace } from "../../core/manifest/kube-object.ts";
import type { Overlap } from "../../core/plan/overlap.ts";
import type { Plan, PlannedObject, SystemPlan } from "../../core/plan/plan.ts";
import { howToApprove } from "../../core/report/approval.ts";
import { overlapWords } from "../../core/report/overlaps.ts";
import { countsIn } from "../../core/report/plan-sections.ts";
import { type Risk, risksIn } from "../../core/report/risks.ts";
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
export function risks(plans: readonly Plan[], hrefOf: (object: PlannedObject) => string | undefined): Markup {
  const all = risksIn(plans);
  if (all.length === 0) return "";
  const approvals = new Set(
    plans.flatMap(({ approval, headSha }) => (approval === undefined ? [] : [howToApprove(approval, headSha)])),
  );
  return html`<section class="alert ${all.some(({ severe }) => severe) ? "warning" : ""}" aria-label="What can hurt">
<ul>${all.slice(0, mostRisks).map((one) => html`<li>${risk(one, hrefOf)}</li>`)}</ul>
${all.length > mostRisks ? html`<p>… and ${all.length - mostRisks} more, below.</p>` : ""}
${[...approvals].map((how) => html`<p>${sentence(how)}</p>`)}
</section>`;
}

function risk({ verb, objects, what, reason }: Risk, hrefOf: (object: PlannedObject) => string | undefined): Markup {
  const more = objects.length - mostNames;
  const names = objects.slice(0, mostNames).map((object, index) => {
    const title = html`${name(object.kind)} ${name(nameInNamespace(object))}`;
    const href = hrefOf(object);
    return html`${index === 0 ? "" : ", "}${href === undefined ? title : html`<a href="${href}">${title}</a>`}`;
  });
  return html`<strong>${verb}</strong> ${names}${more > 0 ? ` and ${more} more` : ""}${what === "" ? "" : html`: ${clause(what)}`}.${
    reason === undefined ? "" : html` ${sentence(reason)}`
  }`;
}

export function findings(found: readonly Finding[]): Markup {
  if (found.length === 0) return "";
  return html`<section class="findings"><h2>What is wrong with the files</h2><ul>${found
    .slice(0, mostFindings)
    .map(
      ({ file, line, message, severity }) =>
        html`<li class="${severity}">${name(`${file}:${line}`)} ${severity === "warning" ? "warning: " : ""}${sentence(message)}</li>`,
    )}</ul>${found.length > mostFindings ? html`<p>… and ${found.length - mostFindings} more.</p>` : ""}</section>`;
}

export function unplanned(systems: readonly { system: string; cluster: string; message: string }[]): Markup {
  if (systems.length === 0) return "";
  return html`<section class="alert bad" aria-label="Not planned"><ul>${systems.map(
    ({ system, cluster, message }) =>
      html`<li><strong>Not planned:</strong> ${name(system)} on ${name(cluster)}: ${clause(message)}</li>`,
  )}</ul></section>`;
}

/** Other open pull requests that touch the same objects. */
export function overlaps(met: readonly Overlap[]): Markup {
  if (met.length === 0) return "";
  return html`<section class="alert note" aria-label="Other pull requests"><ul>${met.map((one) => html`<li>${inWords(overlapWords(one))}</li>`)}</ul></section>`;
}
