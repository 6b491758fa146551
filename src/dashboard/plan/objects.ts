import { html } from "hono/html";
import { nameInNamespace } from "../../core/manifest/kube-object.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { timeIn } from "../../core/report/cause.ts";
import { healthOf } from "../../core/report/plan-sections.ts";
import { reasonOf } from "../../core/report/risks.ts";
import { isLeft } from "../../core/report/text-diff.ts";
import { plural } from "../../core/report/words.ts";
import type { Markup } from "../layout.ts";
import { fields } from "./fields.ts";
import { clause, inWords, name, sentence } from "./foreign.ts";
import type { Listed } from "./listing.ts";
import { counts } from "./summary.ts";

/**
 * A page's objects, system by system, each folded.
 *
 * @param quiet systems of which nothing is listed anywhere
 */
export function objects(
  listed: readonly Listed[],
  plans: readonly Plan[],
  quiet: readonly Plan[],
  open: boolean,
): Markup {
  const shown = plans.filter((plan) => listed.some((one) => one.plan === plan));
  return html`${[...shown, ...quiet].map((plan) => {
    const own = listed.filter((one) => one.plan === plan);
    return html`<section class="system"><h2>${name(plan.system)} on ${name(plan.cluster)}</h2>
<p>${counts([plan])} <span class="quiet">${plan.totals.unchanged} unchanged · ${healthOf(plan)} · as of ${inWords([timeIn(plan.liveAsOf)])}</span></p>
${own.map((one) => folded(one, open && one === listed[0]))}</section>`;
  })}`;
}

function folded({ object, id }: Listed, open: boolean): Markup {
  const { action, kind, drifted, pending, risks = [], file, line } = object;
  const reason = reasonOf(object);
  const changing = object.fields.filter((field) => !isLeft(field));
  const marks = [
    ...(changing.length > 0 ? [plural(changing.length, "field")] : []),
    ...(drifted ? ["drifted"] : []),
    ...(pending === true ? ["pending"] : []),
  ];
  const from = file === undefined ? undefined : `${file}${line === undefined ? "" : `:${line}`}`;
  return html`<details${open ? html` open` : ""}><summary><span class="action ${action}">${action}</span> <span class="title">${name(kind)} <b>${name(nameInNamespace(object))}</b></span> <span class="quiet">${marks.join(" · ")}</span></summary>
<div class="object" id="${id}">${risks.map(({ kind, text }) => html`<p class="risk"><strong>${kind}</strong>: ${clause(text)}</p>`)}${
    reason === undefined ? "" : html`<p>${sentence(reason)}</p>`
  }${object.fields.length === 0 ? "" : fields(object.fields)}${from === undefined ? "" : html`<p class="quiet">From ${name(from)}</p>`}</div></details>
`;
}
